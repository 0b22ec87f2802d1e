package dev.millrace.ingress.publish;

import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.ApiKeyRecord;
import io.vertx.core.Future;

/** Where administration writes. The futures complete on the caller's context and never fail. */
public interface ControlSink {
    Future<Published> put(ApiKeyRecord key);

    Future<Published> put(AccountRecord account);
}

package dev.millrace.ingress.http;

import dev.millrace.access.Secret;
import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.egress.access.ApiKeyAuthentication;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.egress.log.JobLog;
import dev.millrace.ingress.publish.CancelSink;
import dev.millrace.ingress.publish.ControlSink;
import dev.millrace.ingress.publish.RequestSink;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the routes work with.
 *
 * @param reading mounts the routes that read results
 * @param catalogue the models in force now
 * @param pepper under which keys are stored
 */
public record HttpParts(
        JobLog log,
        ApiKeyAuthentication authentication,
        Consumer<ScopedRouter> reading,
        Supplier<Catalogue> catalogue,
        ControlView<ApiKeyRecord> keys,
        ControlView<AccountRecord> accounts,
        RequestSink requests,
        CancelSink cancels,
        ControlSink control,
        Secret pepper,
        InstantSource clock,
        MeterRegistry meters) {}

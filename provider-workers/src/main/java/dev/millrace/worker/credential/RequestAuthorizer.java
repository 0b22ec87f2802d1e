package dev.millrace.worker.credential;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.RequestOptions;
import java.nio.ByteBuffer;

/** Puts a provider's credential on each of its requests. Thread-safe; never blocks the event loop. */
public interface RequestAuthorizer extends AutoCloseable {
    /**
     * The request with its credential, or why there is none. The future never fails; it is completed at once where nothing has to be
     * fetched or computed at length, else on {@code context}.
     *
     * @param request complete but for the credential: host, port, method, path and headers are final
     * @param body what will be sent, for schemes that sign it
     */
    Future<Authorization> authorize(Context context, RequestOptions request, ByteBuffer body);

    /** Gives back what keeping a credential fresh takes. */
    @Override
    default void close() {}
}

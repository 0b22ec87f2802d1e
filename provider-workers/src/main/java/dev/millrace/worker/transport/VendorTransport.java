package dev.millrace.worker.transport;

import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorHeaders;
import io.vertx.core.Context;
import java.nio.ByteBuffer;

/** Carries calls to one provider. Deadlines are the caller's business, see {@link VendorAttempt}. Thread-safe. */
public interface VendorTransport {
    /**
     * Starts a call. Must be called on {@code context}; every callback comes on it, in the order of {@link Listener}'s methods.
     */
    Exchange start(Context context, VendorCall call, Listener listener);

    /** Gives back what the transport holds; running calls break. */
    default void close() {}

    /** A call on its way. To be used on its context only. */
    interface Exchange {
        /** Stops the flow of reply bytes until {@link #resume}; the vendor is slowed down by its own socket. */
        void pause();

        void resume();

        /** Ends the call: closes the vendor's connection, or resets its stream where several share one. No callback follows. */
        void abort();
    }

    /** Receives what happens: connected, head, bytes any number of times, then end or failed. */
    interface Listener {
        /** The connection is there and the request is being sent. */
        void connected();

        void head(int status, VendorHeaders headers);

        void bytes(ByteBuffer bytes);

        /** The body ended as its framing prescribes. */
        void end();

        void failed(TransportFailure failure);
    }
}

package dev.millrace.ingress.publish;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.ingress.trace.TraceContext;
import io.vertx.core.Future;

/** Where requests go. */
@FunctionalInterface
public interface RequestSink {
    /** Writes a request under its account. The future completes on the caller's context and never fails. */
    Future<Published> publish(InferenceRequest request, TraceContext trace);
}

package dev.millrace.ingress.http;

import dev.millrace.ingress.trace.TraceContext;
import io.vertx.ext.web.RoutingContext;

/** Trace context of a request; told to the client in the answer. */
final class Tracing {
    private Tracing() {}

    static TraceContext begin(RoutingContext context) {
        var headers = context.request().headers();
        var trace = TraceContext.continued(headers.get(TraceContext.TRACEPARENT), headers.get(TraceContext.TRACESTATE));
        context.response().putHeader(TraceContext.TRACEPARENT, trace.traceparent());
        return trace;
    }
}

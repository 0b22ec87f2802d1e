package dev.millrace.ingress.http;

import dev.millrace.ingress.dialect.Content;
import dev.millrace.ingress.dialect.Incoming;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.time.Instant;

/** Takes a request off its connection. */
final class IncomingRequests {
    private IncomingRequests() {}

    /** The request of a route with a {@link BodyReader}. */
    static Incoming of(RoutingContext context, Instant now) {
        var request = context.request();
        return new Incoming(
                request.path(),
                new Content.Raw(ByteBuffer.wrap(BodyReader.of(context))),
                request::getHeader,
                name -> {
                    var values = context.queryParam(name);
                    return values.isEmpty() ? null : values.getLast();
                },
                now);
    }
}

package dev.millrace.ingress.http;

import dev.millrace.ingress.dialect.Content;
import dev.millrace.ingress.dialect.Incoming;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.time.Instant;

/** Takes a request off its connection. */
final class IncomingRequests {
    private IncomingRequests() {}

    /** The request of a route with a {@link BodyReader}; throws {@link dev.millrace.ingress.json.Mistake} for a malformed form. */
    static Incoming of(RoutingContext context, Instant now) {
        var request = context.request();
        return new Incoming(
                request.path(),
                content(request, BodyReader.of(context)),
                request::getHeader,
                name -> {
                    var values = context.queryParam(name);
                    return values.isEmpty() ? null : values.getLast();
                },
                now);
    }

    private static Content content(HttpServerRequest request, byte[] body) {
        return BodyReader.isForm(request)
                ? FormParser.parse(request.getHeader("content-type"), body)
                : new Content.Raw(ByteBuffer.wrap(body));
    }
}

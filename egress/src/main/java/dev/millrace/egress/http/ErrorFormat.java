package dev.millrace.egress.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.error.ErrorCode;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Set;

/** The shapes of error bodies, and the paths they belong to. A dialect's own is one {@link ErrorShape} and one line here. */
public final class ErrorFormat {
    /** What every path has that no other format claims. */
    public static final ErrorFormat OPENAI = new ErrorFormat(new OpenAiErrors());

    /** Of the native routes. */
    public static final ErrorFormat PROBLEM = new ErrorFormat(
            new ProblemErrors(),
            "/v1/jobs",
            "/v1/credits",
            "/v1/run",
            "/v1/rerank",
            "/v2/rerank",
            "/v1/keys",
            "/v1/accounts");

    /** Of Google's dialect; its verbs stand behind a colon, also below a path that others share. */
    public static final ErrorFormat GOOGLE = new ErrorFormat(new GoogleErrors(), "/v1beta", "/v1beta1");

    /** Of Anthropic's dialect. */
    public static final ErrorFormat ANTHROPIC = new ErrorFormat(new AnthropicErrors(), "/v1/messages");

    private static final Set<String> GOOGLE_VERBS = Set.of(
            "generateContent", "streamGenerateContent", "embedContent", "batchEmbedContents", "countTokens", "predict");

    private static final List<ErrorFormat> ALL = List.of(OPENAI, PROBLEM, GOOGLE, ANTHROPIC);

    private final ErrorShape shape;
    private final List<String> paths;

    private ErrorFormat(ErrorShape shape, String... paths) {
        this.shape = shape;
        this.paths = List.of(paths);
    }

    /** The error as a JSON body. */
    public ObjectNode body(ErrorDetail error) {
        return shape.body(error);
    }

    /** The format of the dialect that a path belongs to. */
    public static ErrorFormat ofPath(String path) {
        if (path.startsWith("/v1/models/") && GOOGLE_VERBS.contains(path.substring(path.lastIndexOf(':') + 1))) {
            return GOOGLE;
        }
        return ALL.stream().filter(format -> format.claims(path)).findFirst().orElse(OPENAI);
    }

    private boolean claims(String path) {
        return paths.stream().anyMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "/"));
    }

    /**
     * Status, {@code Retry-After} where the error says, and body; ends the response. Other headers stay as the caller set them. Does
     * nothing when the response has ended or its connection is gone.
     */
    public void send(HttpServerResponse response, ErrorDetail error) {
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(shape.status(error)).putHeader("Content-Type", shape.contentType());
        if (error.getRetryAfterMillis() != null) {
            long seconds = Math.max(1, Math.ceilDiv(error.getRetryAfterMillis(), 1000L));
            response.putHeader("Retry-After", Long.toString(seconds));
        } else if (statusOf(error) == ErrorCode.OVERLOADED.httpStatus()) {
            response.putHeader("Retry-After", "1");
        }
        response.end(body(error).toString());
    }

    /** The error's HTTP status, 500 where a record says something that is none of an error. */
    public static int statusOf(ErrorDetail error) {
        return error.getHttpStatus() >= 400 && error.getHttpStatus() <= 599 ? error.getHttpStatus() : 500;
    }
}

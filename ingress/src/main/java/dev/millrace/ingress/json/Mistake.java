package dev.millrace.ingress.json;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Something in a request that its sender must change. Leaves a parser at the first mistake; the parser's entry point turns it into a
 * value. Carries no stack and nothing of the request but names.
 */
public final class Mistake extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ErrorDetail detail;

    public Mistake(ErrorCode code, String message, @Nullable String param) {
        super(message, null, false, false);
        var detail = code.detail(message);
        this.detail = param == null
                ? detail
                : ErrorDetail.newBuilder(detail).setParam(param).build();
    }

    /** A mistake of type, range or form at {@code path}. */
    public static Mistake invalid(String path, String message) {
        return new Mistake(ErrorCode.INVALID_REQUEST, message, path);
    }

    public ErrorDetail detail() {
        return detail;
    }
}

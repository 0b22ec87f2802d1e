package dev.millrace.router.admission;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a request.
 *
 * @param param the field, as its path in the record; null when no field is at fault
 */
public record Fault(
        ErrorCode code, String message, @Nullable String param) {
    static Fault invalid(String param, String message) {
        return new Fault(ErrorCode.INVALID_REQUEST, param + ": " + message, param);
    }

    /** The fault as it travels in records. */
    public ErrorDetail detail() {
        return ErrorDetail.newBuilder(code.detail(message)).setParam(param).build();
    }
}

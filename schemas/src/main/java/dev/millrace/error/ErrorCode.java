package dev.millrace.error;

import dev.millrace.avro.ErrorDetail;

/**
 * Every error a client can see.
 *
 * <p>The {@link #code()} is stable and appears in every dialect, in terminal records and in dead letters; the status is the one an
 * HTTP endpoint answers with.
 */
public enum ErrorCode {
    INVALID_JSON("invalid_json", 400, Fault.CLIENT),
    INVALID_REQUEST("invalid_request", 400, Fault.CLIENT),
    UNSUPPORTED_PARAMETER("unsupported_parameter", 400, Fault.CLIENT),
    AUTHENTICATION_FAILED("authentication_failed", 401, Fault.CLIENT),
    PERMISSION_DENIED("permission_denied", 403, Fault.CLIENT),
    MODEL_NOT_FOUND("model_not_found", 404, Fault.CLIENT),
    JOB_NOT_FOUND("job_not_found", 404, Fault.CLIENT),
    NOT_FOUND("not_found", 404, Fault.CLIENT),
    METHOD_NOT_ALLOWED("method_not_allowed", 405, Fault.CLIENT),
    /** The client did not send its body in time. */
    REQUEST_TIMEOUT("request_timeout", 408, Fault.CLIENT),
    REQUEST_TOO_LARGE("request_too_large", 413, Fault.CLIENT),
    UNSUPPORTED_MEDIA_TYPE("unsupported_media_type", 415, Fault.CLIENT),
    /** What is asked for is still being made. */
    NOT_READY("not_ready", 409, Fault.CLIENT),
    IDEMPOTENCY_CONFLICT("idempotency_conflict", 422, Fault.CLIENT),
    RATE_LIMITED("rate_limited", 429, Fault.CLIENT),
    /** The submitter or an operator stopped the job; 499 is nginx's word for a client that closed the request. */
    CANCELLED("cancelled", 499, Fault.CLIENT),
    /** The record on the topic could not be read as a request. */
    UNDECODABLE_RECORD("undecodable_record", 400, Fault.CLIENT),
    /** Another execution took over after content was delivered to a reader that did not ask for restarts. */
    STREAM_RESTARTED("stream_restarted", 502, Fault.PLATFORM),
    /** Records of the job are no longer on the log. */
    RESULT_EXPIRED("result_expired", 410, Fault.CLIENT),
    /** The answer does not fit into one body; it can be read as a stream of events. */
    RESULT_TOO_LARGE("result_too_large", 502, Fault.PLATFORM),
    VENDOR_REFUSED("vendor_refused", 400, Fault.VENDOR),
    VENDOR_THROTTLED("vendor_throttled", 429, Fault.VENDOR),
    VENDOR_UNAVAILABLE("vendor_unavailable", 502, Fault.VENDOR),
    VENDOR_TIMEOUT("vendor_timeout", 504, Fault.VENDOR),
    VENDOR_MALFORMED("vendor_malformed", 502, Fault.VENDOR),
    STREAM_TRUNCATED("stream_truncated", 502, Fault.VENDOR),
    /** The operator's credential for a vendor is missing or was refused. */
    VENDOR_CREDENTIAL("vendor_credential", 502, Fault.PLATFORM),
    /** Nobody could say what the call costs: the operator gives the model a price first. */
    MODEL_WITHOUT_PRICE("model_without_price", 403, Fault.CLIENT),
    NO_PROVIDER("no_provider", 503, Fault.PLATFORM),
    OVERLOADED("overloaded", 503, Fault.PLATFORM),
    LOG_UNAVAILABLE("log_unavailable", 503, Fault.PLATFORM),
    DEADLINE_EXCEEDED("deadline_exceeded", 504, Fault.PLATFORM),
    INTERNAL("internal_error", 500, Fault.PLATFORM);

    /** Who has to act. */
    public enum Fault {
        CLIENT,
        VENDOR,
        PLATFORM
    }

    private final String code;
    private final int httpStatus;
    private final Fault fault;

    ErrorCode(String code, int httpStatus, Fault fault) {
        this.code = code;
        this.httpStatus = httpStatus;
        this.fault = fault;
    }

    public String code() {
        return code;
    }

    public int httpStatus() {
        return httpStatus;
    }

    public Fault fault() {
        return fault;
    }

    /** The error as it travels in records. The message must name what was wrong and where, and hold no secret and no prompt. */
    public ErrorDetail detail(String message) {
        return ErrorDetail.newBuilder()
                .setCode(code)
                .setMessage(message)
                .setHttpStatus(httpStatus)
                .build();
    }

    /** The constant of a code read from a record; {@link #INTERNAL} for one this version does not know. */
    public static ErrorCode ofCode(String code) {
        for (var value : values()) {
            if (value.code.equals(code)) {
                return value;
            }
        }
        return INTERNAL;
    }
}

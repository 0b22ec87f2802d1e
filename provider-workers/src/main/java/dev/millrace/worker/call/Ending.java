package dev.millrace.worker.call;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.AttemptSummary;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.Usage;
import dev.millrace.catalogue.Prices;
import dev.millrace.error.ErrorCode;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Throttled;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.provider.VendorResult.Unanswered;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import dev.millrace.worker.provider.VendorResult.Uncredentialed;
import dev.millrace.worker.transport.Overrun;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the end of a call means. Pure.
 *
 * <p>A worker ends the job itself when the vendor's terminal event was seen, when the job was cancelled, and when its deadline passed; every
 * other end is only reported, and the router decides whether there is another attempt.
 *
 * @param terminal what this worker writes as the job's end; null when it leaves the end to the router
 */
public record Ending(
        OutcomeKind kind,
        @Nullable ErrorDetail error,
        @Nullable Long retryAfterMillis,
        @Nullable Usage usage,
        @Nullable Terminal terminal) {

    /** What an ending is made from beside the result itself. */
    public record Circumstances(
            AttemptOrder order,
            int attempt,
            long durationMillis,
            @Nullable Usage usage) {}

    /** The end of a call that ran until the vendor, or a deadline, ended it. */
    public static Ending of(VendorResult result, @Nullable Overrun overrun, Circumstances circumstances) {
        if (overrun == Overrun.TOTAL) {
            return expired(circumstances);
        }
        return switch (result) {
            case Finished(var _, var vendor) ->
                ended(OutcomeKind.COMPLETED, JobStatus.COMPLETED, null, vendor, circumstances);
            case Throttled(var error, var retryAfter) ->
                left(OutcomeKind.THROTTLED, detail(ErrorCode.VENDOR_THROTTLED, error, true), retryAfter, circumstances);
            case Refused(var error) -> left(OutcomeKind.REFUSED, refused(error), null, circumstances);
            case Unavailable(var error, var retryAfter) ->
                left(
                        OutcomeKind.UNAVAILABLE,
                        detail(ErrorCode.VENDOR_UNAVAILABLE, error, true),
                        retryAfter,
                        circumstances);
            case Unanswered(var reason) -> {
                var code = overrun == null ? ErrorCode.VENDOR_UNAVAILABLE : ErrorCode.VENDOR_TIMEOUT;
                yield left(
                        OutcomeKind.UNANSWERED,
                        code.detail("the provider did not answer: " + reason),
                        null,
                        circumstances);
            }
            case Truncated(var where) -> {
                var code = overrun == null ? ErrorCode.STREAM_TRUNCATED : ErrorCode.VENDOR_TIMEOUT;
                yield left(OutcomeKind.TRUNCATED, code.detail(where), null, circumstances);
            }
            case Malformed(var where) ->
                left(
                        OutcomeKind.MALFORMED,
                        ErrorCode.VENDOR_MALFORMED.detail("the provider's reply is malformed: " + where),
                        null,
                        circumstances);
            case Uncredentialed(var reason, var retryable) ->
                left(
                        retryable ? OutcomeKind.UNAVAILABLE : OutcomeKind.REFUSED,
                        uncredentialed(reason, retryable),
                        null,
                        circumstances);
        };
    }

    /** The job was cancelled while the call ran: billed for use. */
    public static Ending cancelled(Circumstances circumstances) {
        var error = ErrorCode.CANCELLED.detail("the job was cancelled");
        return ended(OutcomeKind.CANCELLED, JobStatus.CANCELLED, error, Map.of(), circumstances);
    }

    /** The job was cancelled before the call began: free. */
    public static Ending aborted(Circumstances circumstances) {
        var error = ErrorCode.CANCELLED.detail("the job was cancelled before it ran");
        return ended(OutcomeKind.CANCELLED, JobStatus.ABORTED, error, Map.of(), circumstances);
    }

    /** The deadline passed, before the vendor said anything (no usage, free) or after (billed for use). */
    public static Ending expired(Circumstances circumstances) {
        var error = ErrorCode.DEADLINE_EXCEEDED.detail("the job's deadline passed");
        return ended(OutcomeKind.EXPIRED, JobStatus.EXPIRED, error, Map.of(), circumstances);
    }

    /** This worker shuts down during a call that nobody else will take over: the router may order another attempt. */
    public static Ending interrupted(boolean contentDelivered, Circumstances circumstances) {
        var error = ErrorDetail.newBuilder(ErrorCode.INTERNAL.detail("the worker shut down during the call"))
                .setRetryable(true)
                .build();
        var kind = contentDelivered ? OutcomeKind.TRUNCATED : OutcomeKind.UNAVAILABLE;
        return left(kind, error, null, circumstances);
    }

    /** The call could not be made as ordered. */
    public static Ending notSent(ErrorDetail error, Circumstances circumstances) {
        return left(OutcomeKind.REFUSED, error, null, circumstances);
    }

    /** Nothing was sent, for a reason that may pass. */
    public static Ending notNow(ErrorDetail error, Circumstances circumstances) {
        return left(OutcomeKind.UNAVAILABLE, error, null, circumstances);
    }

    private static Ending left(
            OutcomeKind kind, ErrorDetail error, @Nullable Long retryAfterMillis, Circumstances circumstances) {
        return new Ending(kind, error, retryAfterMillis, circumstances.usage(), null);
    }

    private static Ending ended(
            OutcomeKind kind,
            JobStatus status,
            @Nullable ErrorDetail error,
            Map<String, String> vendor,
            Circumstances circumstances) {
        var usage = circumstances.usage();
        var attempts = new ArrayList<>(circumstances.order().getHistory());
        if (status != JobStatus.ABORTED) {
            attempts.add(summary(kind, error, circumstances));
        }
        var terminal = Terminal.newBuilder()
                .setStatus(status)
                .setUsage(usage)
                .setCostNanos(usage == null ? 0 : cost(circumstances.order(), usage))
                .setError(error)
                .setAttempts(attempts)
                .setVendor(vendor)
                .build();
        return new Ending(kind, error, null, usage, terminal);
    }

    private static long cost(AttemptOrder order, Usage usage) {
        return new Prices(order.getPriceNanosPerMillion()).costNanos(usage);
    }

    private static AttemptSummary summary(OutcomeKind kind, @Nullable ErrorDetail error, Circumstances circumstances) {
        return new AttemptSummary(
                circumstances.attempt(),
                circumstances.order().getProvider(),
                circumstances.order().getModel(),
                kind.name(),
                circumstances.durationMillis(),
                error == null ? null : error.getCode());
    }

    private static ErrorDetail uncredentialed(String reason, boolean retryable) {
        var detail = ErrorCode.VENDOR_CREDENTIAL.detail("the provider's credential could not be had: " + reason);
        return ErrorDetail.newBuilder(detail).setRetryable(retryable).build();
    }

    private static ErrorDetail refused(VendorError error) {
        if (error.status() == 401 || error.status() == 403) {
            // The key is the operator's, not the caller's. What a vendor says of a key may quote a part of it.
            var words = new VendorError(error.status(), error.code(), "the provider refused the operator's credential");
            return detail(ErrorCode.VENDOR_CREDENTIAL, words, false);
        }
        var detail = detail(ErrorCode.VENDOR_REFUSED, error, false);
        return ErrorDetail.newBuilder(detail).setHttpStatus(httpStatus(error)).build();
    }

    /** Says who is at fault: a refusal is the caller's, a redirect, which is never followed, the provider's. */
    private static int httpStatus(VendorError error) {
        int status = error.status();
        if (status == 0) {
            return ErrorCode.VENDOR_REFUSED.httpStatus();
        }
        return 400 <= status && status < 500 ? status : 502;
    }

    private static ErrorDetail detail(ErrorCode code, VendorError error, boolean retryable) {
        return ErrorDetail.newBuilder(code.detail(error.message()))
                .setVendorStatus(error.status() == 0 ? null : error.status())
                .setVendorCode(error.code())
                .setRetryable(retryable)
                .build();
    }
}

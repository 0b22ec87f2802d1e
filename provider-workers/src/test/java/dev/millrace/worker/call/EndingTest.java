package dev.millrace.worker.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.Usage;
import dev.millrace.worker.Dispatches;
import dev.millrace.worker.call.Ending.Circumstances;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Throttled;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.provider.VendorResult.Unanswered;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import dev.millrace.worker.provider.VendorResult.Uncredentialed;
import dev.millrace.worker.transport.Overrun;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndingTest {
    private static final Usage USAGE =
            Usage.newBuilder().setInputTokens(10).setOutputTokens(5).build();
    private static final Circumstances RAN = new Circumstances(Dispatches.local("echo", "x", ""), 2, 1234, USAGE);

    private static ErrorDetail error(Ending ending) {
        return Objects.requireNonNull(ending.error());
    }

    private static Terminal terminal(Ending ending) {
        return Objects.requireNonNull(ending.terminal());
    }

    @Test
    void completesWithUsagePriceAndWhatTheVendorSaid() {
        var ending = Ending.of(new Finished(USAGE, Map.of("id", "\"x\"")), null, RAN);
        assertThat(ending.kind()).isEqualTo(OutcomeKind.COMPLETED);
        assertThat(terminal(ending).getStatus()).isEqualTo(JobStatus.COMPLETED);
        assertThat(terminal(ending).getCostNanos()).isEqualTo(20);
        assertThat(terminal(ending).getVendor()).containsEntry("id", "\"x\"");
        assertThat(terminal(ending).getAttempts()).singleElement().satisfies(attempt -> {
            assertThat(attempt.getAttempt()).isEqualTo(2);
            assertThat(attempt.getDurationMillis()).isEqualTo(1234);
        });
    }

    @Test
    void leavesEveryFailureToTheRouter() {
        var error = new VendorError(503, "c", "m");
        assertThat(Ending.of(new Throttled(error, 70L), null, RAN))
                .satisfies(it -> assertThat(it.retryAfterMillis()).isEqualTo(70))
                .satisfies(it -> assertThat(it.kind()).isEqualTo(OutcomeKind.THROTTLED));
        assertThat(Ending.of(new Unavailable(error, null), null, RAN).kind()).isEqualTo(OutcomeKind.UNAVAILABLE);
        assertThat(Ending.of(new Refused(error), null, RAN).kind()).isEqualTo(OutcomeKind.REFUSED);
        assertThat(Ending.of(new Truncated("x"), null, RAN).kind()).isEqualTo(OutcomeKind.TRUNCATED);
        assertThat(Ending.of(new Malformed("x"), null, RAN).kind()).isEqualTo(OutcomeKind.MALFORMED);
        assertThat(Ending.of(new Unanswered("x"), null, RAN).kind()).isEqualTo(OutcomeKind.UNANSWERED);
        assertThat(Ending.of(new Truncated("x"), Overrun.BETWEEN_EVENTS, RAN).terminal())
                .isNull();
    }

    @Test
    void blamesTheOperatorForACredentialThatCannotBeHad() {
        var ending = Ending.of(new Uncredentialed("no token", false), null, RAN);
        assertThat(ending.kind()).isEqualTo(OutcomeKind.REFUSED);
        assertThat(error(ending).getCode()).isEqualTo("vendor_credential");
        assertThat(error(ending).getMessage()).endsWith("no token");
        var outage = Ending.of(new Uncredentialed("no token", true), null, RAN);
        assertThat(outage.kind()).isEqualTo(OutcomeKind.UNAVAILABLE);
        assertThat(error(outage).getRetryable()).isTrue();
    }

    @Test
    void tellsATimeOutFromABrokenConnection() {
        assertThat(error(Ending.of(new Unanswered("x"), Overrun.FIRST_TOKEN, RAN))
                        .getCode())
                .isEqualTo("vendor_timeout");
        assertThat(error(Ending.of(new Unanswered("x"), null, RAN)).getCode()).isEqualTo("vendor_unavailable");
        assertThat(error(Ending.of(new Truncated("x"), Overrun.BETWEEN_EVENTS, RAN))
                        .getCode())
                .isEqualTo("vendor_timeout");
        assertThat(error(Ending.of(new Truncated("x"), null, RAN)).getCode()).isEqualTo("stream_truncated");
    }

    @Test
    void leavesAnAttemptThatTookTooLongToTheRouter() {
        var silent = Ending.of(new Unanswered("x"), Overrun.ATTEMPT, RAN);
        var cut = Ending.of(new Truncated("x"), Overrun.ATTEMPT, RAN);
        assertThat(silent.kind()).isEqualTo(OutcomeKind.UNANSWERED);
        assertThat(cut.kind()).isEqualTo(OutcomeKind.TRUNCATED);
        for (var ending : List.of(silent, cut)) {
            assertThat(ending.terminal()).isNull();
            assertThat(error(ending).getCode()).isEqualTo("vendor_timeout");
            assertThat(error(ending).getHttpStatus()).isEqualTo(504);
        }
    }

    @Test
    void expiresWhenTheTotalDeadlinePassed() {
        var ending = Ending.of(new Truncated("x"), Overrun.TOTAL, RAN);
        assertThat(terminal(ending).getStatus()).isEqualTo(JobStatus.EXPIRED);
        assertThat(terminal(ending).getCostNanos()).isEqualTo(20);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void tellsTheOperatorsCredentialFromTheCallersAndDoesNotRepeatWhatAVendorSaysOfIt(int status) {
        var ending = Ending.of(
                new Refused(new VendorError(status, "invalid_api_key", "Incorrect API key: sk-abc")), null, RAN);
        assertThat(error(ending).getCode()).isEqualTo("vendor_credential");
        assertThat(error(ending).getHttpStatus()).isEqualTo(502);
        assertThat(error(ending).getVendorStatus()).isEqualTo(status);
        assertThat(error(ending).getVendorCode()).isEqualTo("invalid_api_key");
        assertThat(error(ending).getMessage()).doesNotContain("sk-abc");
    }

    @Test
    void passesTheVendorsStatusOnForARefusedRequest() {
        var ending = Ending.of(new Refused(new VendorError(422, "bad", "no")), null, RAN);
        assertThat(error(ending).getHttpStatus()).isEqualTo(422);
        assertThat(error(ending).getVendorStatus()).isEqualTo(422);
        assertThat(error(ending).getVendorCode()).isEqualTo("bad");
    }

    @Test
    void doesNotBlameTheCallerForARedirect() {
        var ending = Ending.of(new Refused(new VendorError(307, null, "moved")), null, RAN);
        assertThat(error(ending).getCode()).isEqualTo("vendor_refused");
        assertThat(error(ending).getHttpStatus()).isEqualTo(502);
        assertThat(error(ending).getVendorStatus()).isEqualTo(307);
    }

    @Test
    void takesARefusalInsideASuccessfulReplyForTheCallers() {
        var ending = Ending.of(new Refused(new VendorError(0, "content_filter", "no")), null, RAN);
        assertThat(error(ending).getHttpStatus()).isEqualTo(400);
    }

    @Test
    void anAbortedJobIsFreeAndHasNoAttempt() {
        var nothing = new Circumstances(Dispatches.local("echo", "x", ""), 1, 0, null);
        var ending = Ending.aborted(nothing);
        assertThat(terminal(ending).getStatus()).isEqualTo(JobStatus.ABORTED);
        assertThat(terminal(ending).getCostNanos()).isZero();
        assertThat(terminal(ending).getAttempts()).isEmpty();
    }
}

package dev.millrace.egress.log;

import static dev.millrace.egress.Results.ACME;
import static dev.millrace.egress.Results.OTHER;
import static dev.millrace.egress.Results.completed;
import static dev.millrace.egress.Results.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.avro.AttemptSummary;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.VerdictKind;
import dev.millrace.egress.Results;
import dev.millrace.egress.log.JobSnapshot.Phase;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private final LogFixture fixture = new LogFixture().started();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void isQueuedWhileOnlyTheRequestIsOnTheLog() {
        // Given
        var job = fixture.newJob();
        fixture.request(job, ACME);
        // Then
        var snapshot = snapshot(job, ACME);
        assertThat(snapshot.phase()).isEqualTo(Phase.QUEUED);
        assertThat(snapshot.createdAtMillis()).isEqualTo(job.createdAtMillis().orElseThrow());
    }

    @Test
    void isRunningWithWhatWasSaidSoFar() {
        // Given
        var job = fixture.newJob();
        fixture.publish(text(job, 0, "Hel"));
        fixture.publish(text(job, 1, "lo"));
        // Then
        var snapshot = snapshot(job, ACME);
        assertThat(snapshot.phase()).isEqualTo(Phase.RUNNING);
        assertThat(snapshot.reply().choices().getFirst().text()).isEqualTo("Hello");
        assertThat(snapshot.events()).isEqualTo(2);
        assertThat(snapshot.attempts()).isEqualTo(1);
        assertThat(snapshot.model()).isEqualTo("alpha/one");
        assertThat(snapshot.terminal()).isNull();
    }

    @Test
    void isEndedByTheFirstTerminalOnly() {
        // Given
        var job = fixture.newJob();
        fixture.publish(text(job, 0, "a"));
        fixture.publish(completed(job, 1));
        fixture.publish(Results.end(
                job, 2, 1, 0, Terminal.newBuilder().setStatus(JobStatus.FAILED).build()));
        // Then
        var snapshot = snapshot(job, ACME);
        assertThat(snapshot.phase()).isEqualTo(Phase.ENDED);
        assertThat(snapshot.terminal())
                .satisfies(terminal -> assertThat(terminal.getCostNanos()).isEqualTo(1500));
    }

    @Test
    void countsTheAttemptsOfTheTerminal() {
        // Given
        var job = fixture.newJob();
        var attempt = AttemptSummary.newBuilder()
                .setAttempt(1)
                .setProvider("alpha")
                .setModel("alpha/one")
                .setOutcome("UNAVAILABLE")
                .build();
        fixture.publish(Results.end(
                job,
                3,
                0,
                0,
                Terminal.newBuilder()
                        .setStatus(JobStatus.FAILED)
                        .setAttempts(List.of(attempt, attempt))
                        .build()));
        // Then
        assertThat(snapshot(job, ACME).attempts()).isEqualTo(2);
    }

    @Test
    void doesNotExistForOthers() {
        // Given
        var job = fixture.newJob();
        fixture.request(job, ACME);
        fixture.publish(text(job, 0, "secret"));
        // Then
        assertUnavailable(job, OTHER, ErrorCode.JOB_NOT_FOUND);
    }

    @Test
    void doesNotExistWhenNobodyAskedForIt() {
        assertUnavailable(fixture.newJob(), ACME, ErrorCode.JOB_NOT_FOUND);
        assertUnavailable(new JobId("chosen-by-hand"), ACME, ErrorCode.JOB_NOT_FOUND);
    }

    @Test
    void doesNotExistWhenTheSubmitRepeatedAnother() {
        // Given
        var job = fixture.newJob();
        fixture.request(job, ACME);
        fixture.publish(Results.verdict(job, VerdictKind.DUPLICATE, fixture.newJob()));
        // Then
        assertUnavailable(job, ACME, ErrorCode.JOB_NOT_FOUND);
    }

    @Test
    void isExpiredWhenItsIdIsOlderThanTheRetention() {
        assertUnavailable(new JobId("job_01890a5d00007000800000000000000a_3"), ACME, ErrorCode.RESULT_EXPIRED);
    }

    @Test
    void isExpiredWhenItsBeginningIsGone() {
        // Given
        var job = fixture.newJob();
        fixture.publish(text(job, 0, "a"));
        fixture.publish(text(job, 1, "b"));
        fixture.memory.removeBefore(fixture.partition(job), 1);
        // Then
        assertUnavailable(job, ACME, ErrorCode.RESULT_EXPIRED);
    }

    @Test
    void findsJobsWhoseIdTheSubmitterOrTheTopicChose() {
        // Given
        var chosen = new JobId("order-17");
        fixture.request(chosen, ACME);
        fixture.publish(text(chosen, 0, "a"));
        var derived = InferenceRequest.newBuilder()
                .setAccount(ACME.value())
                .setModel("alpha/one")
                .setInput(ChatInput.newBuilder().setMessages(List.of()).build())
                .build();
        fixture.request(derived);
        // Then
        assertThat(snapshot(chosen, ACME).phase()).isEqualTo(Phase.RUNNING);
        var listed = LogFixture.await(fixture.log.recent(ACME, 10));
        assertThat(snapshot(listed.getFirst().id(), ACME).phase()).isEqualTo(Phase.QUEUED);
    }

    @Test
    void listsTheAccountsJobsNewestFirst() {
        // Given
        var ended = fixture.newJob();
        var running = fixture.newJob();
        var queued = fixture.newJob();
        var repeated = fixture.newJob();
        List.of(ended, running, queued, repeated).forEach(job -> fixture.request(job, ACME));
        fixture.request(fixture.newJob(), OTHER);
        fixture.publish(text(running, 0, "a"));
        fixture.publish(completed(ended, 0));
        fixture.publish(Results.verdict(repeated, VerdictKind.DUPLICATE, ended));
        // When
        var jobs = LogFixture.await(fixture.log.recent(ACME, 10));
        // Then
        assertThat(jobs).extracting(JobSummary::id).containsExactly(queued, running, ended);
        assertThat(jobs).extracting(JobSummary::phase).containsExactly(Phase.QUEUED, Phase.RUNNING, Phase.ENDED);
        assertThat(LogFixture.await(fixture.log.recent(ACME, 1))).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void readsTheListBackOverManyRecords() {
        // Given
        var first = fixture.newJob();
        fixture.request(first, ACME);
        for (int i = 0; i < 4500; i++) {
            fixture.request(fixture.newJob(), new AccountId("noisy"));
        }
        // Then
        assertThat(LogFixture.await(fixture.log.recent(ACME, 5)))
                .extracting(JobSummary::id)
                .containsExactly(first);
    }

    private JobSnapshot snapshot(JobId job, AccountId account) {
        return LogFixture.await(fixture.log.snapshot(job, account));
    }

    private void assertUnavailable(JobId job, AccountId account, ErrorCode code) {
        assertThatThrownBy(() -> snapshot(job, account))
                .isInstanceOfSatisfying(
                        JobUnavailable.class,
                        unavailable -> assertThat(unavailable.code()).isEqualTo(code));
    }
}

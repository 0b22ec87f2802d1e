package dev.millrace.egress.log;

import static dev.millrace.egress.Results.ACME;
import static dev.millrace.egress.Results.OTHER;
import static dev.millrace.egress.Results.completed;
import static dev.millrace.egress.Results.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.VerdictKind;
import dev.millrace.egress.Results;
import dev.millrace.job.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResultsLogTest {
    private LogFixture fixture = new LogFixture().started();
    private final Collected heard = new Collected();

    @AfterEach
    void close() {
        fixture.close();
    }

    private void restartWith(ResultsLogConfig config) {
        fixture.close();
        fixture = new LogFixture(config).started();
    }

    @Test
    void deliversWhatIsPublishedAfterOpen() {
        // Given
        var job = fixture.newJob();
        fixture.log.open(job, ACME, heard);
        // When
        fixture.publish(text(job, 0, "Hel"));
        fixture.publish(text(job, 1, "lo"));
        fixture.publish(completed(job, 2));
        // Then
        assertThat(heard.untilLast()).containsExactly("0:Hel", "1:lo", "2=COMPLETED");
    }

    @Test
    void callsListenerOnTheContextThatSubscribed() {
        // Given
        var job = fixture.newJob();
        var context = fixture.vertx.getOrCreateContext();
        var subscriber = new ArrayList<String>();
        context.runOnContext(_ -> {
            subscriber.add(Thread.currentThread().getName());
            fixture.log.open(job, ACME, heard);
            fixture.vertx.<Void>executeBlocking(() -> {
                fixture.publish(text(job, 0, "a"));
                fixture.publish(completed(job, 1));
                return null;
            });
        });
        // Then
        heard.untilLast();
        assertThat(heard.threads()).containsOnly(subscriber.getFirst());
    }

    @Test
    void deliversToEverySubscriberOfAJob() {
        // Given
        var job = fixture.newJob();
        var second = new Collected();
        fixture.log.open(job, ACME, heard);
        fixture.log.open(job, ACME, second);
        // When
        fixture.publish(text(job, 0, "a"));
        fixture.publish(completed(job, 1));
        // Then
        assertThat(heard.untilLast()).isEqualTo(second.untilLast()).hasSize(2);
    }

    @Test
    void deliversVerdictWithoutAnIndex() {
        // Given
        var job = fixture.newJob();
        fixture.log.open(job, ACME, heard);
        // When
        fixture.publish(Results.verdict(job, VerdictKind.ADMITTED, null));
        fixture.publish(text(job, 0, "a"));
        fixture.publish(completed(job, 1));
        // Then
        assertThat(heard.untilLast()).containsExactly("verdict ADMITTED", "0:a", "1=COMPLETED");
    }

    @Test
    void dropsStaleExecutionsDuplicatesForeignAccountsAndWhatFollowsTheEnd() {
        // Given
        var job = fixture.newJob();
        fixture.log.open(job, ACME, heard);
        // When
        fixture.publish(text(job, 1, 5, 0, "a"));
        fixture.publish(text(job, 1, 5, 0, "a"));
        fixture.publish(text(job, 1, 4, 1, "stale"));
        fixture.publish(Results.record(job, OTHER, 1, 5, 1, List.of(Results.delta("foreign"))));
        fixture.publish(text(job, 1, 6, 0, "b"));
        fixture.publish(Results.end(job, 1, 6, 1, terminal(JobStatus.COMPLETED)));
        fixture.publish(Results.end(job, 1, 7, 0, terminal(JobStatus.FAILED)));
        // Then
        assertThat(heard.untilLast()).containsExactly("0:a", "1!b", "2=COMPLETED");
    }

    @Test
    void resumesAtEveryIndexOfAnEndedJob() {
        // Given
        var job = fixture.newJob();
        publishWhole(job, 6);
        var full = List.of("0:t0", "1:t1", "2:t2", "3:t3", "4:t4", "5:t5", "6=COMPLETED");
        for (int after = -1; after <= 5; after++) {
            // When
            var resumed = new Collected();
            fixture.log.resume(job, ACME, after, resumed);
            // Then
            assertThat(resumed.untilLast()).isEqualTo(full.subList(after + 1, full.size()));
        }
    }

    @Test
    void deliversTheEndEvenToAReaderThatHasIt() {
        // Given
        var job = fixture.newJob();
        publishWhole(job, 2);
        // When
        fixture.log.resume(job, ACME, 1000, heard);
        // Then
        assertThat(heard.untilLast()).containsExactly("2=COMPLETED");
    }

    @Test
    void goesOnLiveAfterCatchingUp() {
        // Given
        var job = fixture.newJob();
        fixture.publish(text(job, 0, "a"));
        fixture.log.resume(job, ACME, -1, heard);
        heard.until(1);
        // When
        fixture.publish(text(job, 1, "b"));
        fixture.publish(completed(job, 2));
        // Then
        assertThat(heard.untilLast()).containsExactly("0:a", "1:b", "2=COMPLETED");
    }

    @Test
    void readsBackFromTheLogWhatAPausedClientDidNotTake() {
        // Given a client that takes one event and stops
        restartWith(LogFixture.tight(4));
        var job = fixture.newJob();
        var subscription = new ArrayList<Subscription>();
        JobListener pausing = event -> {
            heard.onEvent(event);
            if (heard.events().size() == 1) {
                subscription.getFirst().pause();
            }
        };
        fixture.vertx.runOnContext(_ -> subscription.add(fixture.log.open(job, ACME, pausing)));
        Awaitility.await().until(() -> !subscription.isEmpty());
        fixture.publish(text(job, 0, "t0"));
        heard.until(1);
        // When far more comes than its buffer holds
        for (int seq = 1; seq < 100; seq++) {
            fixture.publish(text(job, seq, "t" + seq));
        }
        fixture.publish(completed(job, 100));
        var other = fixture.newJob();
        var unaffected = new Collected();
        fixture.log.open(other, ACME, unaffected);
        publishWhole(other, 3);
        // Then others are served, and it gets all of it once it reads again
        assertThat(unaffected.untilLast()).hasSize(4);
        assertThat(heard.heard()).hasSize(1);
        subscription.getFirst().resume();
        assertThat(heard.untilLast()).isEqualTo(expected(100));
    }

    @Test
    void deliversNothingAfterCancel() {
        // Given
        var job = fixture.newJob();
        var cancelled = new Collected();
        fixture.log.open(job, ACME, cancelled).cancel();
        fixture.log.open(job, ACME, heard);
        // When
        publishWhole(job, 2);
        // Then
        heard.untilLast();
        assertThat(cancelled.events()).isEmpty();
        assertThat(fixture.log.stats().subscriptions()).isZero();
    }

    @Test
    void skipsAndCountsWhatDoesNotDecode() {
        // Given
        var job = fixture.newJob();
        fixture.log.open(job, ACME, heard);
        // When
        fixture.publish(text(job, 0, "a"));
        fixture.publishBytes(job, new byte[] {1, 2, 3});
        fixture.publish(completed(job, 1));
        // Then
        assertThat(heard.untilLast()).containsExactly("0:a", "1=COMPLETED");
        assertThat(fixture.log.stats().undecodableRecords()).isEqualTo(1);
    }

    @Test
    void losesNothingWhileTheRegistryIsDown() {
        // Given a process that has not learnt the schema when the registry goes down
        fixture.close();
        fixture = new LogFixture();
        fixture.writers.codec(LogFixture.TOPICS.results()).register();
        fixture.registry.goDown(true);
        fixture.started();
        var job = fixture.newJob();
        fixture.log.open(job, ACME, heard);
        fixture.publish(text(job, 0, "a"));
        fixture.publish(text(job, 1, "b"));
        // When
        fixture.registry.goDown(false);
        fixture.publish(completed(job, 2));
        // Then
        assertThat(heard.untilLast()).containsExactly("0:a", "1:b", "2=COMPLETED");
    }

    @Test
    void losesNothingWhenItsConsumersFail() {
        // Given
        var job = fixture.newJob();
        fixture.log.open(job, ACME, heard);
        fixture.publish(text(job, 0, "a"));
        heard.until(1);
        // When
        fixture.memory.failNextPolls(2);
        fixture.publish(text(job, 1, "b"));
        fixture.publish(completed(job, 2));
        // Then
        assertThat(heard.untilLast()).containsExactly("0:a", "1:b", "2=COMPLETED");
    }

    @Test
    void tailsAPartitionThatIsAskedForLaterWithoutLosingTheOthers() {
        // Given a process that tails partition 2 only
        restartWith(new ResultsLogConfig(Set.of(2), 100, 100, 1 << 20, 2, 100, 1 << 20));
        assertThat(IntStream.range(0, 5).map(_ -> fixture.log.choosePartition()))
                .containsOnly(2);
        var near = JobId.create(2);
        var far = JobId.create(0);
        var fromFar = new Collected();
        fixture.log.open(near, ACME, heard);
        fixture.publish(text(near, 0, "t0"));
        // When
        fixture.request(far, ACME);
        fixture.log.open(far, ACME, fromFar);
        publishWhole(far, 2);
        fixture.publish(completed(near, 1));
        // Then
        assertThat(fromFar.untilLast()).containsExactly("0:t0", "1:t1", "2=COMPLETED");
        assertThat(heard.untilLast()).containsExactly("0:t0", "1=COMPLETED");
    }

    @Test
    void tellsWhenTheBeginningIsNotKeptAnyMore() {
        // Given
        var job = fixture.newJob();
        publishWhole(job, 5);
        // When
        fixture.memory.removeBefore(fixture.partition(job), 2);
        fixture.log.resume(job, ACME, -1, heard);
        // Then
        assertThat(heard.untilLast()).containsExactly("lost RESULT_EXPIRED");
    }

    @Test
    void tellsWhenAWholeFirstAttemptIsNotKeptAnyMore() {
        // Given an attempt that is gone, and a second one that would be numbered from 0 without it
        var job = fixture.newJob();
        fixture.publish(text(job, 1, 1, 0, "a"));
        fixture.publish(text(job, 2, 1, 0, "b"));
        fixture.publish(Results.end(job, 2, 1, 1, terminal(JobStatus.COMPLETED)));
        // When
        fixture.memory.removeBefore(fixture.partition(job), 1);
        fixture.log.resume(job, ACME, -1, heard);
        // Then
        assertThat(heard.untilLast()).containsExactly("lost RESULT_EXPIRED");
    }

    @Test
    void waitsForAJobWhoseRequestIsOnTheLog() {
        // Given
        var job = fixture.newJob();
        fixture.request(job, ACME);
        // When
        var subscription = fixture.log.resume(job, ACME, -1, heard);
        // Then
        LogFixture.await(subscription.found());
        assertThat(heard.events()).isEmpty();
        publishWhole(job, 1);
        assertThat(heard.untilLast()).containsExactly("0:t0", "1=COMPLETED");
    }

    @Test
    void tellsThatAForeignJobDoesNotExist() {
        // Given
        var job = fixture.newJob();
        fixture.request(job, OTHER);
        fixture.publish(Results.record(job, OTHER, 1, 1, 0, List.of(Results.delta("secret"))));
        // When
        fixture.log.resume(job, ACME, -1, heard);
        // Then
        assertThat(heard.untilLast()).containsExactly("lost JOB_NOT_FOUND");
    }

    @Test
    void refusesMoreSubscriptionsThanItsLimit() {
        // Given
        restartWith(new ResultsLogConfig(Set.of(), 1, 100, 1 << 20, 2, 100, 1 << 20));
        fixture.log.open(fixture.newJob(), ACME, new Collected());
        // When
        fixture.log.open(fixture.newJob(), ACME, heard);
        // Then
        assertThat(heard.untilLast()).containsExactly("lost OVERLOADED");
    }

    @Test
    void endsSubscriptionsWhenItCloses() {
        // Given
        fixture.log.open(fixture.newJob(), ACME, heard);
        // When
        fixture.log.close();
        // Then
        assertThat(heard.untilLast()).containsExactly("lost LOG_UNAVAILABLE");
    }

    @Test
    void endsOnlyTheSubscriptionWhoseListenerFails() {
        // Given
        var job = fixture.newJob();
        fixture.log.open(job, ACME, _ -> {
            throw new IllegalStateException("broken");
        });
        fixture.log.open(job, ACME, heard);
        // When
        publishWhole(job, 2);
        // Then
        assertThat(heard.untilLast()).hasSize(3);
    }

    private void publishWhole(JobId job, int chunks) {
        for (int seq = 0; seq < chunks; seq++) {
            fixture.publish(text(job, seq, "t" + seq));
        }
        fixture.publish(completed(job, chunks));
    }

    private static List<String> expected(int chunks) {
        var expected = new ArrayList<String>();
        for (int index = 0; index < chunks; index++) {
            expected.add(index + ":t" + index);
        }
        expected.add(chunks + "=COMPLETED");
        return expected;
    }

    private static Terminal terminal(JobStatus status) {
        return Terminal.newBuilder().setStatus(status).build();
    }
}

package dev.millrace.egress.log;

import static dev.millrace.egress.Results.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.InferenceResult;
import dev.millrace.job.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever lies on the log and whenever a reader comes, pauses or goes on: it hears the suffix it asked for, once and in order. */
class ResultsLogPropertyTest {
    private static final int JOBS = 4;

    static LongStream seeds() {
        var seed = Long.getLong("seed");
        return seed != null ? LongStream.of(seed) : ThreadLocalRandom.current().longs(25);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void resumeAtEveryIndexEqualsTheFullRead(long seed) {
        var random = new SplittableRandom(seed);
        try (var fixture = new LogFixture(LogFixture.tight(1 + random.nextInt(8))).started()) {
            // Given
            var jobs = jobs(random);
            fixture.publishAll(interleaved(jobs, random));
            for (var job : jobs) {
                for (int after = -1; after < job.expected().size(); after++) {
                    // When
                    var heard = new Collected();
                    fixture.log.resume(job.id, ACME, after, heard);
                    heard.untilLast();
                    // Then
                    assertThat(events(heard)).as("%s after %d", job.id, after).isEqualTo(job.expectedAfter(after));
                }
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void readersThatComeAndPauseWhileTheJobRunsHearAllOfIt(long seed) {
        var random = new SplittableRandom(seed);
        try (var fixture = new LogFixture(LogFixture.tight(1 + random.nextInt(8))).started()) {
            // Given
            var jobs = jobs(random);
            jobs.forEach(job -> fixture.request(job.id, ACME));
            var readers = new ArrayList<Reader>();
            jobs.forEach(job -> readers.add(Reader.open(fixture, job, random.split())));
            // When readers come while records are written
            for (var record : interleaved(jobs, random)) {
                fixture.publish(record);
                if (random.nextInt(6) == 0) {
                    var job = jobs.get(random.nextInt(JOBS));
                    readers.add(Reader.resume(fixture, job, random.nextInt(-1, 10), random.split()));
                }
            }
            // Then
            for (var reader : readers) {
                reader.heard.untilLast();
                assertThat(events(reader.heard))
                        .as("%s after %d", reader.job.id, reader.after)
                        .isEqualTo(reader.job.expectedAfter(reader.after));
            }
        }
    }

    /** A client that pauses now and then. */
    private record Reader(RandomJob job, long after, Collected heard) {
        static Reader open(LogFixture fixture, RandomJob job, SplittableRandom random) {
            var heard = new Collected();
            var subscription = new AtomicReference<Subscription>();
            subscription.set(fixture.log.open(job.id, ACME, pausing(fixture, heard, subscription, random)));
            return new Reader(job, -1, heard);
        }

        static Reader resume(LogFixture fixture, RandomJob job, long after, SplittableRandom random) {
            var heard = new Collected();
            var subscription = new AtomicReference<Subscription>();
            subscription.set(fixture.log.resume(job.id, ACME, after, pausing(fixture, heard, subscription, random)));
            return new Reader(job, after, heard);
        }

        private static JobListener pausing(
                LogFixture fixture,
                Collected heard,
                AtomicReference<Subscription> subscription,
                SplittableRandom random) {
            return event -> {
                heard.onEvent(event);
                var own = subscription.get();
                if (own != null && random.nextInt(4) == 0) {
                    own.pause();
                    fixture.vertx.setTimer(1 + random.nextInt(5), _ -> own.resume());
                }
            };
        }
    }

    private static List<RandomJob> jobs(SplittableRandom random) {
        var jobs = new ArrayList<RandomJob>();
        for (int i = 0; i < JOBS; i++) {
            jobs.add(new RandomJob(JobId.create(random.nextInt(2)), random));
        }
        return jobs;
    }

    /** One log order of all jobs; each job's own order is kept. */
    private static List<InferenceResult> interleaved(List<RandomJob> jobs, SplittableRandom random) {
        var rest = new ArrayList<List<InferenceResult>>();
        jobs.forEach(job -> rest.add(new ArrayList<>(job.records)));
        var all = new ArrayList<InferenceResult>();
        while (!rest.isEmpty()) {
            var next = rest.get(random.nextInt(rest.size()));
            if (next.isEmpty()) {
                rest.remove(next);
            } else {
                all.add(next.removeFirst());
            }
        }
        return all;
    }

    /** Without the verdict, which has no place among the events but may come only once. */
    private static List<String> events(Collected heard) {
        assertThat(heard.heard())
                .filteredOn(event -> event.startsWith("verdict"))
                .hasSizeLessThanOrEqualTo(1);
        return heard.heard().stream()
                .filter(event -> !event.startsWith("verdict"))
                .toList();
    }
}

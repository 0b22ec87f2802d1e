package dev.millrace.job;

import static dev.millrace.job.ResultRecords.ACCOUNT;
import static dev.millrace.job.ResultRecords.end;
import static dev.millrace.job.ResultRecords.endWith;
import static dev.millrace.job.ResultRecords.text;
import static dev.millrace.job.ResultRecords.textIn;
import static dev.millrace.job.ResultRecords.textOf;
import static dev.millrace.job.ResultRecords.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Seeds;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.VerdictKind;
import dev.millrace.job.ResultFold.Accepted;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random logs of one job: several executions interleaved as zombies do, repeats, foreign records, and more than one end. */
class ResultFoldPropertyTest {

    static LongStream seeds() {
        return Seeds.fresh(300);
    }

    /** One execution as its worker wrote it: always whole, maybe without an end. */
    private record Execution(int attempt, int epoch, List<InferenceResult> records) {
        String text() {
            var text = new StringBuilder();
            records.forEach(record -> text.append(textIn(record)));
            return text.toString();
        }

        boolean ends() {
            return records.getLast().getTerminal() != null;
        }
    }

    private record Log(List<Execution> executions, List<InferenceResult> records) {
        static Log random(SplittableRandom random) {
            var executions = new ArrayList<Execution>();
            int attempts = 1 + random.nextInt(3);
            for (int attempt = 1; attempt <= attempts; attempt++) {
                int epoch = random.nextInt(1, 100);
                for (int i = 1 + random.nextInt(2); i > 0; i--) {
                    executions.add(execution(random, attempt, epoch, false));
                    epoch += random.nextInt(1, 5);
                }
            }
            executions.add(execution(random, attempts + 1, random.nextInt(1, 100), true));
            return new Log(executions, interleaved(random, executions));
        }

        private static Execution execution(SplittableRandom random, int attempt, int epoch, boolean last) {
            var records = new ArrayList<InferenceResult>();
            int chunks = random.nextInt(0, 6);
            for (int seq = 0; seq < chunks; seq++) {
                var piece = random.nextInt(4) == 0 ? "" : attempt + "." + epoch + "." + seq + " ";
                records.add(text(attempt, epoch, seq, piece));
            }
            if (last || random.nextInt(3) == 0 || records.isEmpty()) {
                records.add(
                        random.nextBoolean()
                                ? end(attempt, epoch, chunks, JobStatus.COMPLETED)
                                : endWith(attempt, epoch, chunks, JobStatus.COMPLETED, "end of " + attempt));
            }
            return new Execution(attempt, epoch, records);
        }

        /** Each execution's records stay in order, as an idempotent producer keeps them; everything else may happen. */
        private static List<InferenceResult> interleaved(SplittableRandom random, List<Execution> executions) {
            var log = new ArrayList<InferenceResult>();
            var written = new int[executions.size()];
            int first = 0;
            while (first < executions.size()) {
                int chosen = Math.min(executions.size() - 1, first + (random.nextInt(4) == 0 ? 1 : 0));
                var records = executions.get(chosen).records();
                if (written[chosen] < records.size()) {
                    log.add(records.get(written[chosen]++));
                }
                addNoise(random, log);
                while (first < executions.size()
                        && written[first] == executions.get(first).records().size()) {
                    first++;
                }
            }
            return log;
        }

        private static void addNoise(SplittableRandom random, List<InferenceResult> log) {
            switch (random.nextInt(12)) {
                case 0 -> log.add(log.get(random.nextInt(log.size()))); // a worker's retry wrote it again
                case 1 -> log.add(textOf("other", random.nextInt(9), random.nextInt(99), random.nextInt(9), "foreign"));
                case 2 -> log.add(textOf("other", 99, 99, 0, "foreign"));
                case 3 -> log.add(verdict(VerdictKind.ADMITTED));
                default -> {}
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void endsOnceWithTheTextOfTheExecutionThatWon(long seed) {
        // Given
        var log = Log.random(new SplittableRandom(seed));
        // When
        var events = fold(log.records());
        // Then
        var ends = events.stream().filter(e -> e.record().getTerminal() != null).toList();
        assertThat(ends).hasSize(1).containsExactly(events.getLast());
        var winner = log.executions().stream()
                .filter(e -> e.attempt() == ends.getFirst().record().getAttempt()
                        && e.epoch() == ends.getFirst().record().getEpoch())
                .findFirst()
                .orElseThrow();
        assertThat(winner.ends()).isTrue();
        assertThat(shown(events)).isEqualTo(winner.text());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void numbersEventsWithoutGapAndExecutionsWithoutGap(long seed) {
        var events = fold(Log.random(new SplittableRandom(seed)).records());
        for (int i = 0; i < events.size(); i++) {
            var record = events.get(i).record();
            assertThat(events.get(i).index()).isEqualTo(i);
            assertThat(record.getAccount()).isEqualTo(ACCOUNT.value());
            var before = i == 0 ? null : events.get(i - 1).record();
            boolean goesOn = before != null
                    && before.getAttempt() == record.getAttempt()
                    && before.getEpoch() == record.getEpoch();
            assertThat(record.getSeq()).isEqualTo(goesOn && before != null ? before.getSeq() + 1 : 0);
        }
    }

    /** A reader that was cut off after any record, and one that resumes anywhere, see together what one reader sees. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void continuesAfterAnyPrefixAsIfNothingHadHappened(long seed) {
        // Given
        var log = Log.random(new SplittableRandom(seed)).records();
        var whole = fold(log);
        for (int cut = 0; cut <= log.size(); cut++) {
            // When
            var before = fold(log.subList(0, cut));
            long afterIndex = before.size() - 1L;
            var resumed = fold(log).stream().filter(e -> e.index() > afterIndex).toList();
            // Then
            var together = new ArrayList<>(before);
            together.addAll(resumed);
            assertThat(together).isEqualTo(whole);
        }
    }

    /** Wherever the log is cut, adding records never changes what was said before. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void neverTakesBackTheEnd(long seed) {
        var log = Log.random(new SplittableRandom(seed)).records();
        var events = fold(log);
        var again = new ArrayList<>(log);
        again.addAll(log);
        again.add(text(99, 99, 0, "too late"));
        again.add(end(99, 99, 1, JobStatus.FAILED));
        assertThat(fold(again)).isEqualTo(events);
    }

    private static List<Accepted> fold(List<InferenceResult> log) {
        var fold = new ResultFold(ACCOUNT);
        var events = new ArrayList<Accepted>();
        for (var record : log) {
            if (fold.apply(record) instanceof Accepted accepted) {
                events.add(accepted);
            }
        }
        return events;
    }

    /** What a client that understands restarts holds in the end. */
    private static String shown(List<Accepted> events) {
        var text = new StringBuilder();
        for (var event : events) {
            if (event.restarted()) {
                text.setLength(0);
            }
            text.append(textIn(event.record()));
        }
        return text.toString();
    }
}

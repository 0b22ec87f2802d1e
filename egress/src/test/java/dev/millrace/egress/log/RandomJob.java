package dev.millrace.egress.log;

import static dev.millrace.egress.Results.ACME;
import static dev.millrace.egress.Results.OTHER;

import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.VerdictKind;
import dev.millrace.egress.Results;
import dev.millrace.job.JobId;
import dev.millrace.job.ResultFold;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The records of one job as crashes, redeliveries and zombies may leave them on the log: several executions of which some are cut, stale
 * records, duplicates, records of another account, a verdict, records after the end. The last execution always ends.
 */
final class RandomJob {
    final JobId id;
    final List<InferenceResult> records = new ArrayList<>();
    private final SplittableRandom random;

    RandomJob(JobId id, SplittableRandom random) {
        this.id = id;
        this.random = random;
        if (random.nextInt(4) == 0) {
            records.add(Results.verdict(id, VerdictKind.ADMITTED, null));
        }
        int executions = 1 + random.nextInt(4);
        int attempt = 1;
        int epoch = 1 + random.nextInt(3);
        for (int execution = 0; execution < executions; execution++) {
            execute(attempt, epoch, execution == executions - 1);
            if (random.nextBoolean()) {
                attempt++;
            } else {
                epoch += 1 + random.nextInt(2);
            }
        }
    }

    private void execute(int attempt, int epoch, boolean last) {
        int chunks = random.nextInt(12);
        for (long seq = 0; seq < chunks; seq++) {
            records.add(Results.text(id, attempt, epoch, seq, attempt + "." + epoch + "." + seq));
            disturb(attempt, epoch, seq);
        }
        if (last) {
            var status = random.nextBoolean() ? JobStatus.COMPLETED : JobStatus.FAILED;
            records.add(Results.end(
                    id,
                    attempt,
                    epoch,
                    chunks,
                    Terminal.newBuilder().setStatus(status).build()));
            disturb(attempt, epoch, chunks);
        }
    }

    private void disturb(int attempt, int epoch, long seq) {
        switch (random.nextInt(12)) {
            case 0 -> records.add(Results.text(id, attempt, epoch, random.nextLong(seq + 1), "duplicate"));
            case 1 -> records.add(Results.text(id, attempt, epoch - 1, seq + 1, "zombie"));
            case 2 -> records.add(Results.record(id, OTHER, attempt, epoch + 9, 0, List.of(Results.delta("foreign"))));
            default -> {}
        }
    }

    /** What a reader of the whole log hears, verdicts left out. */
    List<String> expected() {
        var fold = new ResultFold(ACME);
        var expected = new ArrayList<String>();
        for (var record : records) {
            if (fold.apply(record) instanceof ResultFold.Accepted(var index, var accepted, var restarted)) {
                expected.add(Collected.brief(
                        accepted.getTerminal() == null
                                ? new JobEvent.Chunk(index, accepted, restarted)
                                : new JobEvent.Ended(index, accepted, restarted)));
            }
        }
        return expected;
    }

    /** What a reader that has the events up to {@code after} still hears. */
    List<String> expectedAfter(long after) {
        var all = expected();
        int from = (int) Math.min(after + 1, all.size() - 1);
        return all.subList(from, all.size());
    }
}

package dev.millrace.ops.history;

import dev.millrace.avro.JobStatus;
import java.util.Collection;
import java.util.Locale;

/** Whether the jobs on the log are as clients were promised. Pure. */
public final class JobCheck {
    private JobCheck() {}

    /** Looks at every accepted job, and at what else is on the log. */
    public static void check(History history, Collection<Expectation> accepted, Verdict verdict) {
        for (var expected : accepted) {
            var job = history.jobs().get(expected.jobId());
            if (job == null || !job.ended()) {
                verdict.require(
                        Promise.ONE_END,
                        false,
                        expected.jobId(),
                        job == null ? "has no record at all" : "has no end after " + job.accepted() + " records");
                continue;
            }
            verdict.require(
                    Promise.ONE_END,
                    job.acceptedTerminals() == 1,
                    expected.jobId(),
                    "has " + job.acceptedTerminals() + " ends that readers accept");
            compareText(job, expected, verdict);
        }
        for (var job : history.jobs().values()) {
            verdict.require(Promise.NO_GAP, job.faults().isEmpty(), job.id(), String.join("; ", job.faults()));
            count(job, verdict);
        }
    }

    private static void compareText(FoldedJob job, Expectation expected, Verdict verdict) {
        boolean completed = job.end().orElseThrow().getStatus() == JobStatus.COMPLETED;
        var text = job.text();
        boolean fits =
                completed ? text.equals(expected.text()) : expected.text().startsWith(text);
        verdict.require(
                Promise.WHOLE_TEXT,
                fits,
                job.id(),
                job.end().orElseThrow().getStatus() + " with " + text.length() + " of "
                        + expected.text().length() + " characters" + (fits ? "" : ", not a prefix"));
    }

    private static void count(FoldedJob job, Verdict verdict) {
        job.end().ifPresent(end -> verdict.add("jobs " + end.getStatus().name().toLowerCase(Locale.ROOT), 1));
        if (job.onlyAnswers()) {
            verdict.add("submits answered with another job", 1);
        } else if (!job.ended()) {
            verdict.add("jobs without an end, accepted or not", 1);
        }
        verdict.add("second terminals that readers ignore", Math.max(0, job.terminals() - 1));
        verdict.add("records that readers ignore", job.dropped());
        verdict.add("restarts", job.restarts());
        verdict.add("records accepted", job.accepted());
    }
}

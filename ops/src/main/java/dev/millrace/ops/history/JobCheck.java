package dev.millrace.ops.history;

import dev.millrace.avro.JobStatus;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

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
            compareEnd(job, expected, verdict);
            verdict.require(
                    Promise.ONE_SETTLEMENT,
                    job.account().equals(expected.account()),
                    expected.jobId(),
                    "belongs to " + job.account() + ", submitted by " + expected.account());
        }
        submits(history, verdict);
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

    private static void compareEnd(FoldedJob job, Expectation expected, Verdict verdict) {
        if (expected.seenEnd().isEmpty()) {
            return;
        }
        var status = job.end().orElseThrow().getStatus().name().toLowerCase(Locale.ROOT);
        verdict.require(
                Promise.SEEN_END,
                status.equals(expected.seenEnd()),
                job.id(),
                "a client was told " + expected.seenEnd() + ", the log says " + status);
    }

    /** Whoever asked: what is on the log comes to an end, and what came twice under one key is one job. */
    private static void submits(History history, Verdict verdict) {
        var byKey = new HashMap<String, Set<String>>();
        for (var submit : history.submits()) {
            var job = history.jobs().get(submit.jobId());
            boolean answered = job != null && job.onlyAnswers();
            verdict.require(
                    Promise.ONE_END,
                    answered || (job != null && job.ended()),
                    submit.jobId(),
                    "is on the log, and " + (job == null ? "nothing came of it" : "has no end"));
            if (!submit.key().isEmpty() && !answered) {
                byKey.computeIfAbsent(submit.account() + "/" + submit.key(), _ -> new TreeSet<>())
                        .add(submit.jobId());
            }
        }
        byKey.forEach((key, jobs) -> verdict.require(
                Promise.ONE_JOB, jobs.size() == 1, jobs.iterator().next(), key + " became " + jobs));
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

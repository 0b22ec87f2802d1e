package dev.millrace.router.course;

import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.AttemptSummary;
import dev.millrace.avro.ExecutionReport;
import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobState;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what executions reported. Pure. */
public final class Reports {
    /** Executions remembered per job; further ones can only be takeovers of the same attempts. */
    static final int MAX_EXECUTIONS = 16;

    private Reports() {}

    /**
     * A job and whether the report told anything new.
     *
     * @param before the job as it was when the report came
     * @param job the job with the report
     */
    public record Noted(JobState before, JobState job, boolean isNews) {}

    /**
     * The job with this report among those it knows. A second report of the same execution replaces the first when it knows more;
     * else nothing changes.
     *
     * <p>A report of an attempt that the job does not know to be dispatched is of a dispatch whose transaction was aborted after a
     * worker had read it: it did happen, so the job takes it over.
     */
    public static Noted note(JobState job, AttemptOutcome outcome) {
        var executions = new ArrayList<>(job.getExecutions());
        int known = indexOf(executions, outcome);
        var report = report(outcome);
        if (known >= 0) {
            if (!knowsMore(report, executions.get(known))) {
                return new Noted(job, job, false);
            }
            executions.set(known, report);
        } else if (!makeRoom(executions, report)) {
            return new Noted(job, job, false);
        } else {
            executions.add(report);
        }
        var noted = Revision.of(job)
                .setExecutions(executions)
                .setContentDelivered(job.getContentDelivered() || outcome.getContentDelivered());
        if (outcome.getKind() != OutcomeKind.ANNOUNCED) {
            noted.setHistory(history(job, outcome, known < 0));
            boolean possible = outcome.getAttempt() <= job.getMaxAttempts();
            if (outcome.getAttempt() > job.getAttempt() && possible && isOpen(job.getPhase())) {
                noted.setAttempt(outcome.getAttempt()).setTarget(targetOf(job, outcome));
            }
        }
        return new Noted(job, noted.build(), true);
    }

    /** Whether the execution has reported, or somebody in its place. */
    public static boolean knows(JobState job, AttemptOutcome outcome) {
        return indexOf(job.getExecutions(), outcome) >= 0;
    }

    /** Whether the router still has something to decide about a job in this phase. */
    public static boolean isOpen(JobPhase phase) {
        return switch (phase) {
            case NEW, HELD, DISPATCHED, WAITING_RETRY -> true;
            case ANNOUNCING, ENDED, UNKNOWN -> false;
        };
    }

    /** What an execution used, without the vendor's own object. */
    static @Nullable Usage lean(@Nullable Usage usage) {
        return usage == null
                ? null
                : Usage.newBuilder(usage).setVendorJson(null).build();
    }

    private static ExecutionReport report(AttemptOutcome outcome) {
        return ExecutionReport.newBuilder()
                .setAttempt(outcome.getAttempt())
                .setEpoch(outcome.getEpoch())
                .setProvider(outcome.getProvider())
                .setModel(outcome.getModel())
                .setKind(outcome.getKind())
                .setContentDelivered(outcome.getContentDelivered())
                .setUsage(lean(outcome.getUsage()))
                .setTerminal(lean(outcome.getTerminal()))
                .setTerminalOffset(outcome.getTerminalOffset())
                .setLogChecked(outcome.getLogChecked())
                .build();
    }

    private static @Nullable Terminal lean(@Nullable Terminal terminal) {
        return terminal == null
                ? null
                : Terminal.newBuilder(terminal)
                        .setUsage(lean(terminal.getUsage()))
                        .setAttempts(List.of())
                        .setVendor(new HashMap<>())
                        .setError(null)
                        .build();
    }

    private static boolean knowsMore(ExecutionReport now, ExecutionReport before) {
        return (now.getLogChecked() && !before.getLogChecked())
                || (now.getTerminal() != null && before.getTerminal() == null);
    }

    private static int indexOf(List<ExecutionReport> executions, AttemptOutcome outcome) {
        for (int i = 0; i < executions.size(); i++) {
            var execution = executions.get(i);
            boolean same = execution.getAttempt() == outcome.getAttempt()
                    && execution.getEpoch() == outcome.getEpoch()
                    && isAnnouncement(execution.getKind()) == isAnnouncement(outcome.getKind());
            if (same) {
                return i;
            }
        }
        return -1;
    }

    /** Beyond the bound only a report that names an end is worth dropping another for. */
    private static boolean makeRoom(List<ExecutionReport> executions, ExecutionReport report) {
        if (executions.size() < MAX_EXECUTIONS) {
            return true;
        }
        if (report.getTerminal() == null) {
            return false;
        }
        var endless = executions.stream()
                .filter(execution -> execution.getTerminal() == null)
                .findFirst();
        endless.ifPresent(executions::remove);
        return endless.isPresent();
    }

    private static boolean isAnnouncement(OutcomeKind kind) {
        return kind == OutcomeKind.ANNOUNCED;
    }

    private static List<AttemptSummary> history(JobState job, AttemptOutcome outcome, boolean first) {
        if (!first || job.getHistory().size() >= MAX_EXECUTIONS) {
            return job.getHistory();
        }
        var history = new ArrayList<>(job.getHistory());
        history.add(AttemptSummary.newBuilder()
                .setAttempt(outcome.getAttempt())
                .setProvider(outcome.getProvider())
                .setModel(outcome.getModel())
                .setOutcome(outcome.getKind().name())
                .setDurationMillis(Math.max(0, outcome.getEndedAtMillis() - outcome.getStartedAtMillis()))
                .setErrorCode(
                        outcome.getError() == null ? null : outcome.getError().getCode())
                .build());
        return history;
    }

    private static int targetOf(JobState job, AttemptOutcome outcome) {
        for (int i = 0; i < job.getPlan().size(); i++) {
            if (job.getPlan().get(i).getModel().equals(outcome.getModel())) {
                return i;
            }
        }
        return job.getTarget();
    }
}

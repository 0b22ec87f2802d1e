package dev.millrace.router.settlement;

import dev.millrace.avro.ExecutionReport;
import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.JobState;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.OperatorLoss;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.Usage;
import dev.millrace.catalogue.Prices;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a job costs: the end that readers accept is billed to the account, everything else a vendor may have charged is the operator's
 * loss. Depends only on the set of reports, not on their order. Pure.
 */
public final class SettlementRule {
    private static final Comparator<ExecutionReport> EARLIER_EXECUTION =
            Comparator.comparingInt(ExecutionReport::getAttempt).thenComparingInt(ExecutionReport::getEpoch);

    /** A report from who read the log back beats any other; then the earlier place on the log. */
    private static final Comparator<ExecutionReport> ACCEPTED_FIRST = Comparator.comparing(
                    (ExecutionReport report) -> !report.getLogChecked())
            .thenComparingLong(SettlementRule::offset)
            .thenComparing(EARLIER_EXECUTION);

    private SettlementRule() {}

    /** The report that names the end which readers accept, as far as the reports tell. */
    public static Optional<ExecutionReport> acceptedEnd(JobState job) {
        return job.getExecutions().stream()
                .filter(report -> report.getTerminal() != null)
                .min(ACCEPTED_FIRST);
    }

    /**
     * Whether readers may have another end than the reports name: nobody has read it back, and either an execution was lost sight of, which may
     * have written an earlier one, or an execution that readers prefer has reported, whose first record may lie before that end.
     */
    public static boolean isInDoubt(JobState job) {
        return acceptedEnd(job)
                .filter(end -> !end.getLogChecked())
                .map(end -> job.getLostSight()
                        || job.getExecutions().stream()
                                .filter(report -> report.getKind() != OutcomeKind.ANNOUNCED)
                                .anyMatch(report -> EARLIER_EXECUTION.compare(report, end) > 0))
                .orElse(false);
    }

    /**
     * The settlement that is due now, if it says anything that the last one does not.
     *
     * @return empty while no report names an end, or when nothing changed
     */
    public static Optional<JobSettlement> settle(JobState job, long nowMillis) {
        return acceptedEnd(job).map(end -> settlement(job, end, nowMillis)).filter(next -> isNews(job, next));
    }

    /** What the account pays for a status and usage, at the prices of the job's plan. */
    public static long costNanos(JobState job, JobStatus status, String model, @Nullable Usage usage) {
        return usage == null || !isBilled(status) ? 0 : vendorCostNanos(job, model, usage);
    }

    private static boolean isBilled(JobStatus status) {
        return switch (status) {
            case COMPLETED, CANCELLED, INCOMPLETE, EXPIRED -> true;
            case FAILED, ABORTED, UNKNOWN -> false;
        };
    }

    private static JobSettlement settlement(JobState job, ExecutionReport end, long nowMillis) {
        var terminal = end.getTerminal();
        var status = terminal == null ? JobStatus.UNKNOWN : terminal.getStatus();
        var usage = terminal == null ? null : terminal.getUsage();
        var billed = billed(job, end, usage).orElse(null);
        var named = billed == null ? end : billed;
        boolean free = terminal == null || !isBilled(status) || usage == null;
        var last = job.getSettlement();
        return JobSettlement.newBuilder()
                .setJobId(job.getJobId())
                .setAccount(job.getAccount())
                .setRevision(last == null ? 0 : last.getRevision() + 1)
                .setStatus(status)
                .setProvider(named.getProvider())
                .setModel(named.getModel())
                .setAttempts(job.getAttempt())
                .setUsage(free ? null : usage)
                .setCostNanos(free ? 0 : costNanos(job, billed, terminal))
                .setLosses(losses(job, free ? null : billed))
                .setSettledAtMillis(nowMillis)
                .build();
    }

    /** The price of what the billed execution used; what readers were told when no report tells of that execution. */
    private static long costNanos(JobState job, @Nullable ExecutionReport billed, Terminal end) {
        return billed == null ? end.getCostNanos() : costNanos(job, end.getStatus(), billed.getModel(), end.getUsage());
    }

    /**
     * The execution whose work the end bills. An announced or read-back end may have been made by another execution than the one that
     * reports it. Empty when no report tells of it.
     */
    private static Optional<ExecutionReport> billed(JobState job, ExecutionReport end, @Nullable Usage usage) {
        var author = job.getExecutions().stream()
                .filter(report -> report.getKind() != OutcomeKind.ANNOUNCED)
                .filter(report -> sameOffset(report, end) && !report.getLogChecked())
                .min(EARLIER_EXECUTION);
        if (author.isPresent()) {
            return author;
        }
        return job.getExecutions().stream()
                .filter(report -> report.getKind() != OutcomeKind.ANNOUNCED)
                .filter(report -> usage != null && usage.equals(report.getUsage()))
                .max(Comparator.comparing((ExecutionReport report) -> isAtToldCost(job, report, end))
                        .thenComparing(EARLIER_EXECUTION));
    }

    /** Among executions that used as much, the one of the model whose price readers were told. */
    private static boolean isAtToldCost(JobState job, ExecutionReport report, ExecutionReport end) {
        var terminal = end.getTerminal();
        return terminal != null
                && terminal.getCostNanos()
                        == costNanos(job, terminal.getStatus(), report.getModel(), terminal.getUsage());
    }

    private static List<OperatorLoss> losses(JobState job, @Nullable ExecutionReport billed) {
        var losses = new ArrayList<OperatorLoss>();
        for (var report : job.getExecutions()) {
            if (isCharged(report) && !isSame(report, billed) && report.getKind() != OutcomeKind.ANNOUNCED) {
                losses.add(loss(job, report));
            }
        }
        losses.sort(Comparator.comparingInt(OperatorLoss::getAttempt).thenComparingInt(OperatorLoss::getEpoch));
        return losses;
    }

    /** Whether a vendor may have charged for the execution itself. Who only found an end on the log reports no usage. */
    private static boolean isCharged(ExecutionReport report) {
        return report.getUsage() != null || report.getKind() == OutcomeKind.UNANSWERED;
    }

    private static OperatorLoss loss(JobState job, ExecutionReport report) {
        var usage = report.getUsage();
        return OperatorLoss.newBuilder()
                .setAttempt(report.getAttempt())
                .setEpoch(report.getEpoch())
                .setProvider(report.getProvider())
                .setModel(report.getModel())
                .setUsage(usage)
                .setCostNanos(usage == null ? 0 : vendorCostNanos(job, report.getModel(), usage))
                .setReason(report.getKind().name())
                .build();
    }

    private static long vendorCostNanos(JobState job, String model, Usage usage) {
        return job.getPlan().stream()
                .filter(target -> target.getModel().equals(model))
                .findFirst()
                .map(target -> new Prices(target.getPriceNanosPerMillion()).costNanos(usage))
                .orElse(0L);
    }

    private static boolean isNews(JobState job, JobSettlement next) {
        var last = job.getSettlement();
        return last == null
                || !JobSettlement.newBuilder(next)
                        .setRevision(last.getRevision())
                        .setSettledAtMillis(last.getSettledAtMillis())
                        .build()
                        .equals(last);
    }

    private static boolean isSame(ExecutionReport one, @Nullable ExecutionReport other) {
        return other != null
                && one.getAttempt() == other.getAttempt()
                && one.getEpoch() == other.getEpoch()
                && one.getKind() == other.getKind();
    }

    private static boolean sameOffset(ExecutionReport one, ExecutionReport other) {
        return one.getTerminal() != null && offset(one) == offset(other);
    }

    private static long offset(ExecutionReport report) {
        return report.getTerminalOffset() == null ? Long.MAX_VALUE : report.getTerminalOffset();
    }
}

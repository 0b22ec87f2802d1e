package dev.millrace.router.processor;

import dev.millrace.avro.JobState;
import dev.millrace.avro.Terminal;
import dev.millrace.router.course.WakeUp;
import dev.millrace.router.store.DueTimes.Due;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** Looks at jobs whose time has come: retries, deadlines, reports that never came, ended jobs to forget. Gets no records. */
public final class WakeDueJobs extends JobProcessor<Object> {
    private static final int MAX_PER_ROUND = 1000;

    public WakeDueJobs(RouterRules rules) {
        super(rules);
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        super.init(context);
        rules().alarms().of(context.taskId()).attach(context, this::wake);
    }

    @Override
    void process(Workplace work, Object value) {
        throw new IllegalStateException("no one sends records here");
    }

    private void wake(long fromMillis, long nowMillis) {
        var work = workplace();
        if (fromMillis > nowMillis) {
            work.alarm().ringBy(fromMillis);
            return;
        }
        // From the first that was set, which spares the scan over what was removed before it
        var dues = work.due().between(fromMillis, nowMillis, MAX_PER_ROUND);
        for (var due : dues) {
            switch (due.kind()) {
                case JOB -> wakeJob(work, due, nowMillis);
                case PARKED -> work.parked().take(due.key());
            }
        }
        var next = work.due()
                .first(dues.size() < MAX_PER_ROUND ? nowMillis : dues.getLast().atMillis());
        if (next != null) {
            work.alarm().ringBy(next.atMillis());
        }
    }

    private static void wakeJob(Workplace work, Due due, long nowMillis) {
        var job = work.jobs().find(due.key());
        if (job == null || job.getDueAtMillis() != due.atMillis()) {
            work.due().remove(due);
            return;
        }
        switch (WakeUp.of(job, nowMillis)) {
            case WakeUp.WorkerLost(var report) -> work.casebook().lost(job, report);
            case WakeUp.Retry _ -> work.desk().resume(job);
            case WakeUp.Expire(var end) -> work.desk().expire(job, end);
            case WakeUp.AnnounceAgain _ -> work.desk().announce(job, announced(job));
            case WakeUp.Forget _ -> work.desk().forget(job);
        }
    }

    private static Terminal announced(JobState job) {
        return Objects.requireNonNull(job.getAnnounced(), "a job that is being announced has its end");
    }
}

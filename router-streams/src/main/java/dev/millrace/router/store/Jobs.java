package dev.millrace.router.store;

import dev.millrace.avro.JobState;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.router.admission.JobKey;
import dev.millrace.router.course.Revision;
import dev.millrace.router.store.DueTimes.Due;
import dev.millrace.router.store.DueTimes.Kind;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The jobs of a task, each with at most one due time. Not thread-safe, as the stores under it. */
public final class Jobs {
    private final KeyValueStore<String, JobState> store;
    private final DueTimes due;

    public Jobs(KeyValueStore<String, JobState> store, DueTimes due) {
        this.store = store;
        this.due = due;
    }

    /** The key of a job. */
    public static JobKey keyOf(JobState job) {
        return new JobKey(new AccountId(job.getAccount()), new JobId(job.getJobId()));
    }

    public @Nullable JobState find(JobKey key) {
        return store.get(key.text());
    }

    /**
     * Keeps the job and wakes it at the given time and no other.
     *
     * @param job whose {@code dueAtMillis} is what the store holds for it, 0 for a new one
     * @param dueAtMillis when to look at it next
     * @return the job as kept
     */
    public JobState put(JobState job, long dueAtMillis) {
        var key = keyOf(job);
        if (job.getDueAtMillis() == dueAtMillis) {
            store.put(key.text(), job);
            return job;
        }
        removeDue(job, key);
        due.add(new Due(dueAtMillis, Kind.JOB, key));
        var kept = Revision.of(job).setDueAtMillis(dueAtMillis).build();
        store.put(key.text(), kept);
        return kept;
    }

    public void remove(JobState job) {
        var key = keyOf(job);
        removeDue(job, key);
        store.delete(key.text());
    }

    private void removeDue(JobState job, JobKey key) {
        if (job.getDueAtMillis() != 0) {
            due.remove(new Due(job.getDueAtMillis(), Kind.JOB, key));
        }
    }
}

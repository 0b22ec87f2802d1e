package dev.millrace.router.store;

import dev.millrace.avro.IdempotencyRecord;
import dev.millrace.avro.JobState;
import dev.millrace.job.AccountId;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Which job used an idempotency key first; kept as long as that job. Not thread-safe, as the store under it. */
public final class IdempotencyKeys {
    private final KeyValueStore<String, IdempotencyRecord> store;

    public IdempotencyKeys(KeyValueStore<String, IdempotencyRecord> store) {
        this.store = store;
    }

    public @Nullable IdempotencyRecord find(AccountId account, String key) {
        return store.get(account.value() + '/' + key);
    }

    /** Notes the job as the first user of its key, if it has one. */
    public void claim(JobState job) {
        if (job.getIdempotencyKey() != null) {
            store.put(
                    job.getAccount() + '/' + job.getIdempotencyKey(),
                    IdempotencyRecord.newBuilder()
                            .setJobId(job.getJobId())
                            .setFingerprint(job.getFingerprint())
                            .build());
        }
    }

    /** Frees the key of a job that is forgotten, unless another job has it. */
    public void release(JobState job) {
        if (job.getIdempotencyKey() == null) {
            return;
        }
        var key = job.getAccount() + '/' + job.getIdempotencyKey();
        var first = store.get(key);
        if (first != null && first.getJobId().equals(job.getJobId())) {
            store.delete(key);
        }
    }
}

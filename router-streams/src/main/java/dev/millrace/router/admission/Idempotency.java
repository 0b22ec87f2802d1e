package dev.millrace.router.admission;

import dev.millrace.avro.IdempotencyRecord;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.JobState;
import dev.millrace.avro.Verdict;
import dev.millrace.avro.VerdictKind;
import org.jspecify.annotations.Nullable;

/** What a submit with an idempotency key means. Pure. */
public sealed interface Idempotency {
    /** Nobody used the key yet. */
    record FirstUse() implements Idempotency {}

    /** The key is taken; the submitter is told and nothing else happens. */
    record Taken(Verdict verdict) implements Idempotency {}

    Verdict ADMITTED = Verdict.newBuilder().setKind(VerdictKind.ADMITTED).build();

    /** What a key means that was used before by {@code earlier}, or by nobody. */
    static Idempotency of(@Nullable IdempotencyRecord earlier, InferenceRequest request) {
        if (earlier == null) {
            return new FirstUse();
        }
        boolean same = earlier.getFingerprint().equals(Fingerprint.of(request));
        return new Taken(verdict(same ? VerdictKind.DUPLICATE : VerdictKind.CONFLICT, earlier.getJobId()));
    }

    /** The answer to a submit with a key under a job id that exists. */
    static Verdict ofSameJob(JobState job, InferenceRequest request) {
        boolean other = job.getIdempotencyKey() != null && !job.getFingerprint().equals(Fingerprint.of(request));
        return other ? verdict(VerdictKind.CONFLICT, job.getJobId()) : ADMITTED;
    }

    private static Verdict verdict(VerdictKind kind, String originalJobId) {
        return Verdict.newBuilder()
                .setKind(kind)
                .setOriginalJobId(originalJobId)
                .build();
    }
}

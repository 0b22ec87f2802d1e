package dev.millrace.ingress.dialect;

import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who submits, and under which names. */
public record Submitter(
        JobId job,
        AccountId account,
        @Nullable String keyId,
        @Nullable String idempotencyKey,
        Instant now) {}

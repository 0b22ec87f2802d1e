package dev.millrace.egress.log;

import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import io.vertx.core.Context;

/**
 * What a subscriber asked for.
 *
 * @param afterIndex index of the last event the reader has; -1 for all
 * @param context where the listener is called
 */
record FeedOrder(JobId id, AccountId account, long afterIndex, JobListener listener, Context context) {
    FeedOrder {
        if (afterIndex < -1) {
            throw new IllegalArgumentException("afterIndex: must be -1 or more, got " + afterIndex);
        }
    }
}

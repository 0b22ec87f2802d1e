package dev.millrace.router.admission;

import org.jspecify.annotations.Nullable;

/**
 * Where a record came from.
 *
 * @param key the record's key; null when there is none or it is not UTF-8 text
 * @param timestampMillis of the record
 */
public record Origin(
        String topic,
        int partition,
        long offset,
        long timestampMillis,
        @Nullable String key) {}

package dev.millrace.worker.intake;

import java.time.Duration;

/**
 * How much is taken from Kafka, and how often progress is committed.
 *
 * @param maxWaiting orders polled and not started; more pauses all partitions
 * @param maxOutstandingPerPartition orders of one partition that are not done; more pauses it
 * @param commitInterval between two commits
 */
public record IntakeSettings(int maxWaiting, int maxOutstandingPerPartition, Duration commitInterval) {}

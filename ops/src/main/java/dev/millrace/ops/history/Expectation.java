package dev.millrace.ops.history;

/**
 * What a client was told and asked for.
 *
 * @param jobId accepted
 * @param marker by which the vendor's invoice names the job's calls
 * @param text that the vendor says when it says all
 * @param seenEnd status in small letters that a client was told it ended with; empty when none was told
 */
public record Expectation(String jobId, String account, String marker, String text, String seenEnd) {}

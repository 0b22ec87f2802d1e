package dev.millrace.streams;

/** How a Streams application commits. */
public enum ProcessingGuarantee {
    /** Transactions committed on the commit interval. Readers that must not wait read uncommitted. */
    EXACTLY_ONCE("exactly_once_v2"),
    /** Transactions, with a commit asked for after every batch: for readers that read committed. */
    EXACTLY_ONCE_COMMIT_PER_BATCH("exactly_once_v2"),
    /** No transactions: after a crash a record may be processed twice. For measurements. */
    AT_LEAST_ONCE("at_least_once");

    private final String kafkaName;

    ProcessingGuarantee(String kafkaName) {
        this.kafkaName = kafkaName;
    }

    String kafkaName() {
        return kafkaName;
    }

    /** Whether processors ask for a commit after each record; Streams honours it once per batch. */
    public boolean commitsPerBatch() {
        return this == EXACTLY_ONCE_COMMIT_PER_BATCH;
    }
}

package dev.millrace.ops.history;

/** What is promised, as far as topics, ledger and invoice can show it. */
public enum Promise {
    ONE_END("every accepted job has one end"),
    NO_GAP("chunks are without gap, and all can be read"),
    WHOLE_TEXT("a completed job's text is the vendor's, and no other is a different one"),
    SEEN_TEXT("what clients see is a part of that text, without gap, repetition or disorder"),
    SEEN_END("the end that a client is told is the job's, whoever tells it"),
    READABLE("an accepted job can be read to its end, at every replica"),
    ONE_JOB("a retried submit is one job"),
    ONE_SETTLEMENT("every ended job is settled for its own account, at its end's status and cost"),
    LEDGER("ledger transfers are posted once and sum to zero"),
    NO_DOUBLE_BILL("a job is billed once"),
    BALANCES("balances are the sum of the settlements"),
    INVOICE("what is billed is on the vendor's invoice, to the token");

    private final String text;

    Promise(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}

package dev.millrace.ops.chaos.proxy;

/** What a proxy lets through. Bytes that it holds back are not lost: they pass when it opens again, as after retransmission. */
public enum Passage {
    OPEN,
    /** Nothing passes either way and connections stay open; new ones are taken and lead nowhere. */
    BLACK_HOLE,
    /** What the caller sends is held back, answers pass. */
    NO_REQUESTS,
    /** Requests pass, answers are held back. */
    NO_ANSWERS,
    /** Every connection is reset, and so is each new one. */
    RESET;

    boolean passesRequests() {
        return this == OPEN || this == NO_ANSWERS;
    }

    boolean passesAnswers() {
        return this == OPEN || this == NO_REQUESTS;
    }

    boolean connects() {
        return this != BLACK_HOLE && this != RESET;
    }
}

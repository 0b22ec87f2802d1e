package dev.millrace.ingress.http;

import java.util.concurrent.atomic.AtomicLong;

/** Memory for the bodies of all requests in progress. Thread-safe. */
final class BodyBudget {
    private final long maxBytes;
    private final AtomicLong taken = new AtomicLong();

    BodyBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Whether {@code bytes} more fit; they are taken if so. */
    boolean take(int bytes) {
        if (taken.addAndGet(bytes) <= maxBytes) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }
}

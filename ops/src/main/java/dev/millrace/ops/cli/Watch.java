package dev.millrace.ops.cli;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits while something runs. */
final class Watch {
    private static final long LOOK_MILLIS = 500;

    private Watch() {}

    /** Returns why it cannot go on; Ctrl-C ends the process before that. */
    static String untilFailure(Supplier<Optional<String>> failure) throws InterruptedException {
        var never = new CountDownLatch(1);
        Optional<String> seen;
        do {
            seen = failure.get();
        } while (seen.isEmpty() && !never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS));
        return seen.orElse("It stopped.");
    }
}

package dev.millrace.ops.chaos;

import dev.millrace.ops.chaos.load.ClientLog;
import dev.millrace.ops.history.ResultsFollower;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Says each minute how many jobs were accepted and how many of them have no end yet: more and more, when clients come too fast. */
final class Pulse implements AutoCloseable {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("pulse").daemon().factory());

    Pulse(ClientLog log, ResultsFollower follower, Consumer<String> progress) {
        var _ = timer.scheduleAtFixedRate(
                () -> {
                    var ids = log.accepted().stream()
                            .map(ClientLog.Accepted::jobId)
                            .toList();
                    progress.accept(ids.size() + " jobs accepted, "
                            + follower.withoutEnd(ids).size() + " without an end ...");
                },
                1,
                1,
                TimeUnit.MINUTES);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}

package dev.millrace.ops.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar on stderr while a person watches; nothing otherwise. */
final class BatchProgress implements AutoCloseable {
    private final @Nullable ProgressBar bar;

    private BatchProgress(@Nullable ProgressBar bar) {
        this.bar = bar;
    }

    static BatchProgress of(Console console, int total) {
        return new BatchProgress(
                console.interactive()
                        ? new ProgressBarBuilder()
                                .setTaskName("Jobs")
                                .setInitialMax(total)
                                .setStyle(ProgressBarStyle.ASCII)
                                .setConsumer(new ConsoleProgressBarConsumer(console.err()))
                                .build()
                        : null);
    }

    /** One more line has its result. */
    void step(int failed) {
        if (bar != null) {
            bar.step();
            if (failed > 0) {
                bar.setExtraMessage(" " + failed + " not completed");
            }
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}

package dev.millrace.ingress.http;

import dev.millrace.ingress.openai.ChatCall;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The chat answers that clients are waiting for: bounded, counted and timed. Thread-safe. */
final class OpenAnswers {
    private final int max;
    private final MeterRegistry meters;
    private final AtomicInteger open = new AtomicInteger();

    OpenAnswers(int max, MeterRegistry meters) {
        this.max = max;
        this.meters = meters;
        Gauge.builder("millrace.ingress.answers.open", open, AtomicInteger::get)
                .description("Chat answers that clients are waiting for")
                .register(meters);
    }

    /** Whether all places are taken. */
    boolean full() {
        return open.get() >= max;
    }

    int count() {
        return open.get();
    }

    /** Takes a place for an answer and starts its clock. */
    Timing begin(ChatCall call) {
        open.incrementAndGet();
        return new Timing(call.stream());
    }

    /** One answer's clock and place; ending it again does nothing. */
    final class Timing {
        private final boolean stream;
        private final Timer.Sample started = Timer.start(meters);
        private final AtomicBoolean ended = new AtomicBoolean();

        private Timing(boolean stream) {
            this.stream = stream;
        }

        void end(int status) {
            if (ended.compareAndSet(false, true)) {
                open.decrementAndGet();
                started.stop(Timer.builder("gen_ai.server.request.duration")
                        .description("Time from the request to the end of its answer")
                        .tag("gen_ai.operation.name", "chat")
                        .tag("http.response.status_code", Integer.toString(status))
                        .tag("millrace.stream", Boolean.toString(stream))
                        .register(meters));
            }
        }
    }
}

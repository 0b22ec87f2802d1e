package dev.millrace.ingress.http;

import dev.millrace.avro.Operation;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The answers that clients are waiting for: bounded, counted and timed. Thread-safe. */
final class OpenAnswers {
    private final int max;
    private final MeterRegistry meters;
    private final AtomicInteger open = new AtomicInteger();

    OpenAnswers(int max, MeterRegistry meters) {
        this.max = max;
        this.meters = meters;
        Gauge.builder("millrace.ingress.answers.open", open, AtomicInteger::get)
                .description("Answers that clients are waiting for")
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
    Timing begin(Operation operation, boolean stream) {
        open.incrementAndGet();
        return new Timing(operation, stream);
    }

    /** One answer's clock and place; ending it again does nothing. */
    final class Timing {
        private final Operation operation;
        private final boolean stream;
        private final Timer.Sample started = Timer.start(meters);
        private final AtomicBoolean ended = new AtomicBoolean();

        private Timing(Operation operation, boolean stream) {
            this.operation = operation;
            this.stream = stream;
        }

        void end(int status) {
            if (ended.compareAndSet(false, true)) {
                open.decrementAndGet();
                started.stop(Timer.builder("gen_ai.server.request.duration")
                        .description("Time from the request to the end of its answer")
                        .tag("gen_ai.operation.name", operation.name().toLowerCase(Locale.ROOT))
                        .tag("http.response.status_code", Integer.toString(status))
                        .tag("millrace.stream", Boolean.toString(stream))
                        .register(meters));
            }
        }
    }
}

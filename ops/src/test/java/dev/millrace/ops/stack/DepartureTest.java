package dev.millrace.ops.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DepartureTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<String> closed = new CopyOnWriteArrayList<>();
    private final Departure departure = new Departure();

    @Test
    void closesInReverseOrderOnce() {
        departure.add("broker", LONG, () -> closed.add("broker"));
        departure.add("router", LONG, () -> closed.add("router"));
        departure.add("ingress", LONG, () -> closed.add("ingress"));

        departure.closeAll(LONG);
        departure.closeAll(LONG);

        assertThat(closed).containsExactly("ingress", "router", "broker");
    }

    @Test
    void leavesOnTimeWhenAPartHangsAndStillClosesTheOthers() {
        departure.add("broker", LONG, () -> closed.add("broker"));
        departure.add("hung", Duration.ofMillis(100), () -> new CountDownLatch(1).await());
        departure.add("broken", LONG, () -> {
            throw new IllegalStateException("broken");
        });

        long beganNanos = System.nanoTime();
        departure.closeAll(LONG);

        assertThat(closed).containsExactly("broker");
        assertThat(Duration.ofNanos(System.nanoTime() - beganNanos)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void closesAPartThatArrivesTooLateAtOnce() {
        departure.closeAll(LONG);

        departure.add("late", LONG, () -> closed.add("late"));

        assertThat(closed).containsExactly("late");
    }
}

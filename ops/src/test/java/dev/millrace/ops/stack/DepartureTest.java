package dev.millrace.ops.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ops.stack.Departure.Stage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DepartureTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<String> closed = new CopyOnWriteArrayList<>();
    private final Departure departure = Departure.hurried();

    @Test
    void closesStageByStageOnce() {
        add(Stage.BROKER, "broker");
        add(Stage.DECIDING, "router");
        add(Stage.SERVING, "ingress");

        departure.closeAll(LONG);
        departure.closeAll(LONG);

        assertThat(closed).containsExactly("ingress", "router", "broker");
    }

    @Test
    void leavesOnTimeWhenAPartHangsAndStillClosesTheOthers() {
        add(Stage.BROKER, "broker");
        departure.add(Stage.REGISTRY, "hung", () -> new CountDownLatch(1).await());
        departure.add(Stage.SERVING, "broken", () -> {
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

        add(Stage.SERVING, "late");

        assertThat(closed).containsExactly("late");
    }

    private void add(Stage stage, String name) {
        departure.add(stage, name, () -> closed.add(name));
    }
}

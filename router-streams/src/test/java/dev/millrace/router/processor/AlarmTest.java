package dev.millrace.router.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlarmTest {
    private static final long NOW = 1_000_000;

    private final MockProcessorContext<Object, Object> context = new MockProcessorContext<>();
    private final List<String> rung = new ArrayList<>();
    private final Alarm alarm = new Alarm(Duration.ofMillis(10));

    @BeforeEach
    void attach() {
        context.setCurrentSystemTimeMs(NOW);
        alarm.attach(context, (setForMillis, nowMillis) -> rung.add(setForMillis + "@" + nowMillis));
    }

    @Test
    void ringsSoonAfterItIsAttachedForWhatTheStoresHold() {
        assertThat(set().getInterval()).isEqualTo(Duration.ofMillis(10));

        ring(NOW + 10);

        assertThat(rung).containsExactly("0@" + (NOW + 10));
    }

    @Test
    void isSilentUntilItIsSetAgain() {
        ring(NOW + 10);

        assertThat(active()).isEmpty();
    }

    @Test
    void ringsAtTheEarliestTimeItWasSetFor() {
        ring(NOW);
        alarm.ringBy(NOW + 5000);
        alarm.ringBy(NOW + 300);
        alarm.ringBy(NOW + 9000);

        assertThat(set().getInterval()).isEqualTo(Duration.ofMillis(300));
        ring(NOW + 301);
        assertThat(rung).last().isEqualTo((NOW + 300) + "@" + (NOW + 301));
    }

    @Test
    void timesThatArePastRingOnceTogether() {
        ring(NOW);
        alarm.ringBy(NOW - 50);
        alarm.ringBy(NOW - 40);

        assertThat(set().getInterval()).isEqualTo(Duration.ofMillis(10));
        ring(NOW + 10);
        assertThat(rung).last().isEqualTo((NOW - 50) + "@" + (NOW + 10));
        assertThat(active()).isEmpty();
    }

    @Test
    void canBeSetByWhomItWakes() {
        alarm.attach(context, (_, nowMillis) -> alarm.ringBy(nowMillis + 70));
        active().getLast().getPunctuator().punctuate(NOW);

        assertThat(active().getLast().getInterval()).isEqualTo(Duration.ofMillis(70));
    }

    private void ring(long nowMillis) {
        set().getPunctuator().punctuate(nowMillis);
    }

    private CapturedPunctuator set() {
        assertThat(active()).hasSize(1);
        return active().getFirst();
    }

    private List<CapturedPunctuator> active() {
        return context.scheduledPunctuators().stream()
                .filter(punctuator -> !punctuator.cancelled())
                .toList();
    }
}

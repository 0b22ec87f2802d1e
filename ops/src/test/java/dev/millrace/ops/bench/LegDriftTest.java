package dev.millrace.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ops.bench.report.Figure;
import dev.millrace.ops.bench.report.Spread;
import java.util.List;
import org.junit.jupiter.api.Test;

class LegDriftTest {
    private static final String P99 = "stream.added.p99.half-load";

    private static Figure figure(String metric, String arm, double value) {
        return new Figure(metric, arm, "ms", Spread.single(value), 1, List.of());
    }

    private static List<String> notes(String metric, String arm, double before, double here) {
        return LegDrift.notes(
                List.of(figure(metric, arm, before), figure("processes." + metric, arm, here)), "processes.");
    }

    @Test
    void tellsTheLegInWhichAReferenceWasMoreThanTwiceAsSlow() {
        assertThat(notes(P99, "portkey", 100, 201))
                .singleElement()
                .satisfies(note -> assertThat(note)
                        .startsWith("ratios of processes.* ")
                        .contains("portkey's " + P99 + " was 201.00 ms, and 100.00 in the other leg"));
        assertThat(notes("chain.h3.p50", "chain", 9, 4))
                .singleElement()
                .satisfies(note -> assertThat(note)
                        .startsWith("ratios of the leg before processes.* ")
                        .contains("was 9.00 ms, and 4.00"));
    }

    @Test
    void isSilentAboutLessAboutWhatIsComparedAndAboutWhatIsNoTime() {
        assertThat(notes(P99, "portkey", 100, 199)).isEmpty();
        assertThat(notes(P99, "portkey", 100, 51)).isEmpty();
        assertThat(notes(P99, "direct", 1, 9)).isEmpty();
        assertThat(notes("stream.capacity", "portkey", 1, 9)).isEmpty();
        assertThat(LegDrift.notes(List.of(figure("processes." + P99, "portkey", 9)), "processes."))
                .isEmpty();
    }
}

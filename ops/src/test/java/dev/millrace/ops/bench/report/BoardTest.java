package dev.millrace.ops.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BoardTest {
    private static final Machine MACHINE = new Machine(Map.of("cpu", "abacus"));

    private final List<String> said = new ArrayList<>();
    private final Board board = new Board(said::add);

    private static Figure figure(String arm, double value, String... failed) {
        return new Figure("added", arm, "ms", Spread.single(value), 10, List.of(failed));
    }

    @Test
    void comparesFiguresOfTheSameRun() {
        board.add(figure("millrace", 3));
        board.add(figure("peer", 12));
        board.compare("added", "millrace", "peer", "added", 0.25, true);
        board.compare("added", "millrace", "absent", "added", 0.25, true);
        assertThat(board.comparisons()).singleElement().satisfies(comparison -> {
            assertThat(comparison.ratio()).isEqualTo(0.25);
            assertThat(comparison.reached()).isTrue();
        });
    }

    @Test
    void takesNoFigureForValidWhoseGateFailedNorWhatIsComparedWithIt() throws JsonProcessingException {
        board.add(figure("millrace", 3, "1 of 10 calls failed"));
        board.add(figure("peer", 12));
        board.compare("added", "millrace", "peer", "added", 0.5, true);
        assertThat(board.valid()).isFalse();
        assertThat(board.comparisons().getFirst().reached()).isFalse();
        assertThat(TableReport.of(board, MACHINE))
                .contains("INVALID: 1 of 10 calls failed")
                .contains("abacus");
        assertThat(MarkdownReport.of(board, MACHINE, "short", "bench")).contains("**INVALID**: 1 of 10 calls failed");
        var json = new ObjectMapper().readTree(JsonReport.of(board, MACHINE, "short", "bench"));
        assertThat(json.path("valid").asBoolean(true)).isFalse();
        assertThat(json.path("figures").path(0).path("valid").asBoolean(true)).isFalse();
        assertThat(json.path("figures").path(1).path("valid").asBoolean(false)).isTrue();
        assertThat(json.path("comparisons").path(0).path("valid").asBoolean(true))
                .isFalse();
    }

    @Test
    void knowsWhichWayATargetLies() {
        assertThat(new Comparison("a", "b", "c", 16, 16, false, true).reached()).isTrue();
        assertThat(new Comparison("a", "b", "c", 15.9, 16, false, true).reached())
                .isFalse();
        assertThat(new Comparison("a", "b", "c", 1.31, 1.3, true, true).reached())
                .isFalse();
    }

    @Test
    void saysWhatItFindsAtOnce() {
        board.note("nginx is left out");
        board.add(figure("millrace", 1234.5));
        assertThat(said).containsExactly("  NOTE nginx is left out", "  added millrace 1235 ms");
    }
}

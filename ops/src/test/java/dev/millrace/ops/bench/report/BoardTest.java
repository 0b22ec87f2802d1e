package dev.millrace.ops.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BoardTest {
    private static final Machine MACHINE = new Machine(Map.of("cpu", "abacus"));
    private static final Run RUN = new Run("./millrace bench", "short", Map.of("rounds", 7L), Optional.empty());

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
        assertThat(TableReport.of(board, MACHINE, RUN))
                .contains("INVALID: 1 of 10 calls failed")
                .contains("abacus");
        assertThat(MarkdownReport.of(board, MACHINE, RUN)).contains("**INVALID**: 1 of 10 calls failed");
        var json = new ObjectMapper().readTree(JsonReport.of(board, MACHINE, RUN));
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
    void writesWhatThereIsOfARunThatEndedEarlyAndSaysSo() throws JsonProcessingException {
        board.add(figure("millrace", 3));
        var run = new Run("./millrace bench", "full", Map.of("rounds", 15L), Optional.of("portkey ended\nits log"));
        var json = new ObjectMapper().readTree(JsonReport.of(board, MACHINE, run));
        assertThat(json.path("complete").asBoolean(true)).isFalse();
        assertThat(json.path("failure").asText()).isEqualTo("portkey ended\nits log");
        assertThat(json.path("plan").path("rounds").asInt()).isEqualTo(15);
        assertThat(json.path("figures")).hasSize(1);
        assertThat(MarkdownReport.of(board, MACHINE, run))
                .containsPattern("\\*\\*INCOMPLETE: .*portkey ended\\*\\*")
                .contains("| added | millrace | 3.00 |");
        assertThat(TableReport.of(board, MACHINE, run)).containsPattern("INCOMPLETE: .*portkey ended\n");
        assertThat(TableReport.of(board, MACHINE, RUN))
                .contains("profile: short", "rounds: 7")
                .doesNotContain("INCOMPLETE");
        var whole = new ObjectMapper().readTree(JsonReport.of(board, MACHINE, RUN));
        assertThat(whole.path("complete").asBoolean(false)).isTrue();
        assertThat(whole.has("failure")).isFalse();
    }

    @Test
    void writesLowerBoundsAndUndecidedComparisonsAsSuch() throws JsonProcessingException {
        board.add(new Figure("most", "millrace", "streams", Spread.single(1024), 1024, List.of(), true));
        board.add(new Figure("most", "peer", "streams", Spread.single(256), 256, List.of()));
        board.compare("most", "millrace", "peer", "most", 16, false);
        assertThat(MarkdownReport.of(board, MACHINE, RUN))
                .contains("| most | millrace | >= 1024 |")
                .contains("| 4.00 (4.00 or more) | >= 16.00 | undecided |");
        var json = new ObjectMapper().readTree(JsonReport.of(board, MACHINE, RUN));
        assertThat(json.path("figures").path(0).path("at_least").asBoolean(false))
                .isTrue();
        var comparison = json.path("comparisons").path(0);
        assertThat(comparison.path("verdict").asText()).isEqualTo("undecided");
        assertThat(comparison.path("reached").asBoolean(true)).isFalse();
        assertThat(comparison.path("low").asDouble()).isEqualTo(4);
        assertThat(comparison.path("high").isNull()).isTrue();
    }

    @Test
    void namesNoVersionOfAGatewayThatTookNoPart() {
        board.add(figure("millrace", 3));
        assertThat(MACHINE.withPeersOf(board).facts()).doesNotContainKeys("portkey", "node", "nginx");
        board.add(figure("portkey", 12));
        assertThat(MACHINE.withPeersOf(board).facts()).containsKeys("portkey", "node");
    }

    @Test
    void saysWhatItFindsAtOnce() {
        board.note("nginx is left out");
        board.add(figure("millrace", 1234.5));
        assertThat(said).containsExactly("  NOTE nginx is left out", "  added millrace 1235 ms");
    }
}

package dev.millrace.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ops.bench.report.Board;
import dev.millrace.ops.bench.report.Figure;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark in its shortest form: every gate holds; how fast it was does not matter. */
class BenchIT {
    @Test
    void everyGateHolds(@TempDir Path cache) {
        var said = new ArrayList<String>();
        var board = new Board(said::add);
        new Bench(Plan.gates(), board, cache, null).run();
        assertThat(board.figures()).as("%s", said).allMatch(Figure::valid);
        assertThat(board.figure(LedgerDrift.TOKENS, "millrace")).hasValueSatisfying(drift -> {
            assertThat(drift.value().median()).isZero();
            assertThat(drift.samples()).isPositive();
        });
        assertThat(board.figure(AddedTime.STREAM, "millrace")).isPresent();
        assertThat(board.figure(ChunkGaps.ADDED, "millrace")).isPresent();
    }
}

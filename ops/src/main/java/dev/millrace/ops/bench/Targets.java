package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.report.Board;
import dev.millrace.ops.bench.report.Comparison;
import java.util.List;

/** What is to be reached, as ratios of figures of one run. */
final class Targets {
    private static final String CHAIN = Arm.Kind.CHAIN.word();
    private static final String PORTKEY = Arm.Kind.PORTKEY.word();
    private static final double HOPS = 3;

    private final Board board;
    private final String scope;
    private final String arm;

    /**
     * @param scope of the metrics' names
     * @param arm which Millrace
     */
    Targets(Board board, String scope, Arm.Kind arm) {
        this.board = board;
        this.scope = scope;
        this.arm = arm.word();
    }

    void compare() {
        ratio(AddedTime.STREAM, CHAIN, AddedTime.HOPS, 1.3, true);
        ratio(AddedTime.STREAM, PORTKEY, AddedTime.STREAM, 0.25, true);
        ratio(AddedTime.WHOLE, PORTKEY, AddedTime.WHOLE, 1.0, true);
        for (var name : List.of("stream", "whole")) {
            ratio(UnderLoad.p99(name), PORTKEY, UnderLoad.p99(name), 0.5, true);
            ratio(UnderLoad.cpu(name), PORTKEY, UnderLoad.cpu(name), 1.0, true);
        }
        gap();
        ratio(OpenStreams.MOST, PORTKEY, OpenStreams.MOST, 16, false);
        ratio(ChunkRate.EVENTS, PORTKEY, ChunkRate.EVENTS, 4, false);
        absolute(StreamMemory.RESIDENT, "31 MB", 31, true);
        absolute(StreamMemory.LIVE, "31 MB", 31, true);
        absolute(BatchRate.STEADY, "slots / latency (%)", 99, false);
        absolute(LedgerDrift.TOKENS, "vendor invoice", 0, true);
    }

    /** The start, which is measured apart. */
    void start() {
        absolute(FirstToken.SECONDS, "10 s", 10, true);
    }

    private void ratio(String metric, String reference, String referenceMetric, double limit, boolean atMost) {
        board.compare(scope + metric, arm, reference, scope + referenceMetric, limit, atMost);
    }

    /** Two of the chain's three hops' thirds. */
    private void gap() {
        board.figure(scope + ChunkGaps.ADDED, arm)
                .ifPresent(gap -> board.figure(scope + AddedTime.HOPS, CHAIN)
                        .ifPresent(chain -> board.compare(new Comparison(
                                scope + ChunkGaps.ADDED,
                                arm,
                                "one hop of the chain",
                                gap.value().median() / (chain.value().median() / HOPS),
                                2,
                                true,
                                gap.valid() && chain.valid()))));
    }

    private void absolute(String metric, String reference, double limit, boolean atMost) {
        board.figure(scope + metric, arm)
                .ifPresent(figure -> board.compare(Comparison.of(figure, reference, limit, atMost)));
    }
}

package dev.millrace.ops.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.ops.bench.report.Comparison.Verdict;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static Figure figure(Double... rounds) {
        return new Figure("added", "arm", "ms", Spread.of(List.of(rounds)), 1, List.of());
    }

    private static Figure streams(double most, boolean atLeast) {
        return new Figure("most", "arm", "streams", Spread.single(most), 1, List.of(), atLeast);
    }

    private static Verdict sixteenTimes(Figure mine, Figure reference) {
        return Comparison.of(mine, reference, 16, false).verdict();
    }

    @Test
    void isDecidedByTheRatiosOfTheRoundsAndNotByTheirDrift() {
        // both drift fourfold, together
        var reference = figure(10.0, 20.0, 40.0);
        assertThat(Comparison.of(figure(4.0, 8.0, 16.0), reference, 0.5, true).verdict())
                .isEqualTo(Verdict.REACHED);
        assertThat(Comparison.of(figure(6.0, 12.0, 24.0), reference, 0.5, true).verdict())
                .isEqualTo(Verdict.MISSED);
    }

    @Test
    void isUndecidedWhenRoundsLieOnBothSidesOfTheTarget() {
        var comparison = Comparison.of(figure(4.0, 8.0, 24.0), figure(10.0, 20.0, 40.0), 0.5, true);
        assertThat(comparison.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(comparison.reached()).isFalse();
        assertThat(comparison.ratio()).isCloseTo(0.4, within(1e-9));
        assertThat(comparison.range()).isEqualTo(new Range(0.4, 0.6));
        assertThat(Comparison.of(figure(9.0, 12.0), "10 s", 10, true).verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(Comparison.of(figure(8.0, 9.0), "10 s", 10, true).verdict()).isEqualTo(Verdict.REACHED);
    }

    @Test
    void takesNoPairsOfRoundsThatAreNotTheSame() {
        assertThat(Comparison.of(figure(4.0, 8.0, 24.0), figure(20.0), 0.5, true)
                        .verdict())
                .isEqualTo(Verdict.REACHED);
    }

    @Test
    void saysOfLowerBoundsOnlyWhatFollowsFromThem() {
        assertThat(sixteenTimes(streams(1024, true), streams(1024, true))).isEqualTo(Verdict.UNDECIDED);
        assertThat(sixteenTimes(streams(16_384, true), streams(256, true))).isEqualTo(Verdict.UNDECIDED);
        assertThat(sixteenTimes(streams(1024, true), streams(256, false))).isEqualTo(Verdict.UNDECIDED);
        assertThat(sixteenTimes(streams(16_384, true), streams(256, false))).isEqualTo(Verdict.REACHED);
        assertThat(sixteenTimes(streams(1024, false), streams(1024, true))).isEqualTo(Verdict.MISSED);
        assertThat(sixteenTimes(streams(16_384, false), streams(1024, true))).isEqualTo(Verdict.UNDECIDED);
        assertThat(Comparison.of(streams(-2, true), "31 MB", 31, true).verdict())
                .isEqualTo(Verdict.UNDECIDED);
        assertThat(Comparison.of(streams(40, true), "31 MB", 31, true).verdict())
                .isEqualTo(Verdict.MISSED);
    }

    @Test
    void isThereAlsoWhenTheReferenceIsNothing() {
        var nothing = new Figure("most", "peer", "streams", Spread.single(0), 0, List.of("not even 256"));
        var comparison = Comparison.of(streams(1024, false), nothing, 16, false);
        assertThat(comparison.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(comparison.ratio()).isNaN();
        assertThat(sixteenTimes(streams(1024, false), streams(0, false))).isEqualTo(Verdict.UNDECIDED);
    }

    @Test
    void knowsTheMedianBetterTheMoreRoundsThereAre() {
        assertThat(Range.ofMedian(List.of(3.0))).isEqualTo(new Range(3, 3));
        assertThat(Range.ofMedian(rounds(7))).isEqualTo(new Range(1, 7));
        assertThat(Range.ofMedian(rounds(8))).isEqualTo(new Range(1, 8));
        assertThat(Range.ofMedian(rounds(9))).isEqualTo(new Range(2, 8));
        assertThat(Range.ofMedian(rounds(15))).isEqualTo(new Range(4, 12));
    }

    private static List<Double> rounds(int count) {
        return DoubleStream.iterate(1, round -> round + 1).limit(count).boxed().toList();
    }
}

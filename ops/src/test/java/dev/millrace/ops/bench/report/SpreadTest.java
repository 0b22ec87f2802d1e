package dev.millrace.ops.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void isTheMedianWithTheOutermostRounds() {
        var odd = List.of(5.0, 1.0, 3.0);
        assertThat(Spread.of(odd)).isEqualTo(new Spread(3, 1, 5, odd));
        var even = List.of(4.0, 1.0, 2.0, 100.0);
        assertThat(Spread.of(even)).isEqualTo(new Spread(3, 1, 100, even));
        assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void findsTheSlopeOfALineAndNoneOfAFlatOne() {
        assertThat(Slope.perStep(List.of(1.0, 3.0, 5.0, 7.0))).isCloseTo(2, within(1e-9));
        assertThat(Slope.perStep(List.of(4.0, 4.0, 4.0))).isZero();
        assertThat(Slope.perStep(List.of(4.0))).isZero();
    }
}

package dev.millrace.ops.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TallyTest {
    @Test
    void countsWaitsThatAreTooLongAsStalls() {
        var tally = new Tally(1_000);
        tally.first(1_000);
        tally.gap(999);
        assertThat(tally.stalled()).isZero();
        tally.first(1_001);
        tally.gap(5_000);
        assertThat(tally.stalled()).isEqualTo(2);
    }

    @Test
    void remembersTheMostThatWereOpenAtOnceAndTheTimeInBetween() {
        var tally = new Tally();
        tally.begun(1_000_000_000L);
        tally.begun(1_500_000_000L);
        tally.completed(5, 2_000_000_000L);
        tally.begun(2_500_000_000L);
        tally.completed(5, 3_000_000_000L);
        tally.failed("broken", 4_000_000_000L);
        assertThat(tally.mostOpen()).isEqualTo(2);
        assertThat(tally.seconds()).isEqualTo(3);
        assertThat(tally.sent()).isEqualTo(3);
        assertThat(tally.failures()).containsEntry("broken", 1);
    }

    @Test
    void addsUp() {
        var one = new Tally();
        one.begun(0);
        one.first(10);
        one.completed(20, 1);
        var other = new Tally();
        other.begun(5);
        other.failed("broken", 9);
        one.add(other);
        assertThat(one.sent()).isEqualTo(2);
        assertThat(one.completed()).isEqualTo(1);
        assertThat(one.first().getTotalCount()).isEqualTo(1);
        assertThat(one.failures()).containsEntry("broken", 1);
    }
}

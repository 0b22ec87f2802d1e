package dev.millrace.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeldStreamsTest {
    @Test
    void isALowerBoundWhenNothingWasTooMuch() {
        var held = new HeldStreams(1024, 0, "");
        assertThat(held.atLeast(1024)).isTrue();
        assertThat(held.tried()).isEqualTo(1024);
        assertThat(held.failed()).isEmpty();
    }

    @Test
    void isALowerBoundWhenTheDirectWayDidNotHoldMoreEither() {
        var held = new HeldStreams(1024, 2048, "3 stalls");
        assertThat(held.atLeast(2048)).isFalse();
        assertThat(held.atLeast(1024)).isTrue();
        assertThat(held.tried()).isEqualTo(2048);
    }

    @Test
    void failsItsGateWhenNoNumberWasHeld() {
        assertThat(new HeldStreams(0, 256, "3 stalls").failed())
                .containsExactly("not even 256 streams were held: 3 stalls");
    }
}

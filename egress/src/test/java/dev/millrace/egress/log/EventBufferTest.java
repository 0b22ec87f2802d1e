package dev.millrace.egress.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.error.ErrorCode;
import org.junit.jupiter.api.Test;

class EventBufferTest {
    private static final JobEvent EVENT = new JobEvent.Lost(ErrorCode.INTERNAL, "any");

    @Test
    void isFullAtItsNumberOfEvents() {
        var buffer = new EventBuffer(2, 1_000_000);
        buffer.add(EVENT, 1);
        assertThat(buffer.full()).isFalse();
        buffer.add(EVENT, 1);
        assertThat(buffer.full()).isTrue();
    }

    @Test
    void isFullAtItsNumberOfBytesAndHasRoomAgainWhenTheyAreTaken() {
        // Given
        var buffer = new EventBuffer(100, 10_000);
        buffer.add(EVENT, 6_000);
        assertThat(buffer.full()).isFalse();
        buffer.add(EVENT, 6_000);
        assertThat(buffer.full()).isTrue();
        // When
        assertThat(buffer.poll()).isEqualTo(EVENT);
        // Then
        assertThat(buffer.full()).isFalse();
    }

    @Test
    void takesOneEventHoweverLarge() {
        var buffer = new EventBuffer(100, 10_000);
        assertThat(buffer.full()).isFalse();
        buffer.add(EVENT, 1_000_000_000);
        assertThat(buffer.poll()).isEqualTo(EVENT);
        assertThat(buffer.isEmpty()).isTrue();
    }
}

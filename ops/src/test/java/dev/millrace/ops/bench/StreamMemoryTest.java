package dev.millrace.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ops.bench.StreamMemory.Memory;
import org.junit.jupiter.api.Test;

class StreamMemoryTest {
    private static Memory growth(long residentBytes, long liveBytes) {
        return new Memory(500 + residentBytes, 100 + liveBytes).minus(new Memory(500, 100));
    }

    @Test
    void knowsThatMemoryInUseCannotGrowByLessThanWhatIsAliveInIt() {
        assertThat(growth(31, 30).hidden()).isFalse();
        assertThat(growth(30, 30).hidden()).isFalse();
        assertThat(growth(2, 30).hidden()).isTrue();
        assertThat(growth(-2, 0).hidden()).isTrue();
    }
}

package dev.millrace.ops.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BenchModelTest {
    @Test
    void readsItsNumbersFromTheName() {
        assertThat(BenchModel.ofName("bench-d50-n200-g20-s20-i7"))
                .contains(new BenchModel(50, 200, 20, 20, 7, 1, false));
        assertThat(BenchModel.ofName("some/vendor/bench-d0-n16-g0"))
                .contains(new BenchModel(0, 16, 0, 8, 10, 1, false));
        assertThat(BenchModel.ofName("bench-d0-n16-g0-j")).contains(new BenchModel(0, 16, 0, 8, 10, 1, true));
        var model = new BenchModel(1, 2, 0, 4, 5, 70, true);
        assertThat(BenchModel.ofName(model.name())).contains(model);
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo", "bench-", "bench-n1-d1-g1", "bench-d0-n16-g0-x", "xbench-d0-n16-g0"})
    void knowsNoOtherNames(String name) {
        assertThat(BenchModel.ofName(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bench-d0-n100001-g0",
                "bench-d0-n1-g0-s0",
                "bench-d3600001-n1-g0",
                "bench-d0-n99999-g0-s65536",
                "bench-d0-n2-g1-j"
            })
    void refusesWhatItCannotDo(String name) {
        assertThatThrownBy(() -> BenchModel.ofName(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysTheNaturalNumbers() {
        assertThat(BenchModel.text(3, 5)).isEqualTo("1 2 3 4 5 6 7 8").hasSize(15);
        assertThat(BenchModel.ofName("bench-d0-n2-g0-s6-f98").orElseThrow().text())
                .isEqualTo("98 99 100 10");
        assertThat(BenchModel.text(0, 5)).isEmpty();
        assertThat(BenchModel.text(1000, 8)).hasSize(8000).startsWith(BenchModel.text(16, 8));
    }
}

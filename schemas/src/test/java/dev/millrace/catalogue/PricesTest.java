package dev.millrace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.millrace.avro.Usage;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PricesTest {
    private static final long MILLION = 1_000_000;

    /** One nano-dollar per unit of the least, so that a cost reads as its digits. */
    private static final Prices DIGITS = new Prices(Map.of(
            "input", MILLION,
            "cached-input", 10 * MILLION,
            "cache-write", 100 * MILLION,
            "audio-input", 1_000 * MILLION,
            "image-input", 10_000 * MILLION,
            "output", 100_000 * MILLION,
            "reasoning", 1_000_000 * MILLION,
            "audio-output", 10_000_000 * MILLION,
            "image", 100_000_000 * MILLION,
            "media-second", 1_000_000_000 * MILLION));

    private static final Prices PLAIN = new Prices(Map.of("input", 2 * MILLION, "output", 3 * MILLION));

    static Stream<Arguments> usages() {
        return Stream.of(
                digits("nothing said", 0, u -> u),
                digits("input", 7, u -> u.setInputTokens(7)),
                digits("output", 7_00000, u -> u.setOutputTokens(7)),
                digits("cached is part of input", 34, u -> u.setInputTokens(7).setCachedInputTokens(3)),
                digits(
                        "written to cache is part of input",
                        205,
                        u -> u.setInputTokens(7).setCacheWriteTokens(2)),
                digits("audio is part of input", 5002, u -> u.setInputTokens(7).setAudioInputTokens(5)),
                digits("image is part of input", 60001, u -> u.setInputTokens(7).setImageInputTokens(6)),
                digits(
                        "all parts of input",
                        11115,
                        u -> u.setInputTokens(9)
                                .setCachedInputTokens(1)
                                .setCacheWriteTokens(1)
                                .setAudioInputTokens(1)
                                .setImageInputTokens(1)),
                digits(
                        "reasoning is part of output",
                        43_00000,
                        u -> u.setOutputTokens(7).setReasoningTokens(4)),
                digits(
                        "audio is part of output",
                        2_05_00000,
                        u -> u.setOutputTokens(7).setAudioOutputTokens(2)),
                digits(
                        "a part is never more than the whole",
                        70,
                        u -> u.setInputTokens(7).setCachedInputTokens(99)),
                digits(
                        "parts together are never more than the whole",
                        520,
                        u -> u.setInputTokens(7)
                                .setCachedInputTokens(2)
                                .setCacheWriteTokens(99)
                                .setAudioInputTokens(99)),
                digits(
                        "a part of an unknown whole",
                        0,
                        u -> u.setCachedInputTokens(5).setReasoningTokens(5)),
                digits("an unknown part", 7, u -> u.setInputTokens(7).setCachedInputTokens(-1)),
                digits("counted units by name", 3_000_000_00, u -> u.setUnits(Map.of("image", 3L))),
                digits("a unit without price", 0, u -> u.setUnits(Map.of("search", 3L))),
                digits("an unknown count of a unit", 0, u -> u.setUnits(Map.of("image", -1L))),
                digits("media in milliseconds", 2_500_000_000L, u -> u.setMediaMillis(2500)));
    }

    private static Arguments digits(String name, long costNanos, UnaryOperator<Usage.Builder> usage) {
        return argumentSet(name, costNanos, usage.apply(Usage.newBuilder()).build());
    }

    @ParameterizedTest
    @MethodSource("usages")
    void billsEveryUnitOnce(long costNanos, Usage usage) {
        assertThat(DIGITS.costNanos(usage)).isEqualTo(costNanos);
    }

    @Test
    void billsAPartWithoutAPriceOfItsOwnLikeTheWhole() {
        var usage = Usage.newBuilder()
                .setInputTokens(10)
                .setCachedInputTokens(4)
                .setAudioInputTokens(2)
                .setOutputTokens(10)
                .setReasoningTokens(6)
                .build();
        assertThat(PLAIN.costNanos(usage)).isEqualTo(10 * 2 + 10 * 3);
    }

    @Test
    void takesAPriceOfZeroForAPrice() {
        var prices = new Prices(Map.of("input", MILLION, "cached-input", 0L));
        assertThat(prices.costNanos(Usage.newBuilder()
                        .setInputTokens(9)
                        .setCachedInputTokens(9)
                        .build()))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"100, 100", "101, 202", "200, 400", "201, 603", "1000, 3000"})
    void chargesTheWholeCallByTheHighestTierThatTheInputPassed(long inputTokens, long costNanos) {
        var prices = new Prices(Map.of("input", MILLION, "input@100", 2 * MILLION, "input@200", 3 * MILLION));
        assertThat(prices.costNanos(
                        Usage.newBuilder().setInputTokens(inputTokens).build()))
                .isEqualTo(costNanos);
    }

    @Test
    void choosesTheTierOfEveryUnitByTheInput() {
        // Given
        var prices = new Prices(Map.of(
                "input", MILLION, "output", 10 * MILLION, "cached-input", MILLION / 10, "output@100", 20 * MILLION));
        var usage = Usage.newBuilder()
                .setInputTokens(110)
                .setCachedInputTokens(100)
                .setOutputTokens(3)
                .setReasoningTokens(1)
                .build();
        // Then
        assertThat(prices.costNanos(usage)).isEqualTo(10 + 10 + 3 * 20);
    }

    @Test
    void chargesOneRequestWhereTheVendorDoesNotCountThem() {
        var prices = new Prices(Map.of("input", MILLION, "requests", 500 * MILLION));
        assertThat(prices.costNanos(Usage.newBuilder().setInputTokens(3).build()))
                .isEqualTo(503);
        assertThat(prices.costNanos(Usage.newBuilder()
                        .setInputTokens(3)
                        .setUnits(Map.of("requests", 2L))
                        .build()))
                .isEqualTo(1003);
        assertThat(prices.costNanos(Usage.newBuilder().build()))
                .as("nothing was answered")
                .isZero();
    }

    @Test
    void takesAMarkedUnitThatIsNoTierForNone() {
        var prices = new Prices(Map.of("input", MILLION, "input@x", 5 * MILLION, "input-x@1", 7 * MILLION));
        assertThat(prices.costNanos(Usage.newBuilder().setInputTokens(5).build()))
                .isEqualTo(5);
    }

    @Test
    void billsPartsThatAreGivenAsUnitsInsideTheirWhole() {
        // Given
        var prices = new Prices(Map.of(
                "input", MILLION,
                "cache-write", 2 * MILLION,
                "cache-write-1h", 5 * MILLION,
                "output", 10 * MILLION,
                "image-output", 100 * MILLION));
        var usage = Usage.newBuilder()
                .setInputTokens(10)
                .setCacheWriteTokens(6)
                .setOutputTokens(7)
                .setUnits(Map.of("cache-write-1h", 4L, "image-output", 5L))
                .build();
        // Then
        assertThat(prices.costNanos(usage)).isEqualTo(4 + 2 * 2 + 4 * 5 + 2 * 10 + 5 * 100);
    }

    @Test
    void roundsUpOnceAndNotPerUnit() {
        // Given
        var prices = new Prices(Map.of("input", 1L, "output", 1L, "image", 1L, "media-second", 1L));
        var usage = Usage.newBuilder()
                .setInputTokens(1)
                .setOutputTokens(1)
                .setUnits(Map.of("image", 1L))
                .setMediaMillis(1)
                .build();
        // Then
        assertThat(prices.costNanos(usage)).isEqualTo(1);
    }

    @Test
    void roundsUpTheSmallestAmountThereIs() {
        var prices = new Prices(Map.of("media-second", 1L));
        assertThat(prices.costNanos(Usage.newBuilder().setMediaMillis(1).build()))
                .isEqualTo(1);
        assertThat(prices.costNanos(Usage.newBuilder().setMediaMillis(0).build()))
                .isZero();
    }

    @Test
    void doesNotRoundWhatIsWhole() {
        var prices = new Prices(Map.of("input", 2_500_000_000L));
        assertThat(prices.costNanos(Usage.newBuilder().setInputTokens(1000).build()))
                .isEqualTo(2_500_000);
        assertThat(prices.costNanos(Usage.newBuilder().setInputTokens(1).build()))
                .isEqualTo(2500);
    }

    @Test
    void countsBeyondWhatALongCanHoldOnTheWay() {
        var prices = new Prices(Map.of("input", Long.MAX_VALUE));
        assertThat(prices.costNanos(Usage.newBuilder().setInputTokens(MILLION).build()))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void refusesACostThatNoLongCanHold() {
        var prices = new Prices(Map.of("input", Long.MAX_VALUE));
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> prices.costNanos(
                        Usage.newBuilder().setInputTokens(Long.MAX_VALUE).build()));
    }

    @Test
    void refusesANegativePrice() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Prices(Map.of("output", -1L)))
                .withMessage("price of output: must not be negative, got -1");
    }
}

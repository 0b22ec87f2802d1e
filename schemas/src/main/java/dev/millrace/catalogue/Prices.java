package dev.millrace.catalogue;

import dev.millrace.avro.Usage;
import java.math.BigInteger;
import java.util.Map;

/**
 * What a model costs, in nano-dollars per million units.
 *
 * <p>Units: {@code input}, {@code output}, {@code cached-input}, {@code cache-write}, {@code reasoning}, {@code audio-input},
 * {@code audio-output}, {@code image-input}, {@code media-second}, and any name of {@link Usage#getUnits()}. A part of the input or
 * output without a price of its own costs what input or output costs.
 */
public record Prices(Map<String, Long> nanosPerMillion) {
    private static final BigInteger THOUSAND = BigInteger.valueOf(1000);
    /** Sums are held in thousandths of a nano-dollar per million, because media is counted in milliseconds. */
    private static final BigInteger SCALE = BigInteger.valueOf(1_000_000).multiply(THOUSAND);

    public Prices {
        nanosPerMillion = Map.copyOf(nanosPerMillion);
        nanosPerMillion.forEach((unit, nanos) -> {
            if (nanos < 0) {
                throw new IllegalArgumentException("price of " + unit + ": must not be negative, got " + nanos);
            }
        });
    }

    /**
     * Price of the usage, rounded up once. Counts the vendor did not give (-1) cost nothing.
     *
     * @return nano-dollars
     * @throws ArithmeticException beyond 9.2 billion dollars
     */
    public long costNanos(Usage usage) {
        long input = known(usage.getInputTokens());
        long output = known(usage.getOutputTokens());
        long cached = Math.min(known(usage.getCachedInputTokens()), input);
        long written = Math.min(known(usage.getCacheWriteTokens()), input - cached);
        long audioIn = Math.min(known(usage.getAudioInputTokens()), input - cached - written);
        long imageIn = Math.min(known(usage.getImageInputTokens()), input - cached - written - audioIn);
        long reasoning = Math.min(known(usage.getReasoningTokens()), output);
        long audioOut = Math.min(known(usage.getAudioOutputTokens()), output - reasoning);

        var total = of("input", "input", input - cached - written - audioIn - imageIn)
                .add(of("cached-input", "input", cached))
                .add(of("cache-write", "input", written))
                .add(of("audio-input", "input", audioIn))
                .add(of("image-input", "input", imageIn))
                .add(of("output", "output", output - reasoning - audioOut))
                .add(of("reasoning", "output", reasoning))
                .add(of("audio-output", "output", audioOut))
                .add(ofUnits(usage))
                .multiply(THOUSAND)
                .add(of("media-second", "media-second", known(usage.getMediaMillis())));
        return total.add(SCALE.subtract(BigInteger.ONE)).divide(SCALE).longValueExact();
    }

    private BigInteger ofUnits(Usage usage) {
        var total = BigInteger.ZERO;
        for (var unit : usage.getUnits().entrySet()) {
            total = total.add(of(unit.getKey(), unit.getKey(), known(unit.getValue())));
        }
        return total;
    }

    private BigInteger of(String unit, String otherwise, long count) {
        var price = nanosPerMillion.get(unit);
        if (price == null) {
            price = nanosPerMillion.getOrDefault(otherwise, 0L);
        }
        return BigInteger.valueOf(count).multiply(BigInteger.valueOf(price));
    }

    private static long known(long count) {
        return Math.max(0, count);
    }
}

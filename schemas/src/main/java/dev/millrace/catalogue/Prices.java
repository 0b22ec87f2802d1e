package dev.millrace.catalogue;

import dev.millrace.avro.Usage;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs, in nano-dollars per million units.
 *
 * <p>Units: {@link #TOKEN_UNITS}, {@code media-second}, and any name of {@link Usage#getUnits()}. A part of the input or output
 * without a price of its own costs what input or output costs. Vendors that charge more for long contexts have further prices under
 * {@code <unit>@<tokens>}: with more input tokens than that, the whole call is charged by them, and the highest threshold that was
 * passed counts.
 *
 * <p>Two parts of a whole have no count of their own in {@link Usage} and are given as units: {@code cache-write-1h}, those tokens of
 * {@code cacheWriteTokens} that are kept for an hour, and {@code image-output}, those tokens of {@code outputTokens} that are an
 * image. A price of {@code requests} is charged once where the vendor counted tokens and no requests.
 */
public record Prices(Map<String, Long> nanosPerMillion) {
    /** Units of which every one is a token. */
    static final List<String> TOKEN_UNITS = List.of(
            "input",
            "cached-input",
            "cache-write",
            "cache-write-1h",
            "audio-input",
            "image-input",
            "output",
            "reasoning",
            "audio-output",
            "image-output");

    /** Stands between a unit and the number of input tokens above which the price is in force. */
    static final char TIER_MARK = '@';

    private static final String REQUESTS = "requests";
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
        return new Bill(usage).costNanos();
    }

    /** The sum over one usage. */
    private final class Bill {
        private final Usage usage;
        private final long input;
        private final long output;
        private BigInteger total = BigInteger.ZERO;

        Bill(Usage usage) {
            this.usage = usage;
            this.input = known(usage.getInputTokens());
            this.output = known(usage.getOutputTokens());
        }

        long costNanos() {
            addInput();
            addOutput();
            if (answered() && !usage.getUnits().containsKey(REQUESTS)) {
                add(1, REQUESTS);
            }
            usage.getUnits().forEach((unit, count) -> {
                if (!TOKEN_UNITS.contains(unit)) {
                    add(known(count), unit);
                }
            });
            total = total.multiply(THOUSAND);
            add(known(usage.getMediaMillis()), "media-second");
            return total.add(SCALE.subtract(BigInteger.ONE)).divide(SCALE).longValueExact();
        }

        /** Whether the vendor counted tokens: then it answered one request, though few say so. */
        private boolean answered() {
            return usage.getInputTokens() >= 0 || usage.getOutputTokens() >= 0;
        }

        private void addInput() {
            long cached = Math.min(known(usage.getCachedInputTokens()), input);
            long written = Math.min(known(usage.getCacheWriteTokens()), input - cached);
            long writtenForLong = Math.min(unit("cache-write-1h"), written);
            long audio = Math.min(known(usage.getAudioInputTokens()), input - cached - written);
            long image = Math.min(known(usage.getImageInputTokens()), input - cached - written - audio);
            add(input - cached - written - audio - image, "input");
            add(cached, "cached-input", "input");
            add(written - writtenForLong, "cache-write", "input");
            add(writtenForLong, "cache-write-1h", "cache-write", "input");
            add(audio, "audio-input", "input");
            add(image, "image-input", "input");
        }

        private void addOutput() {
            long reasoning = Math.min(known(usage.getReasoningTokens()), output);
            long audio = Math.min(known(usage.getAudioOutputTokens()), output - reasoning);
            long image = Math.min(unit("image-output"), output - reasoning - audio);
            add(output - reasoning - audio - image, "output");
            add(reasoning, "reasoning", "output");
            add(audio, "audio-output", "output");
            add(image, "image-output", "output");
        }

        private long unit(String name) {
            return known(usage.getUnits().getOrDefault(name, 0L));
        }

        /** Adds the count at the price of the first unit that has one. */
        private void add(long count, String... units) {
            if (count == 0) {
                return;
            }
            for (var unit : units) {
                var price = price(unit, input);
                if (price != null) {
                    total = total.add(BigInteger.valueOf(count).multiply(BigInteger.valueOf(price)));
                    return;
                }
            }
        }
    }

    /** The price of a unit in a call of so many input tokens; null when there is none. */
    private @Nullable Long price(String unit, long inputTokens) {
        var price = nanosPerMillion.get(unit);
        long highest = -1;
        for (var candidate : nanosPerMillion.entrySet()) {
            long above = tier(candidate.getKey(), unit);
            if (above > highest && inputTokens > above) {
                highest = above;
                price = candidate.getValue();
            }
        }
        return price;
    }

    /** The threshold of a tier of the unit; -1 for anything else. */
    private static long tier(String name, String unit) {
        int digits = unit.length() + 1;
        if (!name.startsWith(unit) || name.length() <= digits || name.charAt(unit.length()) != TIER_MARK) {
            return -1;
        }
        try {
            return Long.parseLong(name, digits, name.length(), 10);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static long known(long count) {
        return Math.max(0, count);
    }
}

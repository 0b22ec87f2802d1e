package dev.millrace.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Binds a mapping of prices in dollars, as vendors publish them, to nano-dollars per million units. */
final class PriceReader {
    private static final String TIERS = "above";
    private static final String OTHER_UNITS = "units";
    private static final Pattern UNIT = Pattern.compile("[a-z][a-z0-9-]{0,63}");
    private static final BigDecimal NANOS_PER_DOLLAR = BigDecimal.valueOf(1_000_000_000);
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal MAX_DOLLARS = BigDecimal.valueOf(1_000_000_000);
    private static final BigDecimal MAX_DOLLARS_EACH = BigDecimal.valueOf(9_000);
    private static final BigDecimal MINUS_ONE = BigDecimal.valueOf(-1);
    private static final Pattern TIER = Pattern.compile("[1-9][0-9]{0,8}");

    /** What a published price is for: the unit in {@link Prices}, and whether the figure is for one or for a million of them. */
    private record Published(String unit, boolean each) {}

    private static final Map<String, Published> PUBLISHED = new LinkedHashMap<>();

    static {
        for (var unit : Prices.TOKEN_UNITS) {
            PUBLISHED.put(unit, new Published(unit, false));
        }
        PUBLISHED.put("character", new Published("characters", false));
        PUBLISHED.put("image", new Published("images", true));
        PUBLISHED.put("video", new Published("videos", true));
        PUBLISHED.put("second", new Published("media-second", true));
        PUBLISHED.put("request", new Published("requests", true));
        PUBLISHED.put("search", new Published("searches", true));
        PUBLISHED.put("document", new Published("documents", true));
    }

    private final Map<String, Long> nanos = new LinkedHashMap<>();

    private PriceReader() {}

    /** The prices under {@code key}; null when there are none. */
    static @Nullable Prices read(Fields fields, String key) {
        if (!fields.has(key)) {
            return null;
        }
        var reader = new PriceReader();
        var prices = fields.at(key);
        reader.flat(prices, "");
        reader.tiers(prices.at(TIERS));
        reader.others(prices.at(OTHER_UNITS));
        return new Prices(reader.nanos);
    }

    private void flat(Fields fields, String suffix) {
        fields.node().properties().forEach(price -> {
            var name = price.getKey();
            if (suffix.isEmpty() && (name.equals(TIERS) || name.equals(OTHER_UNITS))) {
                return;
            }
            var published = PUBLISHED.get(name);
            if (published == null || (!suffix.isEmpty() && !Prices.TOKEN_UNITS.contains(name))) {
                var known = suffix.isEmpty() ? new TreeSet<>(PUBLISHED.keySet()) : new TreeSet<>(Prices.TOKEN_UNITS);
                fields.mistake(name, "no such price; known are " + known);
                return;
            }
            put(fields, name, published.unit() + suffix, price.getValue(), published.each());
        });
    }

    private void tiers(Fields tiers) {
        tiers.each().forEach((threshold, prices) -> {
            if (!TIER.matcher(threshold).matches()) {
                tiers.mistake(threshold, "must be a number of input tokens");
            } else if (!prices.node().isObject()) {
                tiers.mistake(threshold, "must be a mapping");
            } else {
                flat(prices, Prices.TIER_MARK + threshold);
            }
        });
    }

    private void others(Fields units) {
        units.node().properties().forEach(price -> {
            if (UNIT.matcher(price.getKey()).matches()) {
                put(units, price.getKey(), price.getKey(), price.getValue(), true);
            } else {
                units.mistake(price.getKey(), "must match " + UNIT);
            }
        });
    }

    private void put(Fields fields, String name, String unit, JsonNode value, boolean each) {
        var max = each ? MAX_DOLLARS_EACH : MAX_DOLLARS;
        var dollars = value.isNumber() && Double.isFinite(value.doubleValue()) ? value.decimalValue() : MINUS_ONE;
        if (dollars.signum() < 0 || dollars.compareTo(max) > 0) {
            fields.mistake(
                    name, "must be dollars " + (each ? "each" : "per million") + ", 0 to " + max.toPlainString());
            return;
        }
        var perMillion = each ? dollars.multiply(MILLION) : dollars;
        nanos.put(
                unit,
                perMillion
                        .multiply(NANOS_PER_DOLLAR)
                        .setScale(0, RoundingMode.UP)
                        .longValueExact());
    }
}

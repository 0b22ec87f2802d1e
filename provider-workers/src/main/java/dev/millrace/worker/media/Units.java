package dev.millrace.worker.media;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Usage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Usage of calls that are not paid by the token. */
public final class Units {
    private Units() {}

    /**
     * Usage with counted units.
     *
     * @param mediaMillis length of what was heard or made; -1 when it is not known
     * @param estimated whether we counted, because the vendor gave no figure
     */
    public static Usage of(
            Map<String, Long> units, long mediaMillis, boolean estimated, @Nullable JsonNode vendorUsage) {
        return Usage.newBuilder()
                .setUnits(new HashMap<>(units))
                .setMediaMillis(mediaMillis)
                .setEstimated(estimated)
                .setVendorJson(vendorUsage == null ? null : vendorUsage.toString())
                .build();
    }

    /**
     * Usage of a job by what it made, counted here: files of each kind, characters of speech, and the length of videos that the vendor or
     * else the request says. Flagged as estimated.
     *
     * @param vendorMillis the vendor's figure for the length; -1 when it has none
     */
    public static Usage made(Wish wish, List<Produced> media, long vendorMillis, @Nullable JsonNode vendorUsage) {
        var units = new TreeMap<String, Long>();
        units.put("requests", 1L);
        for (var item : media) {
            switch (item.kind()) {
                case IMAGE -> units.merge("images", 1L, Long::sum);
                case VIDEO -> units.merge("videos", 1L, Long::sum);
                case AUDIO, DOCUMENT, OTHER -> {}
            }
        }
        if (wish.operation() == Operation.SPEECH) {
            units.put("characters", wish.characters());
        }
        long videos = units.getOrDefault("videos", 0L);
        long millis = vendorMillis < 0 && videos > 0 ? videos * wish.lengthMillis() : vendorMillis;
        return of(units, millis, true, vendorUsage);
    }

    /** The same with tokens; -1 when not known. */
    public static Usage withTokens(Usage usage, long inputTokens, long outputTokens) {
        return Usage.newBuilder(usage)
                .setInputTokens(inputTokens)
                .setOutputTokens(outputTokens)
                .build();
    }

    /** Characters as vendors of speech count them. */
    public static long characters(String text) {
        return text.codePointCount(0, text.length());
    }
}

package dev.millrace.worker.media;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Usage;
import java.util.HashMap;
import java.util.Map;
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

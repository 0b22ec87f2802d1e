package dev.millrace.worker.intake;

import java.util.Base64;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The text that stands beside a committed offset: which offsets beyond it are done.
 *
 * <p>Form: {@code m1:} and the bit set, little-endian, in base64. A broker takes at most 4096 bytes ({@code offset.metadata.max.bytes});
 * with {@link #MAX_SPAN} offsets the text stays below 2,740. Anything else reads as "nothing known".
 */
public final class CommitMetadata {
    /** The longest span a bit set may have; the intake pauses a partition before. */
    public static final int MAX_SPAN = 16_384;

    private static final String PREFIX = "m1:";

    private CommitMetadata() {}

    public static String encode(BitSet done) {
        return done.isEmpty() ? "" : PREFIX + Base64.getEncoder().encodeToString(done.toByteArray());
    }

    public static BitSet decode(@Nullable String metadata) {
        if (metadata == null || !metadata.startsWith(PREFIX)) {
            return new BitSet();
        }
        try {
            return BitSet.valueOf(Base64.getDecoder().decode(metadata.substring(PREFIX.length())));
        } catch (IllegalArgumentException e) {
            return new BitSet();
        }
    }
}

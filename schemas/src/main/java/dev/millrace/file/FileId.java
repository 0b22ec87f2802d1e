package dev.millrace.file;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochRandomGenerator;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Name of one uploaded file: {@code file_<32 hex digits of a version 7 UUID>_<partition>}. It carries the time of the upload and the
 * partition of the topic {@code files} that holds the pieces, so that any process finds them without an index.
 *
 * @param partition of the topic
 * @param createdAtMillis epoch milliseconds
 */
public record FileId(String value, int partition, long createdAtMillis) {
    private static final Pattern FORM =
            Pattern.compile("file_(([0-9a-f]{12})7[0-9a-f]{3}[89ab][0-9a-f]{15})_(0|[1-9][0-9]{0,4})");
    private static final TimeBasedEpochRandomGenerator UUIDS = Generators.timeBasedEpochRandomGenerator();

    /** A new id whose pieces go to one of {@code partitions}. Thread-safe. */
    public static FileId create(int partitions) {
        var uuid = UUIDS.generate();
        var hex = HexFormat.of().toHexDigits(uuid.getMostSignificantBits())
                + HexFormat.of().toHexDigits(uuid.getLeastSignificantBits());
        int partition = Math.floorMod(uuid.hashCode(), partitions);
        return new FileId("file_" + hex + "_" + partition, partition, Long.parseUnsignedLong(hex.substring(0, 12), 16));
    }

    /** The id of that text; empty when it is none of ours, such as the id of a file at a vendor. */
    public static Optional<FileId> of(String text) {
        var form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(
                        new FileId(text, Integer.parseInt(form.group(3)), Long.parseUnsignedLong(form.group(2), 16)))
                : Optional.empty();
    }

    /** Key of one piece's record. */
    public byte[] chunkKey(int index) {
        return (value + "/" + index).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return value;
    }
}

package dev.millrace.job;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochRandomGenerator;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Utils;

/**
 * Name of one job, and the key of its records.
 *
 * <p>Ids that Millrace makes read {@code job_<32 hex digits of a version 7 UUID>_<results partition>}: they carry the time of the
 * submit and the partition of {@code inference-results} that holds the job's records, so that any replica finds them without an
 * index. A submitter on the topic may choose any other id of the same alphabet; its partition is that of Kafka's default
 * partitioner.
 *
 * @param value 1 to 128 characters of {@code A-Z a-z 0-9 _ -}
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7">RFC 9562, UUID version 7</a>
 */
public record JobId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    private static final Pattern MADE_HERE =
            Pattern.compile("job_([0-9a-f]{12})7[0-9a-f]{3}[89ab][0-9a-f]{15}_(0|[1-9][0-9]{0,4})");

    private static final TimeBasedEpochRandomGenerator UUIDS = Generators.timeBasedEpochRandomGenerator();

    public JobId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("jobId: must match " + FORM + ", got " + value.length() + " characters");
        }
    }

    /** Makes an id whose records go to {@code resultsPartition}. Thread-safe. */
    public static JobId create(int resultsPartition) {
        if (resultsPartition < 0) {
            throw new IllegalArgumentException("resultsPartition: must not be negative, got " + resultsPartition);
        }
        var uuid = UUIDS.generate();
        return new JobId("job_"
                + HexFormat.of().toHexDigits(uuid.getMostSignificantBits())
                + HexFormat.of().toHexDigits(uuid.getLeastSignificantBits())
                + "_"
                + resultsPartition);
    }

    /**
     * The id of a record that came without one: the same record always gets the same id, so a redelivery is the same job.
     */
    public static JobId ofRecord(String topic, int partition, long offset) {
        var position = "-" + partition + "-" + offset;
        var plain = topic + position;
        return new JobId(isValid(plain) ? plain : digest(topic) + position);
    }

    /** Stands for a topic whose name is too long for an id or holds a dot. */
    private static String digest(String topic) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(topic.getBytes(StandardCharsets.UTF_8));
            return "topic-" + HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }

    /** Whether {@code value} has the form of an id, without the exception. */
    public static boolean isValid(String value) {
        return FORM.matcher(value).matches();
    }

    /**
     * Partition of the results topic that holds this job's records.
     *
     * @param partitionCount partitions of {@code inference-results}
     */
    public int resultsPartition(int partitionCount) {
        var named = namedPartition();
        if (named.isPresent() && named.getAsInt() < partitionCount) {
            return named.getAsInt();
        }
        return Utils.toPositive(Utils.murmur2(value.getBytes(StandardCharsets.UTF_8))) % partitionCount;
    }

    /** Epoch milliseconds of the submit, for ids made here. */
    public OptionalLong createdAtMillis() {
        var made = MADE_HERE.matcher(value);
        return made.matches() ? OptionalLong.of(Long.parseUnsignedLong(made.group(1), 16)) : OptionalLong.empty();
    }

    private OptionalInt namedPartition() {
        var made = MADE_HERE.matcher(value);
        return made.matches() ? OptionalInt.of(Integer.parseInt(made.group(2))) : OptionalInt.empty();
    }

    @Override
    public String toString() {
        return value;
    }
}

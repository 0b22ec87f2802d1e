package dev.millrace.worker.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a reply about a job leads to. */
public sealed interface JobStep {
    /** Another call at once, whose reply answers {@code stage}. */
    record Call(VendorCall call, Stage stage, ObjectNode job) implements JobStep {}

    /** Another call at once, with a decoder of its own. */
    record Stream(VendorCall call, ObjectNode job, Supplier<? extends ReplyDecoder> decoders) implements JobStep {}

    /**
     * The vendor works on it: to be asked again.
     *
     * @param job what is needed to find it again; no secret
     * @param state the vendor's word
     * @param percent 0-100, or -1 when the vendor does not say
     */
    record Working(ObjectNode job, String state, int percent) implements JobStep {}

    /**
     * It is done.
     *
     * @param content what is not media
     * @param media in the vendor's order
     * @param usage null when neither the vendor nor what was made tells
     */
    record Done(
            List<Delta> content,
            List<Produced> media,
            @Nullable Usage usage,
            Map<String, String> vendor) implements JobStep {}

    /** It came to nothing. */
    record Failed(VendorResult result) implements JobStep {}

    /** A reply that breaks the vendor's grammar. */
    static Failed malformed(String where) {
        return new Failed(new Malformed(where));
    }

    /** The vendor did not want to: asking again will not help. */
    static Failed refused(@Nullable String code, String message) {
        return new Failed(new Refused(new VendorError(0, code, message)));
    }

    /** The vendor failed: another try may succeed. */
    static Failed failed(@Nullable String code, String message) {
        return new Failed(new Unavailable(new VendorError(0, code, message), null));
    }

    /** The vendor's own object as the answer to a {@code run} call. */
    static Delta raw(String dialect, JsonNode output) {
        return new Delta(0, new ItemDelta(dialect, "run.output", output.toString()), Map.of());
    }
}

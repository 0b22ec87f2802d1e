package dev.millrace.egress.reply;

import dev.millrace.avro.FinishReason;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ProgressDelta;
import dev.millrace.avro.TokenLogprob;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer put together from deltas.
 *
 * @param choices in the order of their index
 * @param truncated true when the answer was larger than the reader's limit and later content was left out
 * @param progress the latest that was told; null when none was
 */
public record Reply(
        List<Choice> choices, boolean truncated, @Nullable ProgressDelta progress) {
    /** Extension of a media piece that is a preview: it is replaced by what comes later and is part of no whole answer. */
    public static final String PREVIEW = "partial_image_index";

    public Reply {
        choices = List.copyOf(choices);
    }

    /**
     * One choice.
     *
     * @param finish null when the model has not said that it is done
     * @param extensions members beside the content, each value JSON; arrays of one name are joined, of anything else the last counts
     */
    public record Choice(
            int index,
            String text,
            String refusal,
            List<ReasoningBlock> reasoning,
            List<ToolCall> toolCalls,
            List<Media> media,
            List<ItemDelta> items,
            List<float[]> vectors,
            List<TokenLogprob> textLogprobs,
            List<TokenLogprob> refusalLogprobs,
            @Nullable FinishReason finish,
            @Nullable String vendorFinish,
            Map<String, String> extensions) {}

    /** A stretch of thinking that shares id and kind. */
    public record ReasoningBlock(
            String text,
            @Nullable String id,
            @Nullable String signature,
            @Nullable String encrypted,
            boolean summary) {}

    /** One complete tool call; {@code extensions} are members beside the call, each value JSON. */
    public record ToolCall(
            int index,
            @Nullable String id,
            @Nullable String name,
            String arguments,
            String type,
            @Nullable String signature,
            Map<String, String> extensions) {}

    /** One complete image, sound, film or document; {@code extensions} are members beside it, each value JSON. */
    public record Media(MediaDelta content, Map<String, String> extensions) {}
}

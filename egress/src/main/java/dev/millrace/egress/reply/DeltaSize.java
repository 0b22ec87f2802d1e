package dev.millrace.egress.reply;

import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.TokenLogprob;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.avro.VectorDelta;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Roughly what a delta adds to memory. */
final class DeltaSize {
    private static final int LOGPROB_BYTES = 128;

    private DeltaSize() {}

    static long bytes(Delta delta) {
        long extensions = delta.getExtensions().entrySet().stream()
                .mapToLong(entry ->
                        entry.getKey().length() + (long) entry.getValue().length())
                .sum();
        return extensions
                + switch (delta.getContent()) {
                    case TextDelta text -> text.getText().length() + logprobs(text.getLogprobs());
                    case RefusalDelta refusal -> refusal.getText().length() + logprobs(refusal.getLogprobs());
                    case ReasoningDelta reasoning ->
                        reasoning.getText().length()
                                + length(reasoning.getSignature())
                                + length(reasoning.getEncrypted());
                    case ToolCallDelta call -> call.getArguments().length() + length(call.getName());
                    case MediaDelta media ->
                        (media.getData() == null ? 0 : media.getData().remaining())
                                + length(media.getUrl())
                                + length(media.getTranscript());
                    case VectorDelta vector -> 4L * vector.getValues().size();
                    case ItemDelta item -> item.getJson().length();
                    case FinishDelta _ -> 0;
                    default -> 0;
                };
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private static long logprobs(List<TokenLogprob> logprobs) {
        return logprobs.stream()
                .mapToLong(token -> LOGPROB_BYTES * (1L + token.getTop().size()))
                .sum();
    }
}

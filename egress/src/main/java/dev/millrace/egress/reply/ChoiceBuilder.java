package dev.millrace.egress.reply;

import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.TokenLogprob;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.avro.VectorDelta;
import dev.millrace.egress.reply.Reply.Choice;
import dev.millrace.egress.reply.Reply.Media;
import dev.millrace.egress.reply.Reply.ReasoningBlock;
import dev.millrace.egress.reply.Reply.ToolCall;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One choice while its deltas come in. */
final class ChoiceBuilder {
    private final int index;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder refusal = new StringBuilder();
    private final List<ReasoningBuilder> reasoning = new ArrayList<>();
    private final TreeMap<Integer, ToolCallBuilder> toolCalls = new TreeMap<>();
    private final List<MediaBuilder> media = new ArrayList<>();
    private final List<ItemDelta> items = new ArrayList<>();
    private final List<float[]> vectors = new ArrayList<>();
    private final List<TokenLogprob> textLogprobs = new ArrayList<>();
    private final List<TokenLogprob> refusalLogprobs = new ArrayList<>();
    private final Map<String, String> extensions = new LinkedHashMap<>();
    private @Nullable FinishReason finish;
    private @Nullable String vendorFinish;

    ChoiceBuilder(int index) {
        this.index = index;
    }

    void add(Delta delta) {
        var beside = delta.getExtensions();
        switch (delta.getContent()) {
            case ToolCallDelta piece ->
                toolCalls
                        .computeIfAbsent(piece.getIndex(), ToolCallBuilder::new)
                        .add(piece, beside);
            case MediaDelta piece -> media(piece, beside);
            default -> {
                Extensions.join(extensions, beside);
                addContent(delta);
            }
        }
    }

    private void addContent(Delta delta) {
        switch (delta.getContent()) {
            case TextDelta piece -> {
                text.append(piece.getText());
                textLogprobs.addAll(piece.getLogprobs());
            }
            case RefusalDelta piece -> {
                refusal.append(piece.getText());
                refusalLogprobs.addAll(piece.getLogprobs());
            }
            case ReasoningDelta piece -> reasoning(piece);
            case VectorDelta vector -> vectors.add(floats(vector.getValues()));
            case ItemDelta item -> items.add(item);
            case FinishDelta end -> {
                finish = end.getReason();
                vendorFinish = end.getVendorReason();
            }
            default -> {} // progress is not content, and what a newer writer adds is not known here
        }
    }

    Choice build() {
        return new Choice(
                index,
                text.toString(),
                refusal.toString(),
                reasoning.stream().map(ReasoningBuilder::build).toList(),
                toolCalls.values().stream().map(ToolCallBuilder::build).toList(),
                media.stream().map(MediaBuilder::build).toList(),
                List.copyOf(items),
                List.copyOf(vectors),
                List.copyOf(textLogprobs),
                List.copyOf(refusalLogprobs),
                finish,
                vendorFinish,
                Map.copyOf(extensions));
    }

    private void reasoning(ReasoningDelta piece) {
        if (reasoning.isEmpty() || !reasoning.getLast().continuedBy(piece)) {
            reasoning.add(new ReasoningBuilder(piece));
        }
        reasoning.getLast().add(piece);
    }

    private void media(MediaDelta piece, Map<String, String> beside) {
        if (media.isEmpty() || !media.getLast().continuedBy(piece)) {
            media.add(new MediaBuilder(piece));
        }
        media.getLast().add(piece, beside);
    }

    private static float[] floats(List<Float> values) {
        var floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }

    private static boolean isPresent(@Nullable String value) {
        return value != null && !value.isEmpty();
    }

    private static final class ReasoningBuilder {
        private final StringBuilder text = new StringBuilder();
        private final @Nullable String id;
        private final boolean summary;
        private @Nullable String signature;
        private @Nullable String encrypted;

        ReasoningBuilder(ReasoningDelta first) {
            this.id = first.getId();
            this.summary = first.getSummary();
        }

        /** A block ends with its signature; the next piece begins another. */
        boolean continuedBy(ReasoningDelta piece) {
            boolean sameItem = piece.getId() == null || piece.getId().equals(id);
            boolean signed = signature != null || encrypted != null;
            boolean begins = !piece.getText().isEmpty()
                    || (piece.getId() == null && (isPresent(piece.getSignature()) || isPresent(piece.getEncrypted())));
            return sameItem && summary == piece.getSummary() && !(signed && begins);
        }

        void add(ReasoningDelta piece) {
            text.append(piece.getText());
            signature = isPresent(piece.getSignature()) ? piece.getSignature() : signature;
            encrypted = isPresent(piece.getEncrypted()) ? piece.getEncrypted() : encrypted;
        }

        ReasoningBlock build() {
            return new ReasoningBlock(text.toString(), id, signature, encrypted, summary);
        }
    }

    private static final class ToolCallBuilder {
        private final int index;
        private final StringBuilder arguments = new StringBuilder();
        private @Nullable String id;
        private @Nullable String name;
        private @Nullable String type;
        private @Nullable String signature;
        private final Map<String, String> extensions = new LinkedHashMap<>();

        ToolCallBuilder(int index) {
            this.index = index;
        }

        /** Id, name and type come once; some vendors repeat them empty. */
        void add(ToolCallDelta piece, Map<String, String> beside) {
            Extensions.join(extensions, beside);
            arguments.append(piece.getArguments());
            id = isPresent(id) ? id : piece.getId();
            name = isPresent(name) ? name : piece.getName();
            type = isPresent(type) ? type : piece.getType();
            signature = isPresent(piece.getSignature()) ? piece.getSignature() : signature;
        }

        ToolCall build() {
            return new ToolCall(
                    index,
                    id,
                    name,
                    arguments.toString(),
                    type == null ? "function" : type,
                    signature,
                    Map.copyOf(extensions));
        }
    }

    private static final class MediaBuilder {
        private final MediaDelta first;
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();
        private final StringBuilder transcript = new StringBuilder();
        private @Nullable String url;
        private boolean last;
        private final Map<String, String> extensions = new LinkedHashMap<>();

        MediaBuilder(MediaDelta first) {
            this.first = first;
        }

        boolean continuedBy(MediaDelta piece) {
            return !last && piece.getKind() == first.getKind();
        }

        void add(MediaDelta piece, Map<String, String> beside) {
            Extensions.join(extensions, beside);
            if (piece.getData() != null) {
                var bytes = new byte[piece.getData().remaining()];
                piece.getData().duplicate().get(bytes);
                data.writeBytes(bytes);
            }
            if (piece.getTranscript() != null) {
                transcript.append(piece.getTranscript());
            }
            url = isPresent(piece.getUrl()) ? piece.getUrl() : url;
            last = piece.getLast();
        }

        Media build() {
            var content = MediaDelta.newBuilder()
                    .setKind(first.getKind())
                    .setMimeType(first.getMimeType())
                    .setData(data.size() == 0 ? null : ByteBuffer.wrap(data.toByteArray()))
                    .setUrl(url)
                    .setTranscript(transcript.isEmpty() ? null : transcript.toString())
                    .setLast(last)
                    .build();
            return new Media(content, Map.copyOf(extensions));
        }
    }
}

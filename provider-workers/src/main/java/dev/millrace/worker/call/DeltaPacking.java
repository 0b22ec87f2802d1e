package dev.millrace.worker.call;

import dev.millrace.avro.Delta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fits deltas into records: several lists when they are larger together than a record should be, several deltas when one is. Text is never
 * cut inside a character. Pure.
 */
public final class DeltaPacking {
    /** Well below the topic's limit, which also has to hold what stands beside the deltas. */
    public static final int MAX_RECORD_BYTES = 512 * 1024;

    private DeltaPacking() {}

    /** The deltas in order, in as few lists as they fit in; at least one. */
    public static List<List<Delta>> pack(List<Delta> deltas, int maxBytes) {
        var records = new ArrayList<List<Delta>>();
        var current = new ArrayList<Delta>();
        long size = 0;
        for (var delta : deltas) {
            for (var piece : split(delta, maxBytes)) {
                long pieceSize = size(piece);
                if (!current.isEmpty() && size + pieceSize > maxBytes) {
                    records.add(current);
                    current = new ArrayList<>();
                    size = 0;
                }
                current.add(piece);
                size += pieceSize;
            }
        }
        records.add(current);
        return records;
    }

    private static List<Delta> split(Delta delta, int maxBytes) {
        return size(delta) <= maxBytes
                ? List.of(delta)
                : switch (delta.getContent()) {
                    case TextDelta text
                    when text.getLogprobs().isEmpty() ->
                        texts(delta, text.getText(), maxBytes, (piece, _) -> new TextDelta(piece, List.of()));
                    case ReasoningDelta thought ->
                        texts(
                                delta,
                                thought.getText(),
                                maxBytes,
                                (piece, last) -> new ReasoningDelta(
                                        piece,
                                        thought.getId(),
                                        last ? thought.getSignature() : null,
                                        last ? thought.getEncrypted() : null,
                                        thought.getSummary()));
                    case ToolCallDelta call ->
                        texts(
                                delta,
                                call.getArguments(),
                                maxBytes,
                                (piece, _) -> new ToolCallDelta(call.getIndex(), null, null, piece, null, null),
                                new ToolCallDelta(
                                        call.getIndex(),
                                        call.getId(),
                                        call.getName(),
                                        "",
                                        call.getType(),
                                        call.getSignature()));
                    case MediaDelta media when media.getData() != null -> media(delta, media, maxBytes);
                    default -> List.of(delta);
                };
    }

    private interface Piece {
        Object of(String text, boolean last);
    }

    private static List<Delta> texts(Delta delta, String text, int maxBytes, Piece piece, Object... first) {
        var pieces = new ArrayList<Delta>();
        for (var content : first) {
            pieces.add(new Delta(delta.getIndex(), content, Map.of()));
        }
        int step = Math.max(2, maxBytes / 3);
        for (int start = 0; start < text.length(); ) {
            int end = Math.min(text.length(), start + step);
            if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
                end--;
            }
            boolean last = end == text.length();
            var extensions = last ? delta.getExtensions() : Map.<String, String>of();
            pieces.add(new Delta(delta.getIndex(), piece.of(text.substring(start, end), last), extensions));
            start = end;
        }
        return pieces;
    }

    private static List<Delta> media(Delta delta, MediaDelta media, int maxBytes) {
        var data = media.getData().duplicate();
        var pieces = new ArrayList<Delta>();
        while (data.hasRemaining()) {
            ByteBuffer part = data.slice(data.position(), Math.min(maxBytes, data.remaining()));
            data.position(data.position() + part.remaining());
            boolean last = !data.hasRemaining();
            var content = new MediaDelta(
                    media.getKind(),
                    media.getMimeType(),
                    part,
                    media.getUrl(),
                    last ? media.getTranscript() : null,
                    last && media.getLast());
            pieces.add(new Delta(delta.getIndex(), content, last ? delta.getExtensions() : Map.of()));
        }
        return pieces;
    }

    /** Upper estimate of the encoded size. */
    static long size(Delta delta) {
        long size = 32;
        for (var extension : delta.getExtensions().entrySet()) {
            size += 3L * (extension.getKey().length() + extension.getValue().length());
        }
        return size
                + switch (delta.getContent()) {
                    case TextDelta text ->
                        3L * text.getText().length() + 64L * text.getLogprobs().size();
                    case ReasoningDelta thought -> 3L * (thought.getText().length() + length(thought.getEncrypted()));
                    case RefusalDelta refusal -> 3L * refusal.getText().length();
                    case ToolCallDelta call -> 3L * call.getArguments().length();
                    case MediaDelta media ->
                        media.getData() == null ? 0 : media.getData().remaining();
                    case ItemDelta item -> 3L * item.getJson().length();
                    default -> 64;
                };
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}

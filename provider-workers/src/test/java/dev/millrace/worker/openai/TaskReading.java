package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ProgressDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.VectorDelta;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a reader has of a reply that is not a chat, whichever way it was cut into pieces; comparable as text. */
public final class TaskReading {
    private static final ObjectMapper JSON = new ObjectMapper();

    final Map<Integer, StringBuilder> text = new TreeMap<>();
    final Map<Integer, ByteArrayOutputStream> bytes = new TreeMap<>();
    final Map<Integer, String> urls = new TreeMap<>();
    final Map<Integer, String> finishes = new TreeMap<>();
    final Map<Integer, List<Float>> vectors = new TreeMap<>();
    final List<String> items = new ArrayList<>();
    final List<Integer> ended = new ArrayList<>();

    public static TaskReading of(List<Delta> deltas) {
        var reading = new TaskReading();
        for (var delta : deltas) {
            int index = delta.getIndex();
            switch (delta.getContent()) {
                case TextDelta piece -> reading.text(index, piece.getText());
                case MediaDelta media -> reading.media(index, media);
                case VectorDelta vector -> reading.vectors.put(index, vector.getValues());
                case ItemDelta item -> reading.item(item.getDialect(), item.getType(), item.getJson());
                case FinishDelta finish -> reading.finishes.put(index, String.valueOf(finish.getVendorReason()));
                case ProgressDelta _ -> {}
                default -> throw new AssertionError(delta);
            }
        }
        return reading;
    }

    void text(int index, String piece) {
        text.computeIfAbsent(index, _ -> new StringBuilder()).append(piece);
    }

    void bytes(int index, byte[] data) {
        bytes.computeIfAbsent(index, _ -> new ByteArrayOutputStream()).writeBytes(data);
    }

    void item(String dialect, String type, String json) {
        try {
            JsonNode node = JSON.readTree(json);
            items.add(dialect + " " + type + " " + node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void media(int index, MediaDelta media) {
        if (media.getData() != null) {
            var data = new byte[media.getData().remaining()];
            media.getData().duplicate().get(data);
            bytes(index, data);
        }
        if (media.getUrl() != null) {
            urls.put(index, media.getUrl());
        }
        if (media.getLast()) {
            ended.add(index);
        }
    }

    @Override
    public String toString() {
        var media = new StringBuilder();
        bytes.forEach((index, data) ->
                media.append(index).append('=').append(HexFormat.of().formatHex(data.toByteArray())));
        return "text=" + text + " media=" + media + " urls=" + urls + " finishes=" + finishes + " vectors=" + vectors
                + " items=" + items + " ended=" + ended;
    }
}

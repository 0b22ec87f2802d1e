package dev.millrace.worker.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.Delta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.worker.provider.Reading;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeltaPackingTest {
    private static Delta text(String text) {
        return new Delta(0, new TextDelta(text, List.of()), Map.of("k", "1"));
    }

    private static List<Delta> flat(List<List<Delta>> packs) {
        var all = new ArrayList<Delta>();
        packs.forEach(all::addAll);
        return all;
    }

    @Test
    void keepsWhatFitsInOneRecord() {
        var deltas = List.of(text("a"), text("b"));
        assertThat(DeltaPacking.pack(deltas, 1000)).containsExactly(deltas);
        assertThat(DeltaPacking.pack(List.of(), 1000)).containsExactly(List.of());
    }

    @Test
    void fillsSeveralRecordsInOrder() {
        var deltas = new ArrayList<Delta>();
        for (int i = 0; i < 50; i++) {
            deltas.add(text("piece " + i));
        }
        var packs = DeltaPacking.pack(deltas, 300);
        assertThat(packs.size()).isGreaterThan(5);
        assertThat(flat(packs)).isEqualTo(deltas);
    }

    @Test
    void splitsALongTextWithoutCuttingACharacter() {
        var text = "🌍é".repeat(5000);
        var packs = DeltaPacking.pack(List.of(text(text)), 1000);
        assertThat(Reading.of(flat(packs)).choice(0).text).isEqualTo(text);
        assertThat(packs)
                .allSatisfy(pack -> assertThat(
                                pack.stream().mapToLong(DeltaPacking::size).sum())
                        .isLessThan(1200));
        assertThat(flat(packs)).allSatisfy(delta -> {
            var piece = ((TextDelta) delta.getContent()).getText();
            assertThat(Character.isLowSurrogate(piece.charAt(0))).isFalse();
        });
        assertThat(flat(packs).getLast().getExtensions()).containsEntry("k", "1");
    }

    @Test
    void splitsArgumentsAndMedia() {
        var call = new ToolCallDelta(1, "id", "f", "x".repeat(5000), "function", null);
        var media = new MediaDelta(MediaKind.AUDIO, "audio/wav", ByteBuffer.wrap(new byte[5000]), null, "t", true);
        var packs = DeltaPacking.pack(List.of(new Delta(0, call, Map.of()), new Delta(0, media, Map.of())), 1000);
        var reading = Reading.of(flat(packs));
        assertThat(reading.choice(0).calls.get(1).arguments).hasSize(5000);
        assertThat(reading.choice(0).calls.get(1).id).isEqualTo("id");
        var pieces = flat(packs).stream()
                .map(Delta::getContent)
                .filter(MediaDelta.class::isInstance)
                .map(MediaDelta.class::cast)
                .toList();
        assertThat(pieces.stream()
                        .mapToInt(piece -> piece.getData().remaining())
                        .sum())
                .isEqualTo(5000);
        assertThat(pieces.getFirst().getLast()).isFalse();
        assertThat(pieces.getLast().getLast()).isTrue();
    }
}

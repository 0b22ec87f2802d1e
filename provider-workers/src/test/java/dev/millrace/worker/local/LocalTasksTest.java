package dev.millrace.worker.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.worker.local.LocalEvent.Bytes;
import dev.millrace.worker.local.LocalEvent.Head;
import dev.millrace.worker.provider.MultipartBody;
import dev.millrace.worker.provider.VendorCall;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import org.junit.jupiter.api.Test;

class LocalTasksTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final LocalTasks vendor = new LocalTasks();

    private List<LocalEvent> events(String path, String body) {
        var bytes = ByteBuffer.wrap(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        return events(new VendorCall("POST", path, Map.of("Content-Type", "application/json"), bytes, false));
    }

    private List<LocalEvent> events(VendorCall call) {
        var events = new ArrayList<LocalEvent>();
        vendor.answer(call, 1).forEachRemaining(events::add);
        return events;
    }

    private static byte[] body(List<LocalEvent> events) {
        var out = new ByteArrayOutputStream();
        for (var event : events) {
            if (event instanceof Bytes piece) {
                var bytes = new byte[piece.bytes().remaining()];
                piece.bytes().duplicate().get(bytes);
                out.writeBytes(bytes);
            }
        }
        return out.toByteArray();
    }

    private JsonNode json(String path, String body) throws IOException {
        return JSON.readTree(body(events(path, body)));
    }

    @Test
    void givesTheSameVectorOfLengthOneToTheSameText() throws IOException {
        var data = json("/embeddings", "{'model':'embed','input':['a','b','a'],'dimensions':8}")
                .path("data");

        assertThat(data.at("/0/embedding")).hasSize(8).isEqualTo(data.at("/2/embedding"));
        assertThat(data.at("/0/embedding")).isNotEqualTo(data.at("/1/embedding"));
        double square = data.at("/0/embedding")
                .valueStream()
                .mapToDouble(value -> value.asDouble() * value.asDouble())
                .sum();
        assertThat(square).isBetween(0.999, 1.001);
    }

    @Test
    void drawsPicturesThatOthersCanRead() throws IOException {
        var data = json("/images/generations", "{'model':'image','prompt':'a mill','n':2}")
                .path("data");

        assertThat(data).hasSize(2);
        var png = Base64.getDecoder().decode(data.at("/0/b64_json").asText());
        var picture = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(picture.getWidth()).isEqualTo(64);
        assertThat(picture.getHeight()).isEqualTo(64);
    }

    @Test
    void speaksInSoundThatOthersCanRead() throws IOException, UnsupportedAudioFileException {
        var events = events("/audio/speech", "{'model':'speech','input':'one two three'}");

        assertThat(((Head) events.getFirst()).headers()).containsEntry("content-type", "audio/wav");
        var sound = AudioSystem.getAudioInputStream(new ByteArrayInputStream(body(events)));
        assertThat(sound.getFormat().getSampleRate()).isEqualTo(8000);
        assertThat(sound.getFrameLength()).isEqualTo(2400);
    }

    @Test
    void tellsWhichRecordingItHeard() throws IOException {
        // Given
        var form = MultipartBody.of(List.of(
                new MultipartBody.Field.Text("model", "transcribe"),
                new MultipartBody.Field.Text("response_format", "verbose_json"),
                new MultipartBody.Field.File("file", "a.wav", "audio/wav", ByteBuffer.wrap(new byte[1000]))));
        var call = new VendorCall(
                "POST", "/audio/transcriptions", Map.of("Content-Type", form.contentType()), form.bytes(), false);
        // When
        var one = JSON.readTree(body(events(call)));
        // Then
        assertThat(one.path("text").asText()).startsWith("a recording of 1000 bytes");
        assertThat(one.path("words").size()).isPositive();
        assertThat(one.path("duration").asDouble()).isPositive();
    }

    @Test
    void ranksByCommonWordsAndJudgesByAList() throws IOException {
        var ranking = json(
                "/rerank", "{'model':'r','query':'flour mill','documents':['horse','mill','flour mill'],'top_n':2}");
        var judged = json("/moderations", "{'model':'m','input':['a sack','I will attack']}");

        assertThat(ranking.at("/results/0/index").asInt()).isEqualTo(2);
        assertThat(ranking.path("results")).hasSize(2);
        assertThat(judged.at("/results/0/flagged").asBoolean()).isFalse();
        assertThat(judged.at("/results/1/categories/violence").asBoolean()).isTrue();
    }

    @Test
    void failsAsTold() {
        var head =
                (Head) events("/embeddings", "{'model':'fail-503','input':'x'}").getFirst();

        assertThat(head.status()).isEqualTo(503);
        assertThat(((Head) events("/embeddings", "no json").getFirst()).status())
                .isEqualTo(400);
        assertThat(((Head) events("/nowhere", "{}").getFirst()).status()).isEqualTo(404);
    }
}

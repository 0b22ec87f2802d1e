package dev.millrace.ingress.http;

import static dev.millrace.ingress.http.TestDoor.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Operation;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Usage;
import dev.millrace.avro.VectorDelta;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskRoutesTest {
    private static final byte[] PNG = "\u0089PNG\r\n\u001a\nrest".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] WAV = "RIFF....WAVEfmt ".getBytes(StandardCharsets.ISO_8859_1);

    private final TestDoor door = new TestDoor();

    @AfterEach
    void close() {
        door.close();
    }

    private void answering(Usage usage, Delta... deltas) {
        door.log.then = request -> door.jobs.complete(request.getJobId(), List.of(deltas), usage);
    }

    private static Usage usage(long input, long output) {
        return Usage.newBuilder().setInputTokens(input).setOutputTokens(output).build();
    }

    private static Delta delta(int index, Object content) {
        return new Delta(index, content, Map.of());
    }

    private static Delta media(MediaKind kind, String type, String data, boolean last) {
        var bytes = ByteBuffer.wrap(data.getBytes(StandardCharsets.UTF_8));
        return delta(0, new MediaDelta(kind, type, bytes, null, null, last));
    }

    private static Delta item(String type, String json) {
        return delta(0, new ItemDelta("openai", type, json));
    }

    private HttpResponse<String> post(String path, String body) {
        return door.send(door.post(path, body.replace('\'', '"')));
    }

    private TaskInput task(Operation operation) {
        InferenceRequest request = door.log.onlyRequest();
        assertThat(request.getOperation()).isEqualTo(operation);
        return (TaskInput) request.getInput();
    }

    @Test
    void answersEmbeddingsInOrder() {
        // Given
        answering(
                usage(5, -1),
                delta(0, new VectorDelta(List.of(0.5f, -0.5f))),
                delta(1, new VectorDelta(List.of(1f, 0f))));
        // When
        var response = post("/v1/embeddings", "{'model':'local/embed','input':['a','b'],'dimensions':2}");
        // Then
        assertThat(response.body())
                .isEqualTo(
                        "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.5,-0.5]},"
                                + "{\"object\":\"embedding\",\"index\":1,\"embedding\":[1.0,0.0]}],\"model\":\"local/echo\","
                                + "\"usage\":{\"prompt_tokens\":5,\"total_tokens\":5}}");
        var task = task(Operation.EMBEDDING);
        assertThat(task.getParts())
                .extracting(part -> ((TextPart) part.getContent()).getText())
                .containsExactly("a", "b");
        assertThat(task.getParameters()).isEqualTo(Map.of("dimensions", "2"));
    }

    @Test
    void answersEmbeddingsInBase64AndTakesTokens() {
        // Given
        answering(usage(2, -1), delta(0, new VectorDelta(List.of(1f))));
        // When
        var response = post("/v1/embeddings", "{'model':'local/embed','input':[[1,2]],'encoding_format':'base64'}");
        // Then
        assertThat(json(response).at("/data/0/embedding").asText()).isEqualTo("AACAPw==");
        assertThat(task(Operation.EMBEDDING).getParameters()).isEqualTo(Map.of("input_tokens", "[[1,2]]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/embeddings|{'model':'local/embed'}|input",
                "/v1/embeddings|{'model':'local/embed','input':[]}|input",
                "/v1/embeddings|{'model':'local/embed','input':'x','encoding_format':'int4'}|encoding_format",
                "/v1/embeddings|{'model':'local/embed','input':[['x']]}|input[0][0]",
                "/v1/images/generations|{'model':'local/image'}|prompt",
                "/v1/images/edits|{'model':'local/image','prompt':'x'}|image",
                "/v1/audio/speech|{'model':'local/speech'}|input",
                "/v1/audio/speech|{'model':'local/speech','input':'x','stream_format':'x'}|stream_format",
                "/v1/audio/transcriptions|{'model':'local/transcribe'}|file",
                "/v1/moderations|{'model':'local/moderate','input':[]}|input",
                "/v1/videos|{'model':'local/video'}|prompt",
                "/v1/completions|{'model':'local/echo'}|prompt",
                "/v1/embeddings|{'model':'local/image','input':'x'}|model",
                "/v1/images/generations|{'model':'local/echo','prompt':'x'}|model",
                "/v1/jobs|{'model':'local/echo','operation':'paint'}|operation"
            })
    void namesWhatIsWrong(String path, String body, String param) {
        var response = post(path, body);

        assertThat(response.statusCode()).isEqualTo(400);
        var named = json(response)
                .at("/error/param")
                .asText(json(response).at("/param").asText());
        assertThat(named).as(response.body()).isEqualTo(param);
        assertThat(door.log.requests).isEmpty();
    }

    @Test
    void answersImagesByValueAndByAddress() {
        // Given
        var revised = new Delta(
                0,
                new MediaDelta(MediaKind.IMAGE, "image/png", ByteBuffer.wrap(new byte[] {1}), null, null, true),
                Map.of("revised_prompt", "\"better\""));
        var byAddress = delta(1, new MediaDelta(MediaKind.IMAGE, "", null, "https://x/y.png", null, true));
        answering(usage(3, 4), revised, byAddress);
        // When
        var response = post("/v1/images/generations", "{'model':'local/image','prompt':'a cat','n':2}");
        // Then
        var data = json(response).path("data");
        assertThat(data.toString())
                .isEqualTo("[{\"b64_json\":\"AQ==\",\"revised_prompt\":\"better\"},{\"url\":\"https://x/y.png\"}]");
        assertThat(json(response).at("/usage/total_tokens").asInt()).isEqualTo(7);
        assertThat(response.headers().firstValue("millrace-model")).contains("local/echo");
    }

    @Test
    void streamsPreviewsAndImages() {
        // Given
        var preview = new Delta(
                0,
                new MediaDelta(MediaKind.IMAGE, "image/png", ByteBuffer.wrap(new byte[] {9}), null, null, false),
                Map.of("partial_image_index", "0"));
        answering(
                usage(3, 4),
                preview,
                media(MediaKind.IMAGE, "image/png", "A", false),
                media(MediaKind.IMAGE, "image/png", "B", true));
        // When
        var response = post("/v1/images/generations", "{'model':'local/image','prompt':'x','stream':true}");
        // Then
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream; charset=utf-8");
        assertThat(response.body())
                .contains("event: image_generation.partial_image\ndata: {\"type\":\"image_generation.partial_image\","
                        + "\"b64_json\":\"CQ==\",\"partial_image_index\":0}")
                .contains("\"type\":\"image_generation.completed\"", "\"b64_json\":\"QUI=\"");
    }

    @Test
    void takesPicturesToEditFromAForm() {
        // Given
        answering(usage(1, 1), media(MediaKind.IMAGE, "image/png", "A", true));
        // When
        var response = door.send(new Form()
                .field("model", "local/image")
                .field("prompt", "a hat")
                .field("n", "1")
                .file("image[]", "a.png", "image/png", PNG)
                .file("mask", "m.png", "image/png", PNG)
                .post(door, "/v1/images/edits"));
        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        var task = task(Operation.IMAGE_EDIT);
        assertThat(task.getParts()).hasSize(3);
        var picture = (MediaPart) task.getParts().get(1).getContent();
        assertThat(picture.getData()).isEqualTo(ByteBuffer.wrap(PNG));
        assertThat(picture.getFileName()).isEqualTo("a.png");
        assertThat(task.getParts().get(2).getExtensions()).isEqualTo(Map.of("role", "\"mask\""));
        assertThat(task.getParameters()).isEqualTo(Map.of("n", "1"));
    }

    @Test
    void sendsSpeechAsItsBytes() {
        // Given
        answering(
                usage(1, -1),
                media(MediaKind.AUDIO, "audio/wav", "RIFF", false),
                media(MediaKind.AUDIO, "audio/wav", "more", true));
        // When
        var response = post("/v1/audio/speech", "{'model':'local/speech','input':'hi','voice':'alloy'}");
        // Then
        assertThat(response.body()).isEqualTo("RIFFmore");
        assertThat(response.headers().firstValue("content-type")).contains("audio/wav");
        assertThat(task(Operation.SPEECH).getParameters()).isEqualTo(Map.of("voice", "\"alloy\""));
    }

    @Test
    void streamsSpeechAsEvents() {
        answering(usage(1, 2), media(MediaKind.AUDIO, "audio/wav", "RIFF", true));

        var response =
                post("/v1/audio/speech", "{'model':'local/speech','input':'hi','voice':'x','stream_format':'sse'}");

        assertThat(response.body())
                .contains("data: {\"type\":\"speech.audio.delta\",\"audio\":\"UklGRg==\"}")
                .contains("data: {\"type\":\"speech.audio.done\",\"usage\":{");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "json|{\"text\":\"one two\",",
                "text|one two",
                "srt|1\\n00:00:00,000 --> 00:00:01,500\\none two",
                "vtt|WEBVTT\\n\\n00:00:00.000 --> 00:00:01.500\\none two",
                "verbose_json|{\"task\":\"transcribe\",\"language\":\"english\",\"duration\":1.5,\"text\":\"one two\",\"segments\":[{"
            })
    void answersATranscriptInTheFormAskedFor(String form, String start) {
        // Given
        answering(
                Usage.newBuilder().setMediaMillis(1500).build(),
                delta(0, new TextDelta("one two", List.of())),
                item("transcription.language", "\"english\""),
                item("transcription.segments", "[{\"id\":0,\"start\":0.0,\"end\":1.5,\"text\":\" one two\"}]"));
        // When
        var response = door.send(new Form()
                .field("model", "local/transcribe")
                .field("response_format", form)
                .field("timestamp_granularities[]", "segment")
                .file("file", "a.wav", "application/octet-stream", WAV)
                .post(door, "/v1/audio/transcriptions"));
        // Then
        assertThat(response.body()).startsWith(start.replace("\\n", "\n"));
        var task = task(Operation.TRANSCRIPTION);
        assertThat(((MediaPart) task.getParts().getFirst().getContent()).getMimeType())
                .isEqualTo("audio/wav");
        assertThat(task.getParameters())
                .containsEntry("timestamp_granularities", "[\"segment\"]")
                .containsEntry("response_format", "\"" + form + "\"");
    }

    @Test
    void streamsATranscript() {
        answering(usage(1, 2), delta(0, new TextDelta("one ", List.of())), delta(0, new TextDelta("two", List.of())));

        var response = door.send(new Form()
                .field("model", "local/transcribe")
                .field("stream", "true")
                .file("file", "a.wav", "audio/wav", WAV)
                .post(door, "/v1/audio/transcriptions"));

        assertThat(response.body())
                .contains("data: {\"type\":\"transcript.text.delta\",\"delta\":\"one \"}")
                .contains("\"type\":\"transcript.text.done\",\"text\":\"one two\"");
    }

    @Test
    void refusesFormsThatAreNone() {
        var form = new Form().field("model", "local/transcribe");
        assertThat(door.send(form.broken(door, "/v1/audio/transcriptions")).statusCode())
                .isEqualTo(400);
        var wrongType = new Form()
                .field("model", "local/transcribe")
                .file("file", "a.png", "audio/wav", PNG)
                .post(door, "/v1/audio/transcriptions");
        assertThat(json(door.send(wrongType)).at("/error/message").asText()).contains("expected audio", "image/png");
        var empty = new Form()
                .field("model", "local/transcribe")
                .file("file", "a.wav", "audio/wav", new byte[0])
                .post(door, "/v1/audio/transcriptions");
        assertThat(json(door.send(empty)).at("/error/param").asText()).isEqualTo("file");
        var strange = new Form()
                .field("model", "local/transcribe")
                .file("file", "a.wav", "audio/wav", WAV)
                .file("other", "b.wav", "audio/wav", WAV)
                .post(door, "/v1/audio/transcriptions");
        assertThat(json(door.send(strange)).at("/error/message").asText()).contains("other");
        var noNumber = new Form()
                .field("model", "local/image")
                .field("prompt", "x")
                .field("n", "many")
                .post(door, "/v1/images/generations");
        assertThat(json(door.send(noNumber)).at("/error/param").asText()).isEqualTo("n");
        assertThat(door.send(new Form().field("model", "x").post(door, TestDoor.CHAT))
                        .statusCode())
                .isEqualTo(415);
        assertThat(door.log.requests).isEmpty();
    }

    @Test
    void answersModerations() {
        answering(
                usage(1, -1),
                item("moderation.result", "{\"flagged\":false}"),
                item("moderation.result", "{\"flagged\":true}"));

        var response = post("/v1/moderations", "{'model':'local/moderate','input':['a','b']}");

        assertThat(json(response).path("results").toString()).isEqualTo("[{\"flagged\":false},{\"flagged\":true}]");
    }

    @Test
    void answersRankingsWithTheirDocuments() {
        answering(usage(4, -1), item("rerank.result", "{\"index\":1,\"relevance_score\":0.9}"));
        var body =
                "{'model':'local/rerank','query':'q','documents':['a',{'text':'b'}],'top_n':1,'return_documents':true}";

        var cohere = post("/v1/rerank", body);
        var voyage = post("/v2/rerank", body.replace("top_n", "top_k"));

        assertThat(json(cohere).path("results").toString())
                .isEqualTo("[{\"index\":1,\"relevance_score\":0.9,\"document\":{\"text\":\"b\"}}]");
        assertThat(json(voyage).path("data").toString())
                .isEqualTo("[{\"index\":1,\"relevance_score\":0.9,\"document\":\"b\"}]");
        var task = (TaskInput) door.log.requests.getLast().getInput();
        assertThat(task.getParts()).hasSize(3);
        assertThat(task.getParts().getFirst().getExtensions()).isEqualTo(Map.of("role", "\"query\""));
        assertThat(task.getParameters()).containsEntry("top_n", "1").doesNotContainKey("top_k");
    }

    @Test
    void completesTextAlsoWithAModelThatOnlyChats() {
        // Given
        answering(usage(1, 2), delta(0, new TextDelta(" you", List.of())));
        // When
        var completed = post("/v1/completions", "{'model':'local/echo','prompt':'thank','max_tokens':5}");
        // Then
        assertThat(json(completed).at("/choices/0/text").asText()).isEqualTo(" you");
        assertThat(json(completed).path("object").asText()).isEqualTo("text_completion");
        var request = door.log.onlyRequest();
        assertThat(request.getOperation()).isEqualTo(Operation.CHAT);
        assertThat(((ChatInput) request.getInput()).getSampling().getMaxOutputTokens())
                .isEqualTo(5);
        assertThat(post("/v1/completions", "{'model':'local/echo','prompt':'x','suffix':'y'}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void runsAModelByItsPathAndAnswersAsAccepted() {
        // Given
        answering(usage(1, 1), media(MediaKind.IMAGE, "image/png", "PNG", true));
        // When
        var whole = post("/v1/run/local/image", "{'prompt':'x'}");
        var bytes =
                door.send(door.post("/v1/run/local/image", "{\"prompt\":\"x\"}").header("accept", "image/*"));
        var events =
                door.send(door.post("/v1/run/local/image", "{\"prompt\":\"x\"}").header("accept", "text/event-stream"));
        // Then
        assertThat(json(whole).at("/output/0/media/0/data").asText()).isEqualTo("UE5H");
        assertThat(bytes.body()).isEqualTo("PNG");
        assertThat(events.body()).contains("event: completed\n");
        assertThat(post("/v1/run/local/none-such-thing-at-all/x", "{}").statusCode())
                .isBetween(400, 404);
    }

    @Test
    void tellsAVideoJobAtOnceAndItsStateLater() {
        // When
        var created = post("/v1/videos", "{'model':'local/video','prompt':'waves','seconds':'4'}");
        // Then
        assertThat(created.statusCode()).isEqualTo(200);
        assertThat(json(created).path("status").asText()).isEqualTo("queued");
        var id = json(created).path("id").asText();
        assertThat(task(Operation.VIDEO).getParameters()).isEqualTo(Map.of("seconds", "\"4\""));
        door.jobs.know("acme", id, null);
        var running = door.send(door.request("/v1/videos/" + id).GET());
        assertThat(json(running).path("status").asText()).isEqualTo("in_progress");
        assertThat(door.send(door.request("/v1/videos/" + id + "/content").GET())
                        .statusCode())
                .isEqualTo(409);
        var deleted = door.send(door.request("/v1/videos/" + id).DELETE());
        assertThat(json(deleted).path("deleted").asBoolean()).isTrue();
        assertThat(door.log.cancels).hasSize(1);
    }

    @Test
    void takesEveryOperationAsAJob() {
        var response = post("/v1/jobs", "{'operation':'embedding','model':'local/embed','input':'x'}");

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(door.log.onlyRequest().getOperation()).isEqualTo(Operation.EMBEDDING);
    }
}

package dev.millrace.worker.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Part;
import dev.millrace.avro.ProgressDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.TextPart;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.catalogue.CatalogueLoader;
import dev.millrace.worker.media.Walk;
import dev.millrace.worker.media.Walk.Answer;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.Multipart;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Refused;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the recordings of single exchanges do not show: the recorded video, and forms that are documented only. */
class TaskStepsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Catalogue SHIPPED = CatalogueLoader.shipped();
    private static final String VIDEO =
            "/wire/xai/video/rl-video-basic-functionality-xai-grok-imagine-video-can-animate-videos";

    private static ProviderAdapter adapter(String vendor) {
        return OpenAiAdapter.of(SHIPPED.provider(vendor).orElseThrow());
    }

    private static Part text(String text) {
        return Part.newBuilder().setContent(new TextPart(text)).build();
    }

    private static Part media(MediaKind kind, String mimeType, String role) {
        return Part.newBuilder()
                .setContent(MediaPart.newBuilder()
                        .setKind(kind)
                        .setMimeType(mimeType)
                        .setData(ByteBuffer.wrap(new byte[] {1, 2, 3}))
                        .build())
                .setExtensions(role.isEmpty() ? Map.of() : Map.of("role", "\"" + role + "\""))
                .build();
    }

    private static AttemptOrder order(
            String vendor, Operation operation, List<Part> parts, Map<String, String> parameters, boolean stream) {
        return RecordedTask.order(vendor, "m", operation, parts, parameters, stream);
    }

    private static byte[] bytes(List<Delta> deltas) {
        var out = new ByteArrayOutputStream();
        for (var delta : deltas) {
            if (delta.getContent() instanceof MediaDelta media && media.getData() != null) {
                var data = new byte[media.getData().remaining()];
                media.getData().duplicate().get(data);
                out.writeBytes(data);
            }
        }
        return out.toByteArray();
    }

    private record Step(Answer answer, String method, String path) {}

    private static List<Step> recordedVideo() throws IOException, URISyntaxException {
        var root = Path.of(
                Objects.requireNonNull(TaskStepsTest.class.getResource(VIDEO)).toURI());
        var steps = new ArrayList<Step>();
        for (var step : JSON.readTree(root.resolve("meta.json").toFile()).path("steps")) {
            var folder = root.resolve(step.path("dir").asText());
            var meta = JSON.readTree(folder.resolve("meta.json").toFile());
            var headers = new HashMap<String, String>();
            meta.path("response_headers")
                    .properties()
                    .forEach(it -> headers.put(it.getKey(), it.getValue().asText()));
            var body =
                    Files.readAllBytes(folder.resolve(meta.path("response_file").asText()));
            steps.add(new Step(
                    new Answer(meta.path("status").asInt(), headers, body),
                    step.path("method").asText(),
                    step.path("path").asText()));
        }
        return steps;
    }

    private static AttemptOrder recordedOrder() {
        return RecordedTask.order(
                "xai",
                "grok-imagine-video",
                Operation.VIDEO,
                List.of(text("a calm ocean wave at sunset")),
                Map.of("seconds", "1", "resolution", "\"480p\""),
                false);
    }

    @Tag("recordings")
    @Tag("xai/video")
    @Test
    void makesTheRecordedVideo() throws Exception {
        // Given
        var steps = recordedVideo();
        var answers = steps.stream().map(Step::answer).toArray(Answer[]::new);
        // When
        var walk = Walk.of(adapter("xai"), recordedOrder(), answers);
        // Then
        var request =
                Objects.requireNonNull(TaskStepsTest.class.getResource(VIDEO + "/01-post-generations/request.json"));
        assertThat(JSON.readTree(walk.calls.getFirst().bodyText())).isEqualTo(JSON.readTree(request.openStream()));
        assertThat(walk.result()).isInstanceOf(Finished.class);
        assertThat(bytes(walk.deltas)).isEqualTo(steps.getLast().answer().body());
        assertThat(walk.calls).hasSameSizeAs(steps);
        for (int i = 0; i < steps.size(); i++) {
            assertThat(walk.calls.get(i).method()).isEqualTo(steps.get(i).method());
            assertThat(steps.get(i).path()).endsWith(walk.calls.get(i).path());
        }
        assertThat(walk.calls.getLast().origin()).isEqualTo(URI.create("https://vidgen.x.ai"));
        assertThat(walk.deltas.stream()
                        .filter(delta -> delta.getContent() instanceof ProgressDelta)
                        .map(delta -> ((ProgressDelta) delta.getContent()).getPercent()))
                .containsExactly(-1, 1, 94);
        var usage = Objects.requireNonNull(walk.usage);
        assertThat(usage.getMediaMillis()).isEqualTo(1000);
        assertThat(usage.getUnits()).containsEntry("videos", 1L);
        assertThat(usage.getVendorJson()).contains("500000000");
    }

    @Test
    void neverFinishesAVideoWhoseStepBreaksOff() throws Exception {
        var steps = recordedVideo();
        for (int last = 0; last < steps.size(); last++) {
            var answer = steps.get(last).answer();
            for (int length = 0; length < answer.body().length; length += length < 2000 ? 1 : 997) {
                // Given
                var left = stepBefore(steps, last);
                // When
                left.head(answer.status(), new VendorHeaders(answer.headers()));
                left.feed(ByteBuffer.wrap(answer.body(), 0, length));
                left.cut();
                // Then
                assertThat(left.result())
                        .as("step %d cut after %d", last, length)
                        .isNotNull()
                        .isNotInstanceOf(Finished.class);
            }
        }
    }

    private static ReplyDecoder stepBefore(List<Step> steps, int step) {
        var adapter = adapter("xai");
        if (step == 0) {
            return adapter.newDecoder(recordedOrder(), Walk.call(adapter, recordedOrder()));
        }
        var answers = steps.subList(0, step).stream().map(Step::answer).toArray(Answer[]::new);
        return Walk.of(adapter, recordedOrder(), answers)
                .followUps
                .getLast()
                .decoders()
                .get();
    }

    @Test
    void takesUpAVideoThatAnotherExecutionBegan() throws Exception {
        // Given
        var steps = recordedVideo();
        var first = Walk.of(adapter("xai"), recordedOrder(), steps.getFirst().answer());
        var kept = first.deltas.getFirst().getExtensions().get("vendor_job");
        // When
        FollowUp left = Objects.requireNonNull(adapter("xai").resume(recordedOrder(), 1, Objects.requireNonNull(kept)));
        var walk = Walk.from(left, steps.get(3).answer(), steps.get(4).answer());
        // Then
        assertThat(walk.result()).isInstanceOf(Finished.class);
        assertThat(bytes(walk.deltas)).isEqualTo(steps.getLast().answer().body());
        assertThat(adapter("xai").resume(recordedOrder(), 1, "{\"other\":1}")).isNull();
    }

    @Test
    void fetchesTheFilmOfOpenAiByItsId() {
        var order = order(
                "openai",
                Operation.VIDEO,
                List.of(text("waves"), media(MediaKind.IMAGE, "image/png", "first_frame")),
                Map.of("seconds", "\"4\"", "size", "\"1280x720\""),
                false);
        var walk = Walk.of(
                adapter("openai"),
                order,
                Answer.json("{'id':'video_1','object':'video','status':'queued','progress':0}"),
                Answer.json("{'id':'video_1','object':'video','status':'in_progress','progress':40}"),
                Answer.json("{'id':'video_1','object':'video','status':'completed','progress':100,'seconds':'4'}"),
                Answer.bytes("video/mp4", new byte[] {9, 8, 7}));
        assertThat(walk.result()).isInstanceOf(Finished.class);
        assertThat(walk.calls.stream().map(VendorCall::path))
                .containsExactly("/videos", "/videos/video_1", "/videos/video_1", "/videos/video_1/content");
        assertThat(Multipart.parse(walk.calls.getFirst()))
                .extracting(Multipart.Part::name)
                .containsExactlyInAnyOrder("model", "prompt", "size", "seconds", "input_reference");
        assertThat(Objects.requireNonNull(walk.usage).getMediaMillis()).isEqualTo(4000);
        assertThat(bytes(walk.deltas)).containsExactly(9, 8, 7);
    }

    @Test
    void saysWhyAVideoFailed() {
        var order = order("openai", Operation.VIDEO, List.of(text("waves")), Map.of(), false);
        var walk = Walk.of(
                adapter("openai"),
                order,
                Answer.json("{'id':'video_1','status':'queued'}"),
                Answer.json("{'id':'video_1','status':'failed','error':"
                        + "{'code':'content_policy_violation','message':'not this'}}"));
        assertThat(walk.result())
                .isInstanceOfSatisfying(
                        Refused.class, it -> assertThat(it.error().message()).isEqualTo("not this"));
    }

    @Test
    void streamsImagesWithTheirPreviews() {
        var order = order("openai", Operation.IMAGE, List.of(text("a cat")), Map.of("partial_images", "1"), true);
        var preview = "{'type':'image_generation.partial_image','b64_json':'AQ==','partial_image_index':0}";
        var done =
                "{'type':'image_generation.completed','b64_json':'AgM=','output_format':'webp','usage':{'input_tokens':5}}";
        var walk = Walk.of(adapter("openai"), order, events(preview, done));
        assertThat(walk.result()).isInstanceOf(Finished.class);
        assertThat(walk.deltas).hasSize(2);
        assertThat(walk.deltas.getFirst().getExtensions()).containsEntry("partial_image_index", "0");
        var image = (MediaDelta) walk.deltas.getLast().getContent();
        assertThat(image.getLast()).isTrue();
        assertThat(image.getMimeType()).isEqualTo("image/webp");
        assertThat(Objects.requireNonNull(walk.usage).getUnits()).containsEntry("images", 1L);
    }

    private static Answer events(String... data) {
        var text = new StringBuilder();
        for (var event : data) {
            text.append("data: ").append(event.replace('\'', '"')).append("\n\n");
        }
        return new Answer(
                200,
                Map.of("content-type", "text/event-stream"),
                text.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void streamsSpeechAsEvents() {
        var order = order("openai", Operation.SPEECH, List.of(text("hi")), Map.of("stream_format", "\"sse\""), true);
        var walk = Walk.of(
                adapter("openai"),
                order,
                events(
                        "{'type':'speech.audio.delta','audio':'AQI='}",
                        "{'type':'speech.audio.delta','audio':'Aw=='}",
                        "{'type':'speech.audio.done','usage':{'input_tokens':3,'output_tokens':9,'total_tokens':12}}"));
        assertThat(walk.result()).isInstanceOf(Finished.class);
        assertThat(bytes(walk.deltas)).containsExactly(1, 2, 3);
        assertThat(Objects.requireNonNull(walk.usage).getOutputTokens()).isEqualTo(9);
    }

    @Test
    void readsTheEventsThatMistralCallsOtherwise() {
        var order = order(
                "mistral", Operation.TRANSCRIPTION, List.of(media(MediaKind.AUDIO, "audio/mpeg", "")), Map.of(), true);
        var walk = Walk.of(
                adapter("mistral"),
                order,
                events(
                        "{'type':'transcription.language','audio_language':'en'}",
                        "{'type':'transcription.text.delta','text':'Hel'}",
                        "{'type':'transcription.text.delta','text':'lo'}",
                        "{'type':'transcription.done','text':'Hello','usage':{'prompt_audio_seconds':2}}",
                        "[DONE]"));
        assertThat(walk.result()).isInstanceOf(Finished.class);
        assertThat(walk.deltas.stream()
                        .filter(delta -> delta.getContent() instanceof TextDelta)
                        .map(delta -> ((TextDelta) delta.getContent()).getText()))
                .containsExactly("Hel", "lo");
        assertThat(Objects.requireNonNull(walk.usage).getMediaMillis()).isEqualTo(2000);
    }

    @Test
    void sendsPicturesByValueAsAForm() {
        var order = order(
                "openai",
                Operation.IMAGE_EDIT,
                List.of(
                        text("green"),
                        media(MediaKind.IMAGE, "image/png", ""),
                        media(MediaKind.IMAGE, "image/png", "mask")),
                Map.of("n", "2"),
                false);
        var call = Walk.call(adapter("openai"), order);
        assertThat(Multipart.parse(call))
                .extracting(Multipart.Part::name)
                .containsExactly("model", "prompt", "n", "image", "mask");
    }

    @Test
    void refusesWhatAVendorHasNoWordFor() {
        var sized = order("xai", Operation.IMAGE, List.of(text("x")), Map.of("size", "\"1x1\""), false);
        assertThat(Walk.refusal(adapter("xai"), sized).param()).isEqualTo("parameters.size");
        var mask = List.of(text("x"), media(MediaKind.IMAGE, "image/png", "mask"));
        assertThat(Walk.refusal(adapter("xai"), order("xai", Operation.IMAGE_EDIT, mask, Map.of(), false))
                        .param())
                .isEqualTo("parts[1]");
        var foreign = order("openai", Operation.EMBEDDING, List.of(text("x")), Map.of("task_type", "\"Q\""), false);
        var request = InferenceRequest.newBuilder(foreign.getRequest())
                .setDialect("gemini")
                .build();
        foreign = AttemptOrder.newBuilder(foreign).setRequest(request).build();
        assertThat(Walk.refusal(adapter("openai"), foreign).param()).isEqualTo("parameters.task_type");
    }

    @Test
    void embedsPicturesWhereTheVendorDoes() throws IOException {
        var order = order(
                "voyage",
                Operation.EMBEDDING,
                List.of(text("a"), media(MediaKind.IMAGE, "image/png", "")),
                Map.of("input_type", "\"document\""),
                false);
        var call = Walk.call(adapter("voyage"), order);
        assertThat(call.path()).isEqualTo("/multimodalembeddings");
        assertThat(JSON.readTree(call.bodyText()))
                .isEqualTo(
                        JSON.readTree(
                                "{\"model\":\"m\",\"inputs\":[{\"content\":[{\"type\":\"text\",\"text\":\"a\"}]},{\"content\":[{\"type\":"
                                        + "\"image_base64\",\"image_base64\":\"data:image/png;base64,AQID\"}]}],\"input_type\":\"document\"}"));
    }
}

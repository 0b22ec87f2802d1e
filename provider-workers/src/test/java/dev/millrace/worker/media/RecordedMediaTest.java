package dev.millrace.worker.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Message;
import dev.millrace.avro.Operation;
import dev.millrace.worker.cartesia.CartesiaAdapter;
import dev.millrace.worker.deepgram.DeepgramAdapter;
import dev.millrace.worker.elevenlabs.ElevenLabsAdapter;
import dev.millrace.worker.fal.FalAdapter;
import dev.millrace.worker.gladia.GladiaAdapter;
import dev.millrace.worker.media.Walk.Answer;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.replicate.ReplicateAdapter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every recorded case of the vendors of media, single exchanges and such of several steps: the call compared with the recorded request, the
 * content with an independent reading of the raw bytes, and every reply cut at every byte.
 */
@Tag("recordings")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordedMediaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] SOUND = {1, 2, 3, 4};

    /** Replies of a case in order; those that were not recorded, a poll before the end, are written here. */
    record Case(String name, ProviderAdapter adapter, AttemptOrder order, List<Answer> answers, Path folder) {
        @Override
        public String toString() {
            return name;
        }

        JsonNode json(int answer) {
            try {
                return JSON.readTree(answers.get(answer).body());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Walk walk() {
            return Walk.of(adapter, order, answers.toArray(Answer[]::new));
        }
    }

    private static Case elevenLabs() {
        return one(
                "elevenlabs/transcription",
                new ElevenLabsAdapter(Walk.provider("elevenlabs", "https://api.elevenlabs.io/v1")),
                transcription("scribe_v1", Map.of()));
    }

    private static Case cartesia() {
        return one(
                "cartesia/transcription",
                new CartesiaAdapter(Walk.provider("cartesia", "https://api.cartesia.ai")),
                transcription("ink-whisper", Map.of("timestamp_granularities", "['word']")));
    }

    private static Case deepgramTranscription() {
        return one(
                "deepgram/transcription",
                new DeepgramAdapter(Walk.provider("deepgram", "https://api.deepgram.com/v1")),
                transcription(
                        "nova-3-general",
                        Map.of(
                                "language", "'en'",
                                "diarize_model", "'latest'",
                                "smart_format", "true",
                                "utterances", "true")));
    }

    private static Case deepgramSpeech() {
        return one(
                "deepgram/speech",
                new DeepgramAdapter(Walk.provider("deepgram", "https://api.deepgram.com/v1")),
                Walk.order(
                        Operation.SPEECH,
                        "aura-2-thalia-en",
                        List.of(Walk.text("Save this as a WAV file.")),
                        Map.of("voice", "'zeus'", "response_format", "'wav'")));
    }

    private static Case gladia() {
        return several(
                "gladia/transcription",
                new GladiaAdapter(Walk.provider("gladia", "https://api.gladia.io/v2")),
                transcription("solaria-1", Map.of()),
                List.of(),
                3);
    }

    private static Case fal() {
        return several(
                "fal/transcription",
                new FalAdapter(Walk.provider("fal", "https://queue.fal.run")),
                transcription("fal-ai/wizper", Map.of()),
                List.of(),
                2);
    }

    private static Case replicateStream() {
        var message = new Message("user", null, List.of(Walk.text("tell me a joke about opentelemetry")), Map.of());
        var request = InferenceRequest.newBuilder()
                .setAccount("a")
                .setModel("replicate/llama")
                .setInput(ChatInput.newBuilder().setMessages(List.of(message)).build())
                .setDelivery(Delivery.newBuilder().setStream(true).build())
                .build();
        return several(
                "replicate/predictions/ol-replicate-llama-stream-legacy",
                new ReplicateAdapter(Walk.provider("replicate", "https://api.replicate.com/v1")),
                Walk.order(request, "meta/llama-2-70b-chat"),
                List.of(Answer.json("{'id':'2knutntbosoct6233zaqaieafa','status':'succeeded','output':['Sure'],"
                        + "'metrics':{'predict_time':1.25,'input_token_count':12,'output_token_count':80}}")),
                2);
    }

    private static Case replicateImage() {
        var all = several(
                "replicate/predictions/ol-replicate-image-generation-predictions-legacy",
                new ReplicateAdapter(Walk.provider("replicate", "https://api.replicate.com/v1")),
                Walk.order(
                        Operation.IMAGE,
                        "kvfrans/clipdraw:5797a99edc939ea0e9242d5e8c9cb3bc7d125b1eac21bda852e5cb79ede2cd9b",
                        List.of(Walk.text("robots")),
                        Map.of()),
                List.of(
                        Answer.json(
                                "{'id':'to5tvnrbh43inejuzpcz27oqse','status':'succeeded','error':null,"
                                        + "'output':['https://replicate.delivery/mgxm/0986e041/out.png'],'metrics':{'predict_time':2.5}}")),
                3);
        // What the client asked about the model before is not ours to ask.
        return new Case(all.name(), all.adapter(), all.order(), all.answers().subList(2, 4), all.folder());
    }

    private static AttemptOrder transcription(String model, Map<String, String> parameters) {
        return Walk.order(
                Operation.TRANSCRIPTION, model, List.of(Walk.data(MediaKind.AUDIO, "audio/wav", SOUND)), parameters);
    }

    Stream<Case> cases() {
        return Stream.of(
                elevenLabs(),
                cartesia(),
                deepgramTranscription(),
                deepgramSpeech(),
                gladia(),
                fal(),
                replicateStream(),
                replicateImage());
    }

    private static Case one(String where, ProviderAdapter adapter, AttemptOrder order) {
        var folder = only(where);
        return new Case(where, adapter, order, List.of(answer(folder)), folder);
    }

    private static Case several(
            String where, ProviderAdapter adapter, AttemptOrder order, List<Answer> more, int recorded) {
        var folder = where.chars().filter(c -> c == '/').count() == 2 ? root().resolve(where) : only(where);
        var answers = new ArrayList<Answer>();
        try (var list = Files.list(folder)) {
            list.filter(Files::isDirectory).sorted().forEach(step -> answers.add(answer(step)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(answers).as("recorded steps of " + where).hasSize(recorded);
        answers.addAll(more);
        return new Case(where, adapter, order, answers, folder);
    }

    private static Path root() {
        try {
            return Path.of(Objects.requireNonNull(RecordedMediaTest.class.getResource("/wire"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path only(String where) {
        try (var list = Files.list(root().resolve(where))) {
            return list.findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer answer(Path step) {
        try {
            var meta = JSON.readTree(step.resolve("meta.json").toFile());
            var headers = new HashMap<String, String>();
            meta.path("response_headers")
                    .properties()
                    .forEach(header ->
                            headers.put(header.getKey(), header.getValue().asText()));
            var body =
                    Files.readAllBytes(step.resolve(meta.path("response_file").asText()));
            return new Answer(meta.path("status").asInt(), headers, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void readsWhatTheBytesSay(Case recorded) {
        // When
        var walk = recorded.walk();
        // Then
        assertThat(walk.result()).isInstanceOf(Finished.class);
        switch (recorded.name()) {
            case "elevenlabs/transcription", "cartesia/transcription", "fal/transcription" ->
                assertThat(walk.text())
                        .isEqualTo(recorded.json(recorded.answers().size() - 1)
                                .path("text")
                                .asText());
            case "deepgram/transcription" ->
                assertThat(walk.text())
                        .isEqualTo(recorded.json(0)
                                .at("/results/channels/0/alternatives/0/transcript")
                                .asText());
            case "gladia/transcription" ->
                assertThat(walk.text())
                        .isEqualTo(recorded.json(2)
                                .at("/result/transcription/full_transcript")
                                .asText());
            case "deepgram/speech" ->
                assertThat(walk.bytes(0))
                        .isEqualTo(recorded.answers().getFirst().body());
            case "replicate/predictions/ol-replicate-llama-stream-legacy" ->
                assertThat(walk.text())
                        .isEqualTo(outputs(recorded.answers().get(1).body()));
            default ->
                assertThat(walk.media(0).getFirst().getUrl())
                        .isEqualTo(recorded.json(1).at("/output/0").asText());
        }
    }

    /** The texts of {@code output} events in a plain reading of the lines. */
    private static String outputs(byte[] body) {
        var text = new StringBuilder();
        for (var block : new String(body, StandardCharsets.UTF_8).split("\n\n", -1)) {
            if (block.contains("event: output")) {
                var data = block.lines()
                        .filter(line -> line.startsWith("data: "))
                        .map(line -> line.substring(6))
                        .toList();
                text.append(String.join("\n", data));
            }
        }
        return text.toString();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void asksAsTheRecordingDid(Case recorded) throws IOException {
        // When
        var walk = recorded.walk();
        // Then
        var folder = Files.exists(recorded.folder().resolve("03-post-predictions"))
                ? recorded.folder().resolve("03-post-predictions")
                : Files.exists(recorded.folder().resolve("01-post-predictions"))
                        ? recorded.folder().resolve("01-post-predictions")
                        : Files.exists(recorded.folder().resolve("01-post-transcriptions"))
                                ? recorded.folder().resolve("01-post-transcriptions")
                                : recorded.folder();
        var meta = JSON.readTree(folder.resolve("meta.json").toFile());
        var call = walk.calls.getFirst();
        var path = call.path().split("\\?", 2);
        assertThat(call.method()).isEqualTo(meta.path("method").asText());
        assertThat(meta.path("path").asText()).endsWith(path[0]);
        var query = new HashMap<String, String>();
        meta.path("query")
                .properties()
                .forEach(member -> query.put(member.getKey(), member.getValue().asText()));
        assertThat(query(path.length == 2 ? path[1] : "")).isEqualTo(query);
        if (Files.exists(folder.resolve("request.json"))
                && !Files.readString(folder.resolve("request.json")).contains("_binary")) {
            assertThat(JSON.readTree(call.bodyText()))
                    .isEqualTo(JSON.readTree(folder.resolve("request.json").toFile()));
        }
    }

    private static Map<String, String> query(String text) {
        var query = new HashMap<String, String>();
        for (var pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void readsTheSameByteByByte(Case recorded) {
        // When
        var whole = recorded.walk();
        var pieces = Walk.inPieces(recorded.adapter(), recorded.order(), 1, recorded.answers());
        // Then
        assertThat(pieces.text()).isEqualTo(whole.text());
        assertThat(pieces.bytes(0)).isEqualTo(whole.bytes(0));
        assertThat(pieces.result()).isEqualTo(whole.result());
        assertThat(pieces.usage).isEqualTo(whole.usage);
    }

    /** Sound has no terminal event: that it broke off is told by its framing only. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void neverGoesOnFromAReplyThatBreaksOff(Case recorded) {
        for (int step = 0; step < recorded.answers().size(); step++) {
            var answer = recorded.answers().get(step);
            boolean sound = answer.headers().getOrDefault("content-type", "").startsWith("audio");
            for (int length = 0; length < end(answer.body()); length += sound ? 97 : 1) {
                // Given
                var walked = Walk.of(
                        recorded.adapter(),
                        recorded.order(),
                        recorded.answers().subList(0, step).toArray(Answer[]::new));
                var decoder = step == 0
                        ? recorded.adapter().newDecoder(walked.calls.getFirst())
                        : walked.followUps.get(step - 1).decoders().get();
                // When
                decoder.head(answer.status(), new VendorHeaders(answer.headers()));
                decoder.feed(ByteBuffer.wrap(answer.body(), 0, length));
                if (sound) {
                    decoder.cut();
                } else {
                    decoder.end();
                }
                // Then
                assertThat(decoder.result())
                        .as("step %d ended after %d bytes", step, length)
                        .isNotNull()
                        .isNotInstanceOf(Finished.class);
            }
        }
    }

    /** Where the terminal event, or the object, ends: what follows means nothing. */
    private static int end(byte[] body) {
        var text = new String(body, StandardCharsets.ISO_8859_1);
        int done = text.indexOf("event: done");
        if (done >= 0) {
            return text.indexOf("\n\n", done) + 2;
        }
        int end = body.length;
        while (end > 0 && Character.isWhitespace(body[end - 1])) {
            end--;
        }
        return end;
    }
}

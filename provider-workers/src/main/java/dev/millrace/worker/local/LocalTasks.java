package dev.millrace.worker.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.worker.local.LocalEvent.Bytes;
import dev.millrace.worker.local.LocalEvent.End;
import dev.millrace.worker.local.LocalEvent.Head;
import dev.millrace.worker.local.LocalEvent.RefuseConnection;
import dev.millrace.worker.local.LocalEvent.Reset;
import dev.millrace.worker.local.LocalOptions.Invalid;
import dev.millrace.worker.local.LocalOptions.Valid;
import dev.millrace.worker.provider.VendorCall;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The scripted vendor's answers to everything that is no chat: seeded vectors, small pictures, tones, transcripts that name the recording,
 * rankings by common words, judgements by a word list, films of four frames. The same request always gets the same answer.
 *
 * <p>Speaks OpenAI's dialect under its paths. Knows nothing of how the events travel. Stateless and thread-safe.
 */
final class LocalTasks {
    private static final int PIECE_BYTES = 4096;
    private static final String VIDEOS = "/videos";
    private static final Map<String, String> EVENTS = Map.of("content-type", "text/event-stream");

    /** What is sent with status 200. */
    private record Answer(String contentType, List<ByteBuffer> pieces) {
        static Answer json(JsonNode body) {
            return new Answer("application/json", List.of(LocalVendor.bytes(body.toString())));
        }

        static Answer text(String text) {
            return new Answer("text/plain", List.of(LocalVendor.bytes(text)));
        }

        static Answer binary(String contentType, byte[] bytes) {
            var pieces = new ArrayList<ByteBuffer>();
            for (int from = 0; from < bytes.length; from += PIECE_BYTES) {
                pieces.add(ByteBuffer.wrap(bytes, from, Math.min(PIECE_BYTES, bytes.length - from))
                        .slice());
            }
            return new Answer(contentType, pieces);
        }

        long size() {
            return pieces.stream().mapToLong(ByteBuffer::remaining).sum();
        }
    }

    /** The events that answer a call; the path is not that of the chat. */
    Iterator<LocalEvent> answer(VendorCall call, int attempt) {
        var path = call.path();
        if (path.startsWith(VIDEOS + "/")) {
            return play(video(path.substring(VIDEOS.length() + 1)), 0);
        }
        var body = LocalBody.of(call);
        if (body == null) {
            return LocalVendor.error(400, "the body is neither a JSON object nor a form", null);
        }
        return switch (LocalOptions.parse(body.request(), attempt)) {
            case Invalid(var message) -> LocalVendor.error(400, message, null);
            case Valid(var options) -> answer(path, body, options);
        };
    }

    private static Iterator<LocalEvent> answer(String path, LocalBody body, LocalOptions options) {
        var failure = options.failure();
        if (failure != null && failure.status() > 0) {
            return LocalVendor.error(failure.status(), "the scripted vendor was told to fail", options.retryAfter());
        }
        var request = body.request();
        if (failure == null && request.path("stream").asBoolean()) {
            var events = LocalTaskEvents.of(path, body);
            if (!events.isEmpty()) {
                return stream(events, options.gapMillis());
            }
        }
        var answer = switch (path) {
            case "/embeddings" -> Answer.json(LocalVectors.answer(request));
            case "/images/generations", "/images/edits" -> Answer.json(LocalPictures.answer(body));
            case "/audio/speech" -> Answer.binary("audio/wav", LocalSounds.speech(request));
            case "/audio/transcriptions", "/audio/translations" -> transcript(body);
            case "/moderations" -> Answer.json(LocalJudgements.moderation(request));
            case "/rerank" -> Answer.json(LocalJudgements.ranking(request));
            case "/completions" -> Answer.json(LocalTaskEvents.completion(request));
            case VIDEOS -> Answer.json(created(body));
            default -> null;
        };
        if (answer == null) {
            return LocalVendor.error(404, "the scripted vendor has no such path", null);
        }
        return failure == null ? play(answer, options.firstTokenMillis()) : fail(failure, answer);
    }

    private static Answer transcript(LocalBody body) {
        var form = body.request().path("response_format").asText();
        return switch (form) {
            case "text", "srt", "vtt" ->
                Answer.text(LocalSounds.transcript(body).path("text").asText() + "\n");
            default -> Answer.json(LocalSounds.transcript(body));
        };
    }

    private static ObjectNode created(LocalBody body) {
        var prompt = body.request().path("prompt").asText();
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", "video_" + Long.toHexString(body.seed(prompt)))
                .put("object", "video")
                .put("status", "queued")
                .put("progress", 0)
                .put("model", body.request().path("model").asText());
    }

    private static Answer video(String rest) {
        var id = rest.endsWith("/content") ? rest.substring(0, rest.length() - "/content".length()) : rest;
        if (!id.equals(rest)) {
            return Answer.binary("image/apng", LocalPictures.film(id.hashCode()));
        }
        return Answer.json(JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("object", "video")
                .put("status", "completed")
                .put("progress", 100));
    }

    private static Iterator<LocalEvent> play(Answer answer, long delayMillis) {
        var events = new ArrayList<LocalEvent>();
        var headers = Map.of("content-type", answer.contentType(), "content-length", Long.toString(answer.size()));
        events.add(new Head(delayMillis, 200, headers));
        answer.pieces().forEach(piece -> events.add(new Bytes(0, piece)));
        events.add(new End(0));
        return events.iterator();
    }

    private static Iterator<LocalEvent> stream(List<String> frames, long gapMillis) {
        var events = new ArrayList<LocalEvent>();
        events.add(new Head(0, 200, EVENTS));
        for (int i = 0; i < frames.size(); i++) {
            events.add(new Bytes(i == 0 ? 0 : gapMillis, LocalVendor.bytes(frames.get(i))));
        }
        events.add(new End(0));
        return events.iterator();
    }

    /** Failures in mid-stream all hit the middle of the only body there is. */
    private static Iterator<LocalEvent> fail(LocalFailure failure, Answer answer) {
        var first = answer.pieces().getFirst();
        var half = first.slice(0, first.remaining() / 2);
        var head = new Head(
                0, 200, Map.of("content-type", answer.contentType(), "content-length", Long.toString(answer.size())));
        return switch (failure) {
            case CONNECT_REFUSED -> List.<LocalEvent>of(new RefuseConnection(0)).iterator();
            case HANG_BEFORE_HEADERS -> Collections.emptyIterator();
            case HANG_BEFORE_FIRST_TOKEN -> List.<LocalEvent>of(head).iterator();
            case HANG_MID_STREAM, TRICKLE, TRICKLE_BYTES ->
                List.<LocalEvent>of(head, new Bytes(0, half)).iterator();
            case RESET ->
                List.<LocalEvent>of(head, new Bytes(0, half), new Reset(0)).iterator();
            default -> List.<LocalEvent>of(head, new Bytes(0, half), new End(0)).iterator();
        };
    }
}

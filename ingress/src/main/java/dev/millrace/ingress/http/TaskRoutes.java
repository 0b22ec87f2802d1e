package dev.millrace.ingress.http;

import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.ingress.dialect.JsonDialect;
import dev.millrace.ingress.json.StrictJson;
import dev.millrace.ingress.openai.ChatDialect;
import dev.millrace.ingress.task.CompletionDialect;
import dev.millrace.ingress.task.EmbeddingDialect;
import dev.millrace.ingress.task.ImageDialect;
import dev.millrace.ingress.task.ModerationDialect;
import dev.millrace.ingress.task.NativeRunDialect;
import dev.millrace.ingress.task.RerankDialect;
import dev.millrace.ingress.task.SpeechDialect;
import dev.millrace.ingress.task.TranscriptionDialect;
import dev.millrace.ingress.task.VideoDialect;
import java.util.Map;
import java.util.Objects;

/** Which operation stands at which path, and who reads its requests. */
final class TaskRoutes {
    private static final Map<String, String> PATHS = Map.ofEntries(
            Map.entry("/v1/completions", "completion"),
            Map.entry("/v1/embeddings", "embedding"),
            Map.entry("/v1/images/generations", "image"),
            Map.entry("/v1/images/edits", "image_edit"),
            Map.entry("/v1/audio/speech", "speech"),
            Map.entry("/v1/audio/transcriptions", "transcription"),
            Map.entry("/v1/audio/translations", "translation"),
            Map.entry("/v1/moderations", "moderation"),
            Map.entry("/v1/rerank", "rerank"),
            Map.entry("/v2/rerank", "rerank"),
            Map.entry("/v1/videos", "video"));

    private TaskRoutes() {}

    /** The dialect of each operation, by the word that names it in a job. */
    static Map<String, JsonDialect> operations(StrictJson json, ChatDialect chat, HttpParts parts) {
        return Map.ofEntries(
                Map.entry("chat", chat),
                Map.entry("completion", new CompletionDialect(json, chat, parts.catalogue())),
                Map.entry("embedding", new EmbeddingDialect(json)),
                Map.entry("image", ImageDialect.generations(json)),
                Map.entry("image_edit", ImageDialect.edits(json)),
                Map.entry("speech", new SpeechDialect(json)),
                Map.entry("transcription", TranscriptionDialect.transcriptions(json)),
                Map.entry("translation", TranscriptionDialect.translations(json)),
                Map.entry("moderation", new ModerationDialect(json)),
                Map.entry("rerank", new RerankDialect(json)),
                Map.entry("video", new VideoDialect(json)),
                Map.entry("run", new NativeRunDialect(json)));
    }

    /** Adds every path but the chat's. */
    static void mount(
            ScopedRouter router, BodyReader bodies, InferenceRoutes inference, Map<String, JsonDialect> operations) {
        PATHS.forEach((path, operation) ->
                inference.mount(router, bodies.withForms(), path, Objects.requireNonNull(operations.get(operation))));
    }
}

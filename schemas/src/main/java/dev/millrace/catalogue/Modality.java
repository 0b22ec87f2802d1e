package dev.millrace.catalogue;

import dev.millrace.avro.Operation;
import java.util.Locale;
import java.util.Set;

/** What goes into a model or comes out of it. */
public enum Modality {
    TEXT,
    IMAGE,
    AUDIO,
    VIDEO,
    /** PDF and other documents, by value or by address. */
    DOCUMENT,
    /** Embeddings. */
    VECTOR,
    /** Ranks and verdicts: what a reranker or a moderation model gives. */
    SCORE;

    /** As catalogues and the API write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What every model of the operation takes. */
    static Set<Modality> inputOf(Operation operation) {
        return switch (operation) {
            case CHAT, COMPLETION, EMBEDDING, IMAGE, SPEECH, VIDEO, RERANK, MODERATION -> Set.of(TEXT);
            case IMAGE_EDIT -> Set.of(TEXT, IMAGE);
            case TRANSCRIPTION, TRANSLATION -> Set.of(AUDIO);
            case RUN, UNKNOWN -> Set.of();
        };
    }

    /** What every model of the operation gives. */
    static Set<Modality> outputOf(Operation operation) {
        return switch (operation) {
            case CHAT, COMPLETION, TRANSCRIPTION, TRANSLATION -> Set.of(TEXT);
            case EMBEDDING -> Set.of(VECTOR);
            case IMAGE, IMAGE_EDIT -> Set.of(IMAGE);
            case SPEECH -> Set.of(AUDIO);
            case VIDEO -> Set.of(VIDEO);
            case RERANK, MODERATION -> Set.of(SCORE);
            case RUN, UNKNOWN -> Set.of();
        };
    }
}

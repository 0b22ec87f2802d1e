package dev.millrace.worker.anthropic;

import org.jspecify.annotations.Nullable;

/** Who runs the models, and so what the body says beside the message. */
public enum Hosting {
    /** Anthropic: model and stream in the body, betas in a header. */
    ANTHROPIC(null),
    /** Google Vertex AI: the model is in the path. */
    VERTEX("vertex-2023-10-16"),
    /** AWS Bedrock's InvokeModel: model and streaming are in the path. */
    BEDROCK("bedrock-2023-05-31");

    private final @Nullable String version;

    Hosting(@Nullable String version) {
        this.version = version;
    }

    /** Value of {@code anthropic_version} in the body; null when it is a header. */
    @Nullable
    String version() {
        return version;
    }

    boolean modelInBody() {
        return this == ANTHROPIC;
    }

    boolean streamInBody() {
        return this != BEDROCK;
    }

    /** Whether {@code anthropic_beta} is a member of the body. */
    boolean betasInBody() {
        return this != ANTHROPIC;
    }
}

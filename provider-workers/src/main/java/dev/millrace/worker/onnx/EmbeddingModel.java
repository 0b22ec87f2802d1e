package dev.millrace.worker.onnx;

import java.util.Optional;

/** An embedding model whose weights are on the class path. */
enum EmbeddingModel {
    /**
     * General English sentences.
     *
     * @see <a href="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2">all-MiniLM-L6-v2</a>
     */
    ALL_MINILM_L6_V2("all-minilm-l6-v2", "/all-minilm-l6-v2", Pooling.MEAN, ""),
    /**
     * English search: finds passages by questions.
     *
     * @see <a href="https://huggingface.co/BAAI/bge-small-en-v1.5">bge-small-en-v1.5</a>
     */
    BGE_SMALL_EN_V1_5(
            "bge-small-en-v1.5",
            "/bge-small-en-v1.5",
            Pooling.FIRST_TOKEN,
            "Represent this sentence for searching relevant passages: ");

    /** Tokens of one text that both models have positions for, the two marks at its ends included. */
    static final int MAX_TOKENS = 512;

    static final int DIMENSIONS = 384;

    /** How the vectors of a text's tokens become one. */
    enum Pooling {
        MEAN,
        FIRST_TOKEN
    }

    final String modelName;
    final String weights;
    final String tokenizer;
    final Pooling pooling;
    /** Stands before a text that is to find others, as the model was trained. */
    final String queryPrefix;

    EmbeddingModel(String modelName, String resource, Pooling pooling, String queryPrefix) {
        this.modelName = modelName;
        this.weights = resource + ".onnx";
        this.tokenizer = resource + "-tokenizer.json";
        this.pooling = pooling;
        this.queryPrefix = queryPrefix;
    }

    static Optional<EmbeddingModel> named(String name) {
        for (var model : values()) {
            if (model.modelName.equals(name)) {
                return Optional.of(model);
            }
        }
        return Optional.empty();
    }
}

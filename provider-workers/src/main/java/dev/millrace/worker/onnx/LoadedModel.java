package dev.millrace.worker.onnx;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Weights and tokenizer in memory. A text's vector depends on the text alone, not on what else is asked for at the time: every text is
 * a run of its own on one thread. Thread-safe.
 */
final class LoadedModel implements AutoCloseable {
    private final EmbeddingModel model;
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final HuggingFaceTokenizer tokenizer;

    /**
     * Loads the model; takes up to some seconds.
     *
     * @throws IllegalStateException when this machine cannot run it
     */
    LoadedModel(EmbeddingModel model) {
        this.model = model;
        try {
            this.tokenizer = tokenizer(model);
            this.session = session(model);
        } catch (IOException e) {
            throw new UncheckedIOException(model.modelName + " cannot be unpacked", e);
        } catch (OrtException | UnsatisfiedLinkError e) {
            throw new IllegalStateException(model.modelName + " cannot run on this machine: " + e.getMessage(), e);
        }
    }

    private static HuggingFaceTokenizer tokenizer(EmbeddingModel model) throws IOException {
        // Its native part is on the class path: it must neither look for a graphics card nor fetch anything from
        // elsewhere.
        setUnlessSet("ai.djl.offline", "true");
        setUnlessSet("RUST_FLAVOR", "cpu");
        try (var json = resource(model.tokenizer)) {
            var options = Map.of(
                    "addSpecialTokens", "true",
                    "truncation", "false",
                    "padding", "false",
                    "maxLength", Integer.toString(EmbeddingModel.MAX_TOKENS));
            return HuggingFaceTokenizer.newInstance(json, options);
        }
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private OrtSession session(EmbeddingModel model) throws IOException, OrtException {
        var file = Files.createTempFile("millrace-" + model.modelName, ".onnx");
        try (var weights = resource(model.weights);
                var options = new SessionOptions()) {
            Files.copy(weights, file, StandardCopyOption.REPLACE_EXISTING);
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            // lengths differ from text to text
            options.setMemoryPatternOptimization(false);
            return environment.createSession(file.toString(), options);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(LoadedModel.class.getResourceAsStream(name), name);
    }

    /** Ids of the text's tokens, marks at its ends included; not cut. */
    long[] tokens(String text) {
        return tokenizer.encode(text).getIds();
    }

    /**
     * The vector of a text, of length one.
     *
     * @param tokens at most {@link EmbeddingModel#MAX_TOKENS}
     */
    float[] embed(long[] tokens) {
        long[] shape = {1, tokens.length};
        long[] ones = new long[tokens.length];
        Arrays.fill(ones, 1);
        try (var ids = OnnxTensor.createTensor(environment, LongBuffer.wrap(tokens), shape);
                var mask = OnnxTensor.createTensor(environment, LongBuffer.wrap(ones), shape);
                var types = OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[tokens.length]), shape)) {
            var inputs = new HashMap<>(Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types));
            inputs.keySet().retainAll(session.getInputNames());
            try (var outputs = session.run(inputs)) {
                return normalized(pooled(((OnnxTensor) outputs.get(0)).getFloatBuffer(), tokens.length));
            }
        } catch (OrtException e) {
            throw new IllegalStateException(model.modelName + " failed: " + e.getMessage(), e);
        }
    }

    private float[] pooled(FloatBuffer states, int tokens) {
        var vector = new float[EmbeddingModel.DIMENSIONS];
        int counted = switch (model.pooling) {
            case MEAN -> tokens;
            case FIRST_TOKEN -> 1;
        };
        for (int token = 0; token < counted; token++) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] += states.get(token * vector.length + i);
            }
        }
        return vector;
    }

    /** The scale of the pooled vector does not matter: it ends here. */
    private static float[] normalized(float[] vector) {
        double squares = 0;
        for (var value : vector) {
            squares += (double) value * value;
        }
        double length = Math.max(Math.sqrt(squares), 1e-12);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
        return vector;
    }

    @Override
    public void close() {
        tokenizer.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(model.modelName + " cannot be unloaded", e);
        }
    }
}

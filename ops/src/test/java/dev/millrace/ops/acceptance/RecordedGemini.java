package dev.millrace.ops.acceptance;

import dev.millrace.ops.client.Endpoints;
import dev.millrace.ops.config.ConfigurationLoader;
import dev.millrace.ops.config.ConfigurationSources;
import dev.millrace.ops.stack.DevelopmentStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A development stack whose provider {@code recorded} gives recorded answers of Gemini, by the model's name. */
final class RecordedGemini implements AutoCloseable {
    private final RecordedVendor vendor = new RecordedVendor(Map.of(
            "thinking", "gemini/reasoning-stream/rl-chat-with-extended",
            "tools", "gemini/parallel-tools-stream/fa-",
            "call", "gemini/parallel-tools/fa-",
            "embedding", "gemini/embeddings/rl-embedding-basic",
            "picture", "gemini/images/pa-",
            "bad-key", "gemini/errors/rl-chat",
            "cut", "gemini/reasoning-stream/rl-chat-with-extended"));
    private final DevelopmentStack stack;

    RecordedGemini(Path directory) {
        var file = directory.resolve("millrace.yaml");
        try {
            Files.writeString(file, """
                    providers:
                      recorded:
                        adapter: gemini
                        base-url: %s
                        open-models: true
                        default-prices: {input: 1, output: 2}
                        models:
                          embedding: {operations: [embedding], prices: {input: 1}}
                    """.formatted(vendor.baseUrl()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var environment = Map.of(
                "MILLRACE_STACK_DATA", directory.resolve("data").toString(),
                "MILLRACE_INGRESS_PORT", "0",
                "MILLRACE_STACK_KAFKA_PORT", "0",
                "MILLRACE_STACK_REGISTRY_PORT", "0",
                "MILLRACE_MANAGEMENT_PORT", "0",
                "MILLRACE_CATALOGUE_FIND_OLLAMA", "false");
        var configuration =
                ConfigurationLoader.load(new ConfigurationSources(Optional.of(file), environment, Map.of()));
        stack = DevelopmentStack.start(configuration, Map.of(), false);
    }

    Endpoints endpoints() {
        return stack.endpoints();
    }

    @Override
    public void close() {
        stack.close();
        vendor.close();
    }
}

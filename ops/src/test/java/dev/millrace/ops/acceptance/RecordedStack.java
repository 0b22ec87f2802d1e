package dev.millrace.ops.acceptance;

import dev.millrace.ops.client.Endpoints;
import dev.millrace.ops.config.ConfigurationLoader;
import dev.millrace.ops.config.ConfigurationSources;
import dev.millrace.ops.stack.DevelopmentStack;
import dev.millrace.ops.vendor.MockVendor;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A development stack for the whole run whose vendors answer with what was recorded from them:
 * {@code @RegisterExtension static final RecordedStack STACK = new RecordedStack();}
 *
 * <p>Each recording is a provider of its own, called by any model of it: {@code recorded-anthropic-text/any}.
 */
final class RecordedStack implements BeforeAllCallback {
    private static final Namespace NAMESPACE = Namespace.create(RecordedStack.class);

    /** A provider: its id without {@code recorded-}, its adapter, the path of the address, the recording. */
    private record Recorded(String id, String adapter, String path, String recording) {}

    private static final List<Recorded> RECORDED = List.of(
            new Recorded(
                    "anthropic-text",
                    "anthropic",
                    "/v1",
                    "anthropic/chat-stream/rl-chat-streaming-responses-anthropic-claude-haiku-4-5-supports-streami-0db92d"),
            new Recorded(
                    "anthropic-tools",
                    "anthropic",
                    "/v1",
                    "anthropic/parallel-tools-stream/fa-testanthropiccommon-claude-sonnet-4-multi-tool-streaming-1"),
            new Recorded(
                    "anthropic-thinking",
                    "anthropic",
                    "/v1",
                    "anthropic/reasoning-stream/rl-chat-with-extended-thinking-anthropic-claude-haiku-4-5-streams-think-7c8c0a"),
            new Recorded(
                    "anthropic-citations",
                    "anthropic",
                    "/v1",
                    "anthropic/document-input/rl-chat-citations-with-anthropic-claude-haiku-4-5-cites-text-documents--db0977"),
            new Recorded(
                    "anthropic-refused", "anthropic", "/v1", "anthropic/errors/pa-model-name-suggestion-anthropic"));

    private @Nullable Running running;

    /** The stack and its vendors, closed by JUnit after the last class. */
    private record Running(DevelopmentStack stack, MockVendor vendor, Vertx vertx) implements AutoCloseable {
        @Override
        public void close() {
            stack.close();
            vendor.close();
            vertx.close().await();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        running = context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent("stack", _ -> start(), Running.class);
    }

    private static Running start() {
        try {
            var directory = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "recorded-stack-");
            var vertx = Vertx.vertx();
            var wire = Repository.root().resolve("provider-workers/src/test/resources/wire");
            var vendor = new MockVendor(vertx, 0, 1, wire);
            var file = Files.writeString(directory.resolve("millrace.yaml"), catalogue(vendor.port()));
            var configuration = ConfigurationLoader.load(new ConfigurationSources(
                    Optional.of(file),
                    Map.of(
                            "MILLRACE_STACK_DATA", directory.resolve("data").toString(),
                            "MILLRACE_INGRESS_PORT", "0",
                            "MILLRACE_STACK_KAFKA_PORT", "0",
                            "MILLRACE_STACK_REGISTRY_PORT", "0",
                            "MILLRACE_MANAGEMENT_PORT", "0",
                            "MILLRACE_CATALOGUE_FIND_OLLAMA", "false"),
                    Map.of()));
            return new Running(DevelopmentStack.start(configuration, Map.of(), false), vendor, vertx);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String catalogue(int port) {
        var yaml = new StringBuilder("providers:\n");
        for (var one : RECORDED) {
            yaml.append("""
                      recorded-%s:
                        adapter: %s
                        base-url: http://127.0.0.1:%d%s
                        headers: {x-mock-recording: %s}
                        open-models: true
                        default-prices: {input: 1, output: 2}
                    """.formatted(one.id(), one.adapter(), port, one.path(), one.recording()));
        }
        return yaml.toString();
    }

    Endpoints endpoints() {
        return Objects.requireNonNull(running, "not started: register it in a static field")
                .stack()
                .endpoints();
    }

    /** Public address, without a path. */
    URI http() {
        return endpoints().http();
    }

    /** Text of a key of the account {@code dev}. */
    String apiKey() {
        return endpoints().apiKey().reveal();
    }
}

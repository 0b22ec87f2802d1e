package dev.millrace.ops.stack;

import dev.millrace.ops.client.Endpoints;
import dev.millrace.ops.client.MillraceClient;
import dev.millrace.ops.config.Configuration;
import dev.millrace.ops.config.ConfigurationLoader;
import dev.millrace.ops.config.ConfigurationSources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One development stack for the whole run of integration tests, started by the first class that asks for it:
 * {@code @RegisterExtension static final SharedStack STACK = new SharedStack();}
 *
 * <p>Tests share accounts and topics: a test looks at its own jobs only.
 */
public final class SharedStack implements BeforeAllCallback {
    private static final Namespace NAMESPACE = Namespace.create(SharedStack.class);

    private @Nullable Running running;

    /** The stack, closed by JUnit after the last class. */
    private record Running(DevelopmentStack stack) implements AutoCloseable {
        @Override
        public void close() {
            stack.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        running = context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent("stack", _ -> new Running(start(newDataDirectory())), Running.class);
    }

    /** A configuration on free ports; every stack of a test begins with it. */
    public static Configuration configuration(Path data) {
        return ConfigurationLoader.load(new ConfigurationSources(
                Optional.empty(),
                Map.of(
                        "MILLRACE_STACK_DATA", data.toString(),
                        "MILLRACE_INGRESS_PORT", "0",
                        "MILLRACE_STACK_KAFKA_PORT", "0",
                        "MILLRACE_STACK_REGISTRY_PORT", "0",
                        "MILLRACE_MANAGEMENT_PORT", "0",
                        "MILLRACE_CATALOGUE_FIND_OLLAMA", "false"),
                Map.of()));
    }

    static DevelopmentStack start(Path data) {
        return DevelopmentStack.start(configuration(data), Map.of(), false);
    }

    private static Path newDataDirectory() {
        try {
            var target = Files.createDirectories(Path.of("target"));
            return Files.createTempDirectory(target, "shared-stack-").resolve("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public DevelopmentStack stack() {
        return Objects.requireNonNull(running, "not started: register it in a static field")
                .stack();
    }

    public Endpoints endpoints() {
        return stack().endpoints();
    }

    /** Public address, without a path. */
    public URI http() {
        return endpoints().http();
    }

    /** Bootstrap servers. */
    public String kafka() {
        return endpoints().kafka();
    }

    /** Text of a key of the account {@code dev}. */
    public String apiKey() {
        return endpoints().apiKey().reveal();
    }

    public String adminKey() {
        return endpoints().adminKey().reveal();
    }

    /** A client of the account {@code dev}, to be closed by the test. */
    public MillraceClient client() {
        return new MillraceClient(http(), endpoints().apiKey());
    }
}

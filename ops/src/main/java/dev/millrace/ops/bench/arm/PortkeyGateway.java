package dev.millrace.ops.bench.arm;

import dev.millrace.ops.bench.load.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Portkey's gateway, from npm by the lock file beside this class, in a directory that later runs use again.
 *
 * @see <a href="https://www.npmjs.com/package/@portkey-ai/gateway">its package</a>
 */
public final class PortkeyGateway {
    public static final String VERSION = "1.15.2";

    private static final String SCRIPT = "node_modules/@portkey-ai/gateway/build/start-server.js";
    private static final Duration INSTALL_WITHIN = Duration.ofMinutes(3);
    private static final Duration START_WITHIN = Duration.ofSeconds(30);

    private PortkeyGateway() {}

    /**
     * Installs it unless it is there, starts it, and waits until it takes connections.
     *
     * @throws ArmFailure when node or npm is missing or does not do what it is asked
     */
    public static Arm start(Children children, Path cache, URI vendorApi) {
        var home = install(children, cache);
        int port = Ports.free();
        var environment = Map.of("TRUSTED_CUSTOM_HOSTS", "127.0.0.1", "NODE_ENV", "production");
        var words = List.of("node", home.resolve(SCRIPT).toString(), "--headless", "--port=" + port);
        var process = children.start(new ChildProcess.Command("portkey", words, environment, false));
        process.await("open port", START_WITHIN, () -> Ports.open(port) ? true : null);
        var headers = Map.of(
                "authorization", "Bearer bench",
                "x-portkey-provider", "openai",
                "x-portkey-custom-host", vendorApi.toString());
        var target = new Target(URI.create("http://127.0.0.1:" + port), headers, "portkey/");
        return new Arm(Arm.Kind.PORTKEY, target, List.of(process));
    }

    private static Path install(Children children, Path cache) {
        var home = cache.resolve("portkey-" + VERSION);
        var marker = home.resolve("installed");
        if (Files.exists(marker)) {
            return home;
        }
        try {
            Files.createDirectories(home);
            copy("package.json", home);
            copy("package-lock.json", home);
            run(children, home, List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
            Files.writeString(marker, VERSION + "\n");
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(String name, Path home) throws IOException {
        try (var resource = PortkeyGateway.class.getResourceAsStream("/dev/millrace/ops/bench/portkey/" + name)) {
            Files.copy(Objects.requireNonNull(resource, name), home.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void run(Children children, Path home, List<String> words) {
        var log = children.directory().resolve("npm.log");
        try {
            var process = new ProcessBuilder(words)
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(INSTALL_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new ArmFailure("npm did not end within " + INSTALL_WITHIN.toMinutes() + " minutes");
            }
            if (process.exitValue() != 0) {
                throw new ArmFailure("npm failed: " + Files.readString(log).strip());
            }
        } catch (IOException e) {
            throw new ArmFailure("npm cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ArmFailure("interrupted", e);
        }
    }
}

package dev.millrace.worker.transport;

import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A certificate for {@code localhost} that nobody vouches for, made by the JDK's own tool for this run. */
final class SelfSigned {
    private static final String PASSWORD = "changeit";
    private static final Path STORE = make();

    private SelfSigned() {}

    static PfxOptions certificate() {
        return new PfxOptions().setPath(STORE.toString()).setPassword(PASSWORD);
    }

    static PfxOptions trust() {
        return certificate();
    }

    private static Path make() {
        try {
            var store = Files.createTempDirectory("self-signed").resolve("store.p12");
            var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
            var process = new ProcessBuilder(
                            keytool.toString(),
                            "-genkeypair",
                            "-alias",
                            "test",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "SAN=dns:localhost",
                            "-validity",
                            "2",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            PASSWORD)
                    .inheritIO()
                    .start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool failed");
            }
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

package dev.millrace.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleCommandTest {
    @TempDir
    Path directory;

    @Test
    void saysThatAPortIsTakenAndNamesTheFlag() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = Integer.toString(taken.getLocalPort());
            var line = new CommandLineFixture(directory);

            assertThat(line.run("egress", "--management-port", "0", "--port", port))
                    .isEqualTo(3);
            assertThat(line.err()).hasLineCount(1).contains(port).contains("--port");
            assertThat(line.run(
                            "up",
                            "--kafka-port",
                            port,
                            "--port",
                            "0",
                            "--registry-port",
                            "0",
                            "--management-port",
                            "0"))
                    .isEqualTo(3);
            assertThat(line.err()).hasLineCount(1).contains(port).contains("--kafka-port");
            assertThat(directory.resolve(".millrace")).doesNotExist();
        }
    }

    @Test
    void refusesPortsThatAreNone() {
        var line = new CommandLineFixture(directory);

        assertThat(line.run("ingress", "--port", "70000", "--management-port", "high"))
                .isEqualTo(2);
        assertThat(line.err()).contains("ingress.port").contains("flag --port").contains("management.port");
    }

    @Test
    void refusesToServeWithoutThePepperBeforeItLooksForKafka() {
        var line = new CommandLineFixture(directory);

        assertThat(line.run("ingress", "--port", "0", "--management-port", "0")).isEqualTo(2);
        assertThat(line.err()).contains("access.pepper").contains("MILLRACE_ACCESS_PEPPER");
    }
}

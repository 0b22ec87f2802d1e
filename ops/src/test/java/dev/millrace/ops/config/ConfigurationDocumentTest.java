package dev.millrace.ops.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Write the page anew with {@code -Dupdate.docs=true}. */
class ConfigurationDocumentTest {
    private static final Path PAGE = Path.of("../docs/configuration.md");

    @Test
    void pageIsWhatTheCodeSays() throws IOException {
        if (Boolean.getBoolean("update.docs")) {
            Files.writeString(PAGE, ConfigurationDocument.render());
        }
        assertThat(Files.readString(PAGE)).isEqualTo(ConfigurationDocument.render());
    }
}

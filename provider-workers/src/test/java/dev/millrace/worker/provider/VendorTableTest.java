package dev.millrace.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Write the page anew with {@code -Dupdate.docs=true}. */
class VendorTableTest {
    private static final Path PAGE = Path.of("../docs/vendors.md");

    @Test
    void pageSaysWhatTheTestsProve() throws IOException {
        // When
        var table = VendorTable.run();
        // Then
        if (Boolean.getBoolean("update.docs")) {
            Files.writeString(PAGE, table.render());
        }
        assertThat(table.staleExclusions())
                .as("exclusions of cases that are not there, or pass")
                .isEmpty();
        assertThat(Files.readString(PAGE)).isEqualTo(table.render());
    }
}

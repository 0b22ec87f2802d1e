package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.catalogue.CatalogueLoader;
import dev.millrace.catalogue.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Write the table anew with {@code -Dupdate.docs=true}. */
class ProvidersPageTest {
    private static final Path PAGE = Path.of("../docs/providers.md");
    private static final String MARK = "`-Dupdate.docs=true`).\n\n";

    @Test
    void tableIsWhatTheCatalogueSays() throws IOException {
        var page = Files.readString(PAGE);
        var prose = page.substring(0, page.indexOf(MARK) + MARK.length());
        if (Boolean.getBoolean("update.docs")) {
            Files.writeString(PAGE, prose + table());
        }
        assertThat(Files.readString(PAGE)).isEqualTo(prose + table());
    }

    private static String table() {
        var table = new StringBuilder(
                "| provider | adapter | address | key in | further variables |\n|---|---|---|---|---|\n");
        CatalogueLoader.shipped().providers().stream()
                .sorted(Comparator.comparing(Provider::id))
                .forEach(it -> table.append("| `%s` | `%s` | %s | %s | %s |\n"
                        .formatted(it.id(), it.adapter(), address(it), key(it), variables(it))));
        return table.toString();
    }

    private static String address(Provider provider) {
        if (provider.baseUrl() == null && provider.baseUrlTemplate() == null) {
            return "in process";
        }
        return "`" + Objects.requireNonNullElseGet(provider.baseUrlTemplate(), () -> String.valueOf(provider.baseUrl()))
                + "`";
    }

    private static String key(Provider provider) {
        if (provider.credentialEnv() == null) {
            return "none";
        }
        return "`" + provider.credentialEnv() + "`" + (provider.credentialRequired() ? "" : " (may be missing)");
    }

    private static String variables(Provider provider) {
        var names = new TreeSet<String>();
        provider.variables().values().forEach(variable -> names.addAll(variable.env()));
        return names.isEmpty() ? "" : "`" + String.join("`, `", names) + "`";
    }
}

package dev.millrace.ops.config;

import dev.millrace.catalogue.CatalogueLoader;
import dev.millrace.catalogue.CatalogueLoader.Document;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code catalogue} and {@code providers}: what can be called. */
public final class CatalogueSection {
    public static final Setting<List<Path>> FILES = new Setting<>(
            "catalogue.files",
            CompoundTypes.list(ValueTypes.path()),
            List.of(),
            "Catalogue documents (YAML) laid over the shipped one, in order.");
    public static final Setting<Optional<String>> PROVIDERS = new Setting<>(
            "providers",
            new CatalogueText(),
            Optional.empty(),
            "Providers and models in the form of a catalogue document, laid over all files.");
    public static final Setting<Boolean> FIND_OLLAMA = new Setting<>(
            "catalogue.find-ollama",
            ValueTypes.bool(),
            true,
            "Whether `up` looks for a running Ollama and offers its models.");
    public static final Setting<URI> OLLAMA_URL = new Setting<>(
            "catalogue.ollama-url",
            ValueTypes.httpUri(),
            URI.create("http://127.0.0.1:11434"),
            "Where `up` looks for Ollama.");

    static final List<Setting<?>> ALL = List.of(FILES, FIND_OLLAMA, OLLAMA_URL, PROVIDERS);

    private CatalogueSection() {}

    /**
     * The operator's documents over the shipped catalogue, in order.
     *
     * @throws UncheckedIOException when a file cannot be read
     */
    public static List<Document> documents(Configuration configuration) {
        var documents = new ArrayList<Document>();
        for (var file : configuration.get(FILES)) {
            try {
                documents.add(new Document(file.toString(), Files.readString(file)));
            } catch (IOException e) {
                throw new UncheckedIOException("catalogue file " + file + " cannot be read", e);
            }
        }
        configuration
                .get(PROVIDERS)
                .ifPresent(yaml -> documents.add(
                        new Document(configuration.chosen(PROVIDERS).origin().toString(), yaml)));
        return documents;
    }

    /** Fails as {@link CatalogueLoader} and {@link #documents} do when the catalogue cannot be used. */
    static void check(Configuration configuration) {
        CatalogueLoader.loadDocuments(documents(configuration));
    }
}

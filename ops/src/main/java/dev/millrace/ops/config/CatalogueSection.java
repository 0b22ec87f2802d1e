package dev.millrace.ops.config;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.millrace.catalogue.CatalogueLoader;
import dev.millrace.catalogue.CatalogueLoader.Document;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

    public static final Setting<Duration> RELOAD_EVERY = new Setting<>(
            "catalogue.reload-every",
            ValueTypes.duration(),
            Duration.ofSeconds(1),
            "How often catalogue files, the `providers` of the configuration file and the topic `control-catalogue` are looked"
                    + " at for changes, which then take effect without a restart.");

    static final List<Setting<?>> ALL = List.of(FILES, FIND_OLLAMA, OLLAMA_URL, RELOAD_EVERY, PROVIDERS);

    private static final YAMLMapper YAML = new YAMLMapper();

    private CatalogueSection() {}

    /**
     * The operator's documents over the shipped catalogue, in order, as they are at this moment: the files are read anew, and so are
     * providers that stand in the configuration file.
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
        providers(configuration).ifPresent(documents::add);
        return documents;
    }

    private static Optional<Document> providers(Configuration configuration) {
        var chosen = configuration.chosen(PROVIDERS);
        return switch (chosen.origin()) {
            case Origin.FileLine line -> Optional.of(new Document(line.file().toString(), providersIn(line.file())));
            case Origin.Default _, Origin.Environment _, Origin.Flag _ ->
                chosen.value().map(yaml -> new Document(chosen.origin().toString(), yaml));
        };
    }

    private static String providersIn(Path file) {
        try {
            var text = Files.readString(file);
            var providers = YAML.createObjectNode();
            providers.set(PROVIDERS.key(), YAML.readTree(text).path(PROVIDERS.key()));
            return YAML.writeValueAsString(providers);
        } catch (IOException e) {
            throw new UncheckedIOException("the providers in " + file + " cannot be read", e);
        }
    }

    /** Fails as {@link CatalogueLoader} and {@link #documents} do when the catalogue cannot be used. */
    static void check(Configuration configuration) {
        var documents = documents(configuration);
        if (!documents.isEmpty()) {
            CatalogueLoader.loadDocuments(documents);
        }
    }
}

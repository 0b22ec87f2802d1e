package dev.millrace.catalogue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads catalogue documents: those that ship with the product, one per provider, then each override in order. Objects merge member by
 * member, everything else is replaced; a provider or model set to null is removed.
 */
public final class CatalogueLoader {
    private CatalogueLoader() {}

    /** One document and the name to use in errors. */
    public record Document(String name, String yaml) {}

    /** The catalogue as shipped. */
    public static Catalogue shipped() {
        return load(List.of());
    }

    /**
     * The shipped catalogue with the operator's files over it.
     *
     * @throws CatalogueException with every mistake, each with its file and path
     * @throws UncheckedIOException when a file cannot be read
     */
    public static Catalogue load(List<Path> overrides) {
        var documents = new ArrayList<Document>();
        for (var path : overrides) {
            try {
                documents.add(new Document(path.toString(), Files.readString(path)));
            } catch (IOException e) {
                throw new UncheckedIOException("catalogue file " + path + " cannot be read", e);
            }
        }
        return loadDocuments(documents);
    }

    /**
     * The shipped catalogue with {@code overrides} over it.
     *
     * @throws CatalogueException with every mistake, each with its document and path
     */
    public static Catalogue loadDocuments(List<Document> overrides) {
        var merged = new MergedDocument();
        ShippedDocuments.all().forEach(merged::lay);
        overrides.forEach(merged::lay);
        return new CatalogueReader(merged).read();
    }
}

package dev.millrace.ops.stack;

import dev.millrace.catalogue.Catalogue;
import dev.millrace.catalogue.CatalogueLoader;
import dev.millrace.catalogue.CatalogueLoader.Document;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The catalogue in force: the operator's, and over it what is found while the process runs. Thread-safe. */
final class LiveCatalogue implements Supplier<Catalogue> {
    private final List<Document> configured;
    private final Map<String, Document> found = new LinkedHashMap<>();
    private volatile Catalogue current;

    /** Fails as {@link CatalogueLoader} does when the documents are wrong. */
    LiveCatalogue(List<Document> configured) {
        this.configured = List.copyOf(configured);
        this.current = CatalogueLoader.loadDocuments(configured);
    }

    @Override
    public Catalogue get() {
        return current;
    }

    /** Lays a document over the others, in place of an earlier one of the same name. */
    synchronized void put(Document document) {
        if (document.equals(found.put(document.name(), document))) {
            return;
        }
        var documents = new ArrayList<>(configured);
        documents.addAll(found.values());
        current = CatalogueLoader.loadDocuments(documents);
    }
}

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
    private List<Document> operators;
    private final Map<String, Document> found = new LinkedHashMap<>();
    private volatile Catalogue current;

    /** Fails as {@link CatalogueLoader} does when the documents are wrong. */
    LiveCatalogue(List<Document> operators) {
        this.operators = List.copyOf(operators);
        this.current = CatalogueLoader.loadDocuments(operators);
    }

    @Override
    public Catalogue get() {
        return current;
    }

    /** Takes these documents in place of the operator's; fails as {@link CatalogueLoader} does, and then nothing has changed. */
    synchronized void replace(List<Document> documents) {
        current = load(documents, found);
        operators = List.copyOf(documents);
    }

    /**
     * Lays a document over the others, in place of an earlier one of the same name; fails as {@link CatalogueLoader} does, and then
     * nothing has changed.
     */
    synchronized void put(Document document) {
        if (document.equals(found.get(document.name()))) {
            return;
        }
        var wanted = new LinkedHashMap<>(found);
        wanted.put(document.name(), document);
        current = load(operators, wanted);
        found.putAll(wanted);
    }

    private static Catalogue load(List<Document> operators, Map<String, Document> found) {
        var documents = new ArrayList<>(operators);
        documents.addAll(found.values());
        return CatalogueLoader.loadDocuments(documents);
    }
}

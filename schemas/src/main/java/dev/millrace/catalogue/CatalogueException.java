package dev.millrace.catalogue;

import java.util.List;

/** A catalogue document is wrong. The message lists every mistake with its path. */
public final class CatalogueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String[] mistakes;

    public CatalogueException(List<String> mistakes) {
        super("catalogue: " + String.join("; ", mistakes));
        this.mistakes = mistakes.toArray(String[]::new);
    }

    /** Every mistake, each with its path. */
    public List<String> mistakes() {
        return List.of(mistakes);
    }
}

package dev.millrace.catalogue;

import java.util.Locale;

/** What a model can do beyond its operations and modalities. */
public enum Capability {
    TOOLS,
    PARALLEL_TOOLS,
    /** Reads images. Every chat model with image input has it. */
    VISION,
    /** Keeps to a JSON schema. */
    JSON_SCHEMA,
    /** Gives a JSON object of no particular schema. */
    JSON_OBJECT,
    /** Thinks before it answers. */
    REASONING,
    /** Reads repeated prompts from a cache of the vendor's. */
    PROMPT_CACHE,
    WEB_SEARCH,
    COMPUTER_USE,
    CITATIONS,
    /** Cuts its vectors to a length that is asked for. */
    DIMENSIONS;

    /** As catalogues and the API write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package dev.millrace.ingress.gemini;

import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.json.Mistake;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * What a path such as {@code /v1beta/models/anthropic/claude-x:generateContent} names.
 *
 * <p>A provider stands before the model's name, its slash plain or encoded; in Vertex AI's form it is the publisher
 * ({@code /publishers/anthropic/models/claude-x}). Names without one are aliases of the catalogue.
 *
 * @param model as the catalogue has it: an alias, or provider, slash and name
 * @param verb what stands behind the last colon
 */
record ModelPath(String model, String verb) {
    private static final String MODELS = "models/";
    private static final String PUBLISHERS = "publishers/";
    private static final String GOOGLE = "google";

    static ModelPath of(String path) {
        int colon = path.lastIndexOf(':');
        int models = path.indexOf("/" + MODELS);
        if (colon < 0 || models < 0 || colon < models) {
            throw new Mistake(ErrorCode.NOT_FOUND, "no such route: the path must read .../models/{model}:{verb}", null);
        }
        var name = decoded(path.substring(models + 1 + MODELS.length(), colon));
        if (name.startsWith(MODELS)) {
            name = name.substring(MODELS.length());
        }
        var publisher = publisher(path.substring(0, models));
        if (!publisher.isEmpty() && !publisher.equals(GOOGLE)) {
            name = publisher + "/" + name;
        }
        if (name.isEmpty()) {
            throw Mistake.invalid("model", "Missing required parameter: 'model'. It stands in the path.");
        }
        return new ModelPath(name, path.substring(colon + 1));
    }

    private static String publisher(String before) {
        int at = before.lastIndexOf(PUBLISHERS);
        return at < 0 ? "" : before.substring(at + PUBLISHERS.length());
    }

    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Mistake.invalid("model", "Invalid 'model': the path is not percent-encoded UTF-8.");
        }
    }
}

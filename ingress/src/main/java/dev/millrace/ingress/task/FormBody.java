package dev.millrace.ingress.task;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.ingress.dialect.Content;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.json.StrictJson;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * The fields of a form as the JSON body they stand for. A form has no types: members that are numbers or flags in JSON are known by name,
 * {@code name[]} is an element of an array, {@code millrace} is JSON, everything else is text.
 */
final class FormBody {
    private static final Set<String> NUMBERS =
            Set.of("n", "output_compression", "partial_images", "temperature", "speed", "seed", "top_n", "dimensions");
    private static final Set<String> FLAGS = Set.of("stream", "return_documents", "diarize");
    private static final Set<String> OBJECTS = Set.of("millrace", "chunking_strategy");
    private static final String AUTO = "auto";

    private FormBody() {}

    static ObjectNode json(Content.Form form, StrictJson json) {
        var body = JsonNodeFactory.instance.objectNode();
        for (var field : form.fields()) {
            var name = field.name();
            if (name.endsWith("[]")) {
                body.withArrayProperty(name.substring(0, name.length() - 2)).add(field.value());
            } else if (body.has(name)) {
                throw Mistake.invalid(name, "Invalid '" + name + "': the form has this field twice.");
            } else {
                put(body, name, field.value(), json);
            }
        }
        return body;
    }

    private static void put(ObjectNode body, String name, String value, StrictJson json) {
        if (NUMBERS.contains(name)) {
            body.put(name, number(name, value));
        } else if (FLAGS.contains(name)) {
            body.put(name, flag(name, value));
        } else if (OBJECTS.contains(name) && !value.equals(AUTO)) {
            body.set(name, json.object(value, name).node());
        } else {
            body.put(name, value);
        }
    }

    private static BigDecimal number(String name, String value) {
        if (value.length() <= 20 && value.matches("-?[0-9]+(\\.[0-9]+)?")) {
            return new BigDecimal(value);
        }
        throw Mistake.invalid(name, "Invalid '" + name + "': must be a number.");
    }

    private static boolean flag(String name, String value) {
        return switch (value) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw Mistake.invalid(name, "Invalid '" + name + "': must be true or false.");
        };
    }

    /** What the files of a form add to its fingerprint. */
    static String[] digests(Content.Form form) {
        return form.uploads().stream()
                .map(upload -> upload.name() + ":" + digest(upload))
                .toArray(String[]::new);
    }

    private static String digest(Content.Upload upload) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(upload.data().duplicate());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }
}

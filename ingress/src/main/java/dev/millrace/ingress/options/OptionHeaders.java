package dev.millrace.ingress.options;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.json.StrictJson;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Folds {@code millrace-*} headers into the {@code millrace} object of a body.
 *
 * <p>A header is named like the member, with dashes: {@code millrace-first-token-timeout} is {@code millrace.first_token_timeout}. Where
 * both are given the body wins. Lists are separated by commas, {@code millrace-metadata} is a JSON object. Pure.
 */
public final class OptionHeaders {
    /** Names of all options, as members. */
    public static final List<String> NAMES = List.of(
            "fallbacks",
            "first_token_timeout",
            "total_timeout",
            "max_attempts",
            "accept_restart",
            "on_disconnect",
            "metadata",
            "priority",
            "lane",
            "deadline");

    private OptionHeaders() {}

    /** Name of the header of an option. */
    public static String header(String option) {
        return "millrace-" + option.replace('_', '-');
    }

    /**
     * Adds what {@code headers} ask for to {@code body}.
     *
     * @param headers value of a header by its lower-case name, null when absent
     */
    public static void fold(JsonObject body, Function<String, @Nullable String> headers, StrictJson json) {
        var folded = JsonNodeFactory.instance.objectNode();
        for (var option : NAMES) {
            var text = headers.apply(header(option));
            if (text != null) {
                add(folded, option, text.strip(), json);
            }
        }
        if (folded.isEmpty()) {
            return;
        }
        var present = body.node().get(CallOptionsReader.MEMBER);
        if (present == null || present.isNull()) {
            body.node().set(CallOptionsReader.MEMBER, folded);
        } else if (present instanceof ObjectNode object) {
            folded.properties().forEach(member -> object.putIfAbsent(member.getKey(), member.getValue()));
        }
    }

    private static void add(ObjectNode into, String option, String text, StrictJson json) {
        switch (option) {
            case "fallbacks" -> {
                var array = into.putArray(option);
                for (var model : text.split(",", -1)) {
                    array.add(model.strip());
                }
            }
            case "metadata" ->
                into.set(option, json.object(text, header(option)).node());
            case "accept_restart" -> into.put(option, flag(text, header(option)));
            case "max_attempts", "priority" -> into.put(option, integer(text, header(option)));
            case "deadline" -> {
                if (text.matches("[0-9]{1,18}")) {
                    into.put(option, Long.parseLong(text));
                } else {
                    into.put(option, text);
                }
            }
            default -> into.put(option, text);
        }
    }

    private static boolean flag(String text, String header) {
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw Mistake.invalid(header, "Invalid '" + header + "': must be true or false.");
        };
    }

    private static int integer(String text, String header) {
        if (!text.matches("-?[0-9]{1,9}")) {
            throw Mistake.invalid(header, "Invalid '" + header + "': must be an integer.");
        }
        return Integer.parseInt(text);
    }
}

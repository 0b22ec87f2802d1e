package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.worker.local.LocalFailure;
import java.util.Map;

/**
 * Options of a call written as one word, {@code gap_millis=5+fail=reset+at=2}: after a plus in a model's name, and in a schedule of faults.
 */
final class CallOptions {
    private enum Kind {
        NUMBER,
        FLAG,
        FAILURE,
        TEXT
    }

    private static final Map<String, Kind> KNOWN = Map.ofEntries(
            Map.entry("first_token_millis", Kind.NUMBER),
            Map.entry("gap_millis", Kind.NUMBER),
            Map.entry("tokens", Kind.NUMBER),
            Map.entry("seed", Kind.NUMBER),
            Map.entry("delta_chars", Kind.NUMBER),
            Map.entry("at", Kind.NUMBER),
            Map.entry("at_byte", Kind.NUMBER),
            Map.entry("fail_attempts", Kind.NUMBER),
            Map.entry("cut_at_byte", Kind.NUMBER),
            Map.entry("accept_millis", Kind.NUMBER),
            Map.entry("duplicate", Kind.FLAG),
            Map.entry("fail", Kind.FAILURE),
            Map.entry("retry_after", Kind.TEXT));

    private CallOptions() {}

    /** The name of a model without its options. */
    static String plain(String model) {
        int plus = model.indexOf('+');
        return plus < 0 ? model : model.substring(0, plus);
    }

    /**
     * The options of a model's name; none when it has no plus.
     *
     * @throws IllegalArgumentException naming the option that is not known or has no such value
     */
    static ObjectNode ofModel(String model) {
        int plus = model.indexOf('+');
        return plus < 0 ? Nodes.object() : parse(model.substring(plus + 1));
    }

    /**
     * Options separated by plus signs.
     *
     * @throws IllegalArgumentException naming the option that is not known or has no such value
     */
    static ObjectNode parse(String text) {
        var options = Nodes.object();
        for (var part : text.split("\\+", -1)) {
            int equals = part.indexOf('=');
            put(options, equals < 0 ? part : part.substring(0, equals), equals < 0 ? "" : part.substring(equals + 1));
        }
        return options;
    }

    private static void put(ObjectNode options, String name, String value) {
        var kind = KNOWN.get(name);
        if (kind == null) {
            throw new IllegalArgumentException("no such option '" + name + "'");
        }
        boolean fits = switch (kind) {
            case NUMBER -> value.matches("[0-9]{1,15}");
            case FLAG -> value.isEmpty() || value.equals("true") || value.equals("false");
            case FAILURE -> LocalFailure.ofWord(value).isPresent();
            case TEXT -> !value.isEmpty();
        };
        if (!fits) {
            throw new IllegalArgumentException(name + ": no such value '" + value + "'");
        }
        switch (kind) {
            case NUMBER -> options.put(name, Long.parseLong(value));
            case FLAG -> options.put(name, !value.equals("false"));
            case FAILURE, TEXT -> options.put(name, value);
        }
    }
}

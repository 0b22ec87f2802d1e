package dev.millrace.ops.dialects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client understands of an answer: the text, the calls in order, and what is charged.
 *
 * @param calls {@code name(arguments)}, arguments as canonical JSON
 * @param inputTokens all of them, cached ones included; -1 when not told
 */
record Said(String text, String refusal, List<String> calls, long inputTokens, long outputTokens) {
    private static final ObjectMapper JSON = new ObjectMapper();

    Said {
        calls = List.copyOf(calls);
    }

    /** One call; arguments that are not JSON stand as they are. */
    static String call(String name, String arguments) {
        return name + "(" + canonical(arguments) + ")";
    }

    private static String canonical(String arguments) {
        if (arguments.isBlank()) {
            return "{}";
        }
        try {
            return JSON.readTree(arguments).toString();
        } catch (JsonProcessingException e) {
            return arguments;
        }
    }

    /** Collects an answer piece by piece. */
    static final class Builder {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder refusal = new StringBuilder();
        private final List<String> names = new ArrayList<>();
        private final List<StringBuilder> arguments = new ArrayList<>();
        private long inputTokens = -1;
        private long outputTokens = -1;

        void text(String more) {
            text.append(more);
        }

        void refusal(String more) {
            refusal.append(more);
        }

        void beginCall(String name) {
            names.add(name);
            arguments.add(new StringBuilder());
        }

        void arguments(int call, String more) {
            arguments.get(call).append(more);
        }

        int calls() {
            return names.size();
        }

        void usage(long input, long output) {
            inputTokens = input;
            outputTokens = output;
        }

        Said build() {
            var calls = new ArrayList<String>();
            for (int i = 0; i < names.size(); i++) {
                calls.add(call(names.get(i), arguments.get(i).toString()));
            }
            return new Said(text.toString(), refusal.toString(), calls, inputTokens, outputTokens);
        }
    }
}

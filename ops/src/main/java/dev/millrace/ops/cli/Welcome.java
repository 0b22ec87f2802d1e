package dev.millrace.ops.cli;

import dev.millrace.ops.stack.DevelopmentStack;
import java.util.Locale;

/** What {@code up} prints once it serves. */
final class Welcome {
    private final DevelopmentStack stack;

    Welcome(DevelopmentStack stack) {
        this.stack = stack;
    }

    @Override
    public String toString() {
        var endpoints = stack.endpoints();
        var key = endpoints.apiKey().reveal();
        var seconds = String.format(Locale.ROOT, "%.1f", stack.startMillis() / 1000.0);
        var ollama = stack.ollamaModels();
        return """
                Millrace is up (%s s).

                  HTTP        %s
                  Kafka       %s
                  Registry    %s
                  Management  %s
                  API key     %s
                  Data        %s
                %s
                Try it:

                  curl -N %s/v1/chat/completions \\
                    -H 'Authorization: Bearer %s' \\
                    -H 'Content-Type: application/json' \\
                    -d '{"model":"local/echo","stream":true,"messages":[{"role":"user","content":"Hello, Millrace!"}]}'

                or: ./millrace run local/echo 'Hello, Millrace!'

                Ctrl-C stops it.
                """.formatted(
                        seconds,
                        endpoints.http(),
                        endpoints.kafka(),
                        endpoints.registry(),
                        endpoints.management(),
                        key,
                        stack.data(),
                        ollama.isEmpty() ? "" : "  Ollama      " + String.join(", ", ollama) + "\n",
                        endpoints.http(),
                        key);
    }
}

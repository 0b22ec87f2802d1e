package dev.millrace.ops.bench.load;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where an arm takes chat completions.
 *
 * @param base up to and with the port
 * @param headers of every request; may hold keys, never printed
 * @param modelPrefix put before the vendor's name of a model; names the arm on the vendor's invoice
 */
public record Target(URI base, Map<String, String> headers, String modelPrefix) {
    public static final String PATH = "/v1/chat/completions";

    public Target {
        headers = Map.copyOf(headers);
    }

    /** The body of a request. */
    byte[] body(Workload workload) {
        var prompt = new StringBuilder();
        for (int i = 0; i < workload.deltas(); i++) {
            prompt.append(i == 0 ? "" : " ").append("word").append(i);
        }
        return ("{\"model\":\"" + modelPrefix + workload.model() + "\",\"stream\":" + workload.streaming()
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "Target[" + base + ", " + modelPrefix + "]";
    }
}

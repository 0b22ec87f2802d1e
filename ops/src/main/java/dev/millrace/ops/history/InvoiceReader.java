package dev.millrace.ops.history;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

/** Reads the mock vendor's invoice, call by call. */
public final class InvoiceReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private InvoiceReader() {}

    /** All calls that are over. */
    public static List<VendorCall> read(URI vendor) throws IOException, InterruptedException {
        var calls = new ArrayList<VendorCall>();
        try (var http = HttpClient.newHttpClient()) {
            while (true) {
                long after = calls.isEmpty() ? 0 : calls.getLast().number();
                var request = HttpRequest.newBuilder(vendor.resolve("/mock/calls?after=" + after))
                        .build();
                var lines = http.send(request, BodyHandlers.ofString())
                        .body()
                        .lines()
                        .toList();
                if (lines.isEmpty()) {
                    return calls;
                }
                for (var line : lines) {
                    calls.add(call(line));
                }
            }
        }
    }

    private static VendorCall call(String line) throws IOException {
        var json = JSON.readTree(line);
        var outcome = json.path("outcome").asText();
        return new VendorCall(
                json.path("number").asLong(),
                json.path("marker").asText(),
                outcome.equals("whole"),
                !outcome.equals("refused"),
                json.path("input_tokens").asLong(),
                json.path("output_tokens").asLong(),
                json.path("sent_tokens").asLong());
    }
}

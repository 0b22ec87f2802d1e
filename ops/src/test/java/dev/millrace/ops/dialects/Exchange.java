package dev.millrace.ops.dialects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Terminal;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult.Finished;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One recorded exchange with a vendor, of a single call. */
record Exchange(String name, JsonNode meta, Path folder) {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Path ROOT = Path.of("../provider-workers/src/test/resources/wire");

    /** Those with an API, as {@code meta.json} names it. */
    static List<Exchange> of(String api) {
        try (var paths = Files.walk(ROOT, 4)) {
            return paths.filter(path -> path.endsWith("meta.json"))
                    .sorted()
                    .map(Exchange::read)
                    .filter(exchange -> exchange.meta.path("api").asText().equals(api))
                    .filter(exchange -> !exchange.meta.path("multi_step").asBoolean())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one of that name. */
    static Exchange at(String name) {
        return read(ROOT.resolve(name).resolve("meta.json"));
    }

    private static Exchange read(Path meta) {
        var folder = meta.toAbsolutePath().normalize().getParent();
        if (folder == null) {
            throw new IllegalStateException(meta.toString());
        }
        var root = ROOT.toAbsolutePath().normalize();
        return new Exchange(root.relativize(folder).toString(), json(meta), folder);
    }

    static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Nullable
    JsonNode request() {
        var file = folder.resolve("request.json");
        return Files.exists(file) ? json(file) : null;
    }

    String reply() {
        try {
            var file = folder.resolve(meta.path("response_file").asText());
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean succeeded() {
        return meta.path("status").asInt() == 200
                && meta.path("response_file").asText().startsWith("response.");
    }

    boolean streamed() {
        return meta.path("response_file").asText().endsWith(".sse");
    }

    /** What a worker would write of it: some deltas to a record, the end in a record of its own. */
    List<InferenceResult> records(ReplyDecoder decoder) {
        Map<String, String> headers = new HashMap<>();
        meta.path("response_headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        decoder.head(meta.path("status").asInt(), new VendorHeaders(headers));
        var deltas = new ArrayList<Delta>();
        decoder.feed(ByteBuffer.wrap(reply().getBytes(StandardCharsets.UTF_8)));
        decoder.end();
        deltas.addAll(decoder.take());
        if (!(decoder.result() instanceof Finished)) {
            throw new AssertionError(name + ": " + decoder.result());
        }
        var records = new ArrayList<InferenceResult>();
        for (int i = 0; i < deltas.size(); i += 7) {
            records.add(record(records.size())
                    .setDeltas(List.copyOf(deltas.subList(i, Math.min(i + 7, deltas.size()))))
                    .build());
        }
        var terminal = Terminal.newBuilder()
                .setStatus(JobStatus.COMPLETED)
                .setUsage(decoder.usage())
                .setVendor(decoder.vendor())
                .build();
        records.add(record(records.size()).setTerminal(terminal).build());
        return records;
    }

    private static InferenceResult.Builder record(int seq) {
        return InferenceResult.newBuilder()
                .setJobId("job_x")
                .setAccount("acme")
                .setAttempt(1)
                .setEpoch(1)
                .setSeq(seq)
                .setCreatedAtMillis(0)
                .setModel("v/m");
    }

    /** The records as a reader's events. */
    static List<JobEvent> events(List<InferenceResult> records) {
        var events = new ArrayList<JobEvent>();
        for (var record : records) {
            events.add(
                    record.getTerminal() == null
                            ? new JobEvent.Chunk(events.size(), record, false)
                            : new JobEvent.Ended(events.size(), record, false));
        }
        return events;
    }

    @Override
    public String toString() {
        return name;
    }
}

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A recorded reply that ended well, as the events of a job. */
record RecordedReply(String name, String api, String vendor, boolean stream, List<JobEvent> events, Said said) {
    static final String ACCOUNT = "tenant";
    static final String JOB = "job-recorded";

    private static final int PIECE_BYTES = 700;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Makes the decoder that belongs to a recording. */
    interface Decoders {
        ReplyDecoder decoder(String api, String vendor, boolean stream);
    }

    @Override
    public String toString() {
        return name;
    }

    /** All recordings with those APIs that finished, decoded. */
    static List<RecordedReply> all(Path root, Set<String> apis, Decoders decoders) {
        try (var files = Files.walk(root)) {
            return files.filter(file -> file.endsWith("meta.json"))
                    .filter(file -> root.relativize(file).getNameCount() == 4)
                    .sorted()
                    .map(file -> read(root, file, apis, decoders))
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<RecordedReply> read(Path root, Path file, Set<String> apis, Decoders decoders) {
        try {
            var meta = JSON.readTree(file.toFile());
            var api = meta.path("api").asText();
            if (!apis.contains(api) || !meta.path("response_file").isTextual()) {
                return Optional.empty();
            }
            var folder = Objects.requireNonNull(file.getParent());
            var body =
                    Files.readAllBytes(folder.resolve(meta.path("response_file").asText()));
            var vendor = meta.path("vendor").asText();
            boolean stream = meta.path("stream").asBoolean();
            return decode(meta, body, decoders.decoder(api, vendor, stream))
                    .map(events -> new RecordedReply(
                            root.relativize(folder).toString(), api, vendor, stream, events, understood(events)));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    private static Optional<List<JobEvent>> decode(JsonNode meta, byte[] body, ReplyDecoder decoder) {
        var headers = new HashMap<String, String>();
        meta.path("response_headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        decoder.head(meta.path("status").asInt(200), new VendorHeaders(headers));
        var events = new ArrayList<JobEvent>();
        for (int start = 0; start < body.length; start += PIECE_BYTES) {
            decoder.feed(ByteBuffer.wrap(body, start, Math.min(PIECE_BYTES, body.length - start)));
            var deltas = decoder.take();
            if (!deltas.isEmpty()) {
                events.add(new JobEvent.Chunk(events.size(), record(events.size(), deltas, null), false));
            }
        }
        decoder.end();
        var rest = decoder.take();
        if (!(decoder.result() instanceof Finished(var usage, var extras))) {
            return Optional.empty();
        }
        var terminal = Terminal.newBuilder()
                .setStatus(JobStatus.COMPLETED)
                .setUsage(usage)
                .setVendor(extras)
                .build();
        events.add(new JobEvent.Ended(events.size(), record(events.size(), rest, terminal), false));
        return Optional.of(events);
    }

    private static InferenceResult record(long seq, List<Delta> deltas, @Nullable Terminal terminal) {
        return InferenceResult.newBuilder()
                .setJobId(JOB)
                .setAccount(ACCOUNT)
                .setAttempt(1)
                .setEpoch(1)
                .setSeq(seq)
                .setCreatedAtMillis(1_700_000_000_000L)
                .setProvider("recorded")
                .setModel("recorded/model")
                .setDeltas(deltas)
                .setTerminal(terminal)
                .build();
    }

    private static Said understood(List<JobEvent> events) {
        var said = new Said.Builder();
        var calls = new HashMap<Integer, Integer>();
        for (var event : events) {
            var record = Understanding.record(event);
            record.getDeltas().stream()
                    .filter(delta -> delta.getIndex() == 0)
                    .forEach(delta -> Understanding.add(said, calls, delta));
            var terminal = record.getTerminal();
            if (terminal != null && terminal.getUsage() != null) {
                said.usage(
                        terminal.getUsage().getInputTokens(),
                        terminal.getUsage().getOutputTokens());
            }
        }
        return said.build();
    }

    /** All choices but the first are more than most dialects can say. */
    boolean hasOneChoice() {
        return events.stream()
                .map(Understanding::record)
                .map(InferenceResult::getDeltas)
                .flatMap(Collection::stream)
                .allMatch(delta -> delta.getIndex() == 0);
    }
}

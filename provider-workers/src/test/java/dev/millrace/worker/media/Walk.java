package dev.millrace.worker.media;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Usage;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An attempt walked through without a network: each call is answered by the next of the given replies. */
public final class Walk {
    public final List<VendorCall> calls = new ArrayList<>();
    public final List<FollowUp> followUps = new ArrayList<>();
    public final List<Delta> deltas = new ArrayList<>();
    public @Nullable VendorResult result;
    public @Nullable Usage usage;

    /** One reply. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Answer(int status, Map<String, String> headers, byte[] body) {
        public static Answer json(String text) {
            return json(200, text);
        }

        public static Answer json(int status, String text) {
            return new Answer(
                    status,
                    Map.of("content-type", "application/json"),
                    text.replace('\'', '"').getBytes(UTF_8));
        }

        public static Answer bytes(String type, byte[] body) {
            return new Answer(200, Map.of("content-type", type), body);
        }
    }

    private Walk() {}

    public static Walk of(ProviderAdapter adapter, AttemptOrder order, Answer... answers) {
        var walk = new Walk();
        var call = call(adapter, order);
        walk.go(call, adapter.newDecoder(order, call), List.of(answers), Integer.MAX_VALUE);
        return walk;
    }

    /** The same from a call that takes up a job. */
    public static Walk from(FollowUp left, Answer... answers) {
        var walk = new Walk();
        walk.go(left.call(), left.decoders().get(), List.of(answers), Integer.MAX_VALUE);
        return walk;
    }

    /** The same fed in pieces of so many bytes. */
    public static Walk inPieces(ProviderAdapter adapter, AttemptOrder order, int pieceBytes, List<Answer> answers) {
        var walk = new Walk();
        var call = call(adapter, order);
        walk.go(call, adapter.newDecoder(order, call), answers, pieceBytes);
        return walk;
    }

    public static VendorCall call(ProviderAdapter adapter, AttemptOrder order) {
        return switch (adapter.render(order, 1)) {
            case Rendered(var call) -> call;
            case Inexpressible(var param, var message) -> throw new AssertionError(param + ": " + message);
        };
    }

    public static Inexpressible refusal(ProviderAdapter adapter, AttemptOrder order) {
        return switch (adapter.render(order, 1)) {
            case Rendered(var call) -> throw new AssertionError("rendered as " + call);
            case Inexpressible problem -> problem;
        };
    }

    private void go(VendorCall first, ReplyDecoder firstDecoder, List<Answer> answers, int pieceBytes) {
        var call = first;
        var decoder = firstDecoder;
        for (var answer : answers) {
            calls.add(call);
            feed(decoder, answer, pieceBytes);
            deltas.addAll(decoder.take());
            result = decoder.result();
            usage = decoder.usage();
            var next = decoder.followUp();
            if (result != null || next == null) {
                return;
            }
            followUps.add(next);
            call = next.call();
            decoder = next.decoders().get();
        }
        calls.add(call);
    }

    private static void feed(ReplyDecoder decoder, Answer answer, int pieceBytes) {
        decoder.head(answer.status(), new VendorHeaders(answer.headers()));
        for (int start = 0; start < answer.body().length; start += Math.min(pieceBytes, answer.body().length)) {
            int length = Math.min(pieceBytes, answer.body().length - start);
            decoder.feed(ByteBuffer.wrap(answer.body(), start, length));
        }
        decoder.end();
    }

    public VendorResult result() {
        return Objects.requireNonNull(result, "no result: the walk needs more answers");
    }

    public String text() {
        var text = new StringBuilder();
        for (var delta : deltas) {
            if (delta.getContent() instanceof TextDelta piece) {
                text.append(piece.getText());
            }
        }
        return text.toString();
    }

    /** Media pieces of one item. */
    public List<MediaDelta> media(int index) {
        return deltas.stream()
                .filter(delta -> delta.getIndex() == index && delta.getContent() instanceof MediaDelta)
                .map(delta -> (MediaDelta) delta.getContent())
                .toList();
    }

    public byte[] bytes(int index) {
        var bytes = new ByteArrayOutputStream();
        for (var piece : media(index)) {
            if (piece.getData() != null) {
                var data = piece.getData().duplicate();
                var copy = new byte[data.remaining()];
                data.get(copy);
                bytes.writeBytes(copy);
            }
        }
        return bytes.toByteArray();
    }

    /** The JSON of the first item of a type. */
    public String item(String type) {
        return deltas.stream()
                .filter(delta -> delta.getContent() instanceof ItemDelta item
                        && item.getType().equals(type))
                .map(delta -> ((ItemDelta) delta.getContent()).getJson())
                .findFirst()
                .orElse("");
    }

    public static Provider provider(String id, String baseUrl) {
        return new Provider(id, id, URI.create(baseUrl), "default", null, false, Map.of(), Map.of(), 8, true, null);
    }

    public static AttemptOrder order(
            Operation operation, String model, List<Part> parts, Map<String, String> parameters) {
        var json = new java.util.HashMap<String, String>();
        parameters.forEach((name, value) -> json.put(name, value.replace('\'', '"')));
        var request = InferenceRequest.newBuilder()
                .setAccount("a")
                .setModel("p/" + model)
                .setOperation(operation)
                .setInput(new TaskInput(parts, json))
                .build();
        return order(request, model);
    }

    public static AttemptOrder order(InferenceRequest request, String model) {
        return AttemptOrder.newBuilder()
                .setProvider("p")
                .setModel("p/" + model)
                .setVendorModel(model)
                .setRequest(request)
                .setDeadlineAtMillis(Long.MAX_VALUE)
                .build();
    }

    public static Part text(String text) {
        return new Part(new TextPart(text), Map.of());
    }

    public static Part url(MediaKind kind, String url, String role) {
        var part = MediaPart.newBuilder().setKind(kind).setUrl(url).build();
        return new Part(part, role.isEmpty() ? Map.of() : Map.of("role", "\"" + role + "\""));
    }

    public static Part data(MediaKind kind, String mimeType, byte[] data) {
        var part = MediaPart.newBuilder()
                .setKind(kind)
                .setMimeType(mimeType)
                .setData(ByteBuffer.wrap(data))
                .build();
        return new Part(part, Map.of());
    }
}

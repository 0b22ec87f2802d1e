package dev.millrace.worker.openai;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Usage;
import dev.millrace.worker.openai.EmbeddingReader.Packing;
import dev.millrace.worker.provider.ChosenDecoder;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.MediaReplyDecoder;
import dev.millrace.worker.provider.RenderProblems;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.provider.WholeReplyDecoder;
import dev.millrace.worker.provider.WholeReplyDecoder.Read;
import dev.millrace.worker.provider.WholeReplyDecoder.Reply;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything of the family that is not a chat: which body goes where, and who reads the answer. Pure. */
final class TaskCodec {
    private static final Set<String> TEXT_FORMATS = Set.of("text", "srt", "vtt");

    private final OpenAiQuirks chat;
    private final TaskQuirks quirks;
    private final Map<String, String> headers;
    private final DecoderLimits limits;
    private final InstantSource clock;
    private final VideoSteps videos;

    TaskCodec(
            OpenAiQuirks chat,
            TaskQuirks quirks,
            Map<String, String> headers,
            DecoderLimits limits,
            InstantSource clock) {
        this.chat = chat;
        this.quirks = quirks;
        this.headers = headers;
        this.limits = limits;
        this.clock = clock;
        this.videos = new VideoSteps(quirks, headers, limits, clock);
    }

    Rendering render(AttemptOrder order) {
        var operation = order.getRequest().getOperation();
        if (!TaskQuirks.isTask(operation) || !(order.getRequest().getInput() instanceof TaskInput task)) {
            return new Inexpressible("operation", "operation " + operation + " is not spoken by this provider");
        }
        var problems = new RenderProblems();
        var body = new TaskRequestWriter(chat, quirks, problems).write(order, task);
        var problem = problems.first();
        return problem != null ? problem : new Rendered(call(order, operation, body));
    }

    private VendorCall call(AttemptOrder order, Operation operation, TaskMembers body) {
        var own = quirks.operation(operation);
        var general = isMultimodal(order, quirks) ? quirks.embeddingMediaPath() : own.path();
        var path = general.replace("{model}", URLEncoder.encode(order.getVendorModel(), StandardCharsets.UTF_8));
        boolean speech = operation == Operation.SPEECH;
        boolean streaming = speech || body.has("stream");
        var all = new HashMap<>(headers);
        all.put("Accept", speech ? "*/*" : streaming ? "text/event-stream" : "application/json");
        if (body.hasFiles() || operation == Operation.TRANSCRIPTION || operation == Operation.TRANSLATION) {
            var form = body.form(own);
            all.put("Content-Type", form.contentType());
            all.put("Accept", "*/*");
            return new VendorCall("POST", path, all, form.bytes(), streaming);
        }
        all.put("Content-Type", "application/json");
        var bytes = body.json(own).toString().getBytes(StandardCharsets.UTF_8);
        return new VendorCall("POST", path, all, ByteBuffer.wrap(bytes), streaming);
    }

    /** Whether inputs are to be embedded that are not all text, or by a model that has an endpoint of its own for any input. */
    static boolean isMultimodal(AttemptOrder order, TaskQuirks quirks) {
        return order.getRequest().getOperation() == Operation.EMBEDDING
                && !quirks.embeddingMediaPath().isEmpty()
                && order.getRequest().getInput() instanceof TaskInput task
                && (order.getVendorModel().contains("multimodal")
                        || task.getParts().stream().anyMatch(part -> part.getContent() instanceof MediaPart));
    }

    ReplyDecoder decoder(AttemptOrder order) {
        int extras = limits.maxVendorBytes();
        return switch (order.getRequest().getOperation()) {
            case EMBEDDING -> {
                var packing = packing(order);
                yield json(_ -> new EmbeddingReader(extras, packing));
            }
            case IMAGE, IMAGE_EDIT -> {
                int expected = number(order, "n");
                yield json(whole -> new ImageReader(whole, extras, expected));
            }
            case SPEECH -> speech(order);
            case TRANSCRIPTION, TRANSLATION -> transcription(order);
            case MODERATION -> json(_ -> ItemsReader.moderation(extras));
            case RERANK -> json(_ -> ItemsReader.rerank(extras));
            case COMPLETION -> json(_ -> new CompletionReader(extras));
            case VIDEO -> videos.created(order);
            case CHAT, RUN, UNKNOWN -> new ChatReplyDecoder(chat, limits, clock);
        };
    }

    /** How to go on with a job at the vendor; null when {@code vendorJob} is not one of ours. */
    @Nullable
    FollowUp resume(AttemptOrder order, String vendorJob) {
        return order.getRequest().getOperation() == Operation.VIDEO ? videos.resume(order, vendorJob) : null;
    }

    private ReplyDecoder json(ReplyReader.Factory readers) {
        return new ChatReplyDecoder(chat, limits, clock, readers);
    }

    private Packing packing(AttemptOrder order) {
        var type = parameter(order, "output_dtype");
        var format = parameter(order, "encoding_format");
        if (type.startsWith("u")) {
            return Packing.UNSIGNED_BYTES;
        }
        boolean bytes = type.equals("int8")
                || type.equals("binary")
                || format.equals("base64_int8")
                || (quirks.packsBytes() && !format.equals("float"));
        return format.equals("base64_binary") ? Packing.UNSIGNED_BYTES : bytes ? Packing.SIGNED_BYTES : Packing.FLOATS;
    }

    /** A parameter that is text; empty when it is not there or something else. */
    static String parameter(AttemptOrder order, String name) {
        var json = order.getRequest().getInput() instanceof TaskInput task
                ? task.getParameters().get(name)
                : null;
        if (json == null || json.length() < 2 || !json.startsWith("\"") || !json.endsWith("\"")) {
            return "";
        }
        return json.substring(1, json.length() - 1);
    }

    private static int number(AttemptOrder order, String name) {
        var json = order.getRequest().getInput() instanceof TaskInput task
                ? task.getParameters().get(name)
                : null;
        return json != null && json.matches("\\d{1,4}") ? Integer.parseInt(json) : 1;
    }

    private ReplyDecoder speech(AttemptOrder order) {
        var mimeType = mimeType(parameter(order, "response_format"));
        var other = json(whole -> new SpeechReader(whole, limits.maxVendorBytes(), mimeType));
        var item = new MediaReplyDecoder.Item(MediaKind.AUDIO, 0, mimeType);
        long characters = characters(order);
        return new MediaReplyDecoder(limits, item, other, (_, _) -> new Finished(spoken(characters), Map.of()));
    }

    /** What was read aloud is the only measure of a reply that is nothing but sound. */
    private static Usage spoken(long characters) {
        return Usage.newBuilder()
                .setUnits(Map.of("characters", characters))
                .setEstimated(true)
                .build();
    }

    private static long characters(AttemptOrder order) {
        var parts = order.getRequest().getInput() instanceof TaskInput task ? task.getParts() : List.<Part>of();
        return parts.stream()
                .map(Part::getContent)
                .filter(TextPart.class::isInstance)
                .map(content -> ((TextPart) content).getText())
                .findFirst()
                .map(text -> (long) text.codePointCount(0, text.length()))
                .orElse(0L);
    }

    private static String mimeType(String format) {
        return switch (format) {
            case "", "mp3" -> "audio/mpeg";
            case "opus" -> "audio/ogg";
            default -> "audio/" + format;
        };
    }

    private ReplyDecoder transcription(AttemptOrder order) {
        boolean asked = TEXT_FORMATS.contains(parameter(order, "response_format"));
        var provider = order.getProvider();
        return new ChosenDecoder((status, arrived) -> status < 300 && isPlain(arrived, asked)
                ? new WholeReplyDecoder(limits, TaskCodec::plain)
                : json(whole -> new TranscriptionReader(whole, limits.maxVendorBytes(), provider)));
    }

    private static boolean isPlain(VendorHeaders headers, boolean asked) {
        var type = headers.get("content-type").orElse("").toLowerCase(Locale.ROOT);
        boolean structured = type.contains("json") || type.contains("event-stream");
        return !structured && (asked || type.startsWith("text/"));
    }

    private static Read plain(Reply reply) {
        if (reply.headers().endsWithConnection()) {
            return Read.failed(new Truncated("the body has no length of its own: whether it is whole cannot be told"));
        }
        return reply.text().isEmpty()
                ? Read.failed(new Truncated("the body is empty"))
                : new Read.Done(TranscriptionReader.plain(reply.text()), new Finished(null, Map.of()), null);
    }
}

package dev.millrace.worker.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Operation;
import dev.millrace.worker.provider.AllowedHosts;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a vendor departs from the family's way in operations that are not chats; read from the catalogue's {@code quirks}.
 *
 * <p>{@code <operation>} is one of {@code embedding}, {@code image}, {@code image-edit}, {@code speech}, {@code transcription}, {@code translation},
 * {@code video}, {@code rerank}, {@code moderation}, {@code completion}.
 *
 * <table>
 * <caption>Names and values</caption>
 * <tr><td>{@code <operation>-path}</td><td>default OpenAI's; may carry a query and {@code {model}}</td></tr>
 * <tr><td>{@code <operation>-members}</td><td>{@code name=other, name=-, name=, ...}: members of OpenAI's body that this vendor calls by another
 *     name (a dot makes an object), does not need and is not sent, or has no word for: a request that sets one is refused</td></tr>
 * <tr><td>{@code <operation>-defaults}</td><td>JSON object of members that are sent unless the request sets them</td></tr>
 * <tr><td>{@code embedding-packing}</td><td>what base64 holds unless the request says otherwise: {@code float} (default) or {@code int8}</td></tr>
 * <tr><td>{@code embedding-media-path}</td><td>where inputs go that are not text, each a list of typed parts; default none: texts only</td></tr>
 * <tr><td>{@code image-edit-body}</td><td>{@code form} (default): images given by value are files of a form; {@code json}: all images are
 *     addresses in JSON; {@code typed-json}: the same, each with a type</td></tr>
 * <tr><td>{@code video-body}</td><td>{@code openai} (default) or {@code image}: how a first image is given</td></tr>
 * <tr><td>{@code video-poll-path}</td><td>below which a job is asked for; default {@code /videos}</td></tr>
 * <tr><td>{@code video-poll-millis}</td><td>how often; default 5000</td></tr>
 * <tr><td>{@code transcription-url-member}</td><td>where the address of a recording goes; default none: it must be given by value</td></tr>
 * <tr><td>{@code download-hosts}</td><td>hosts beside its own from which what it made may be fetched</td></tr>
 * </table>
 */
final class TaskQuirks {
    private static final Map<Operation, String> PATHS = Map.of(
            Operation.EMBEDDING, "/embeddings",
            Operation.IMAGE, "/images/generations",
            Operation.IMAGE_EDIT, "/images/edits",
            Operation.SPEECH, "/audio/speech",
            Operation.TRANSCRIPTION, "/audio/transcriptions",
            Operation.TRANSLATION, "/audio/translations",
            Operation.VIDEO, "/videos",
            Operation.RERANK, "/rerank",
            Operation.MODERATION, "/moderations",
            Operation.COMPLETION, "/completions");
    private static final Set<String> SCALARS = Set.of(
            "embedding-packing",
            "embedding-media-path",
            "image-edit-body",
            "video-body",
            "video-poll-path",
            "video-poll-millis",
            "transcription-url-member",
            AllowedHosts.QUIRK);

    /** The dialect as OpenAI speaks it. */
    static final TaskQuirks NONE = of("openai", Map.of());

    private final Map<Operation, OperationQuirks> operations = new EnumMap<>(Operation.class);
    private final Map<String, String> scalars;
    private final long videoPollMillis;

    /**
     * One operation's.
     *
     * @param members the vendor's name of a member; {@value #NEEDLESS}: not sent; empty: cannot be said
     */
    record OperationQuirks(String path, Map<String, String> members, ObjectNode defaults) {
        static final String NEEDLESS = "-";

        OperationQuirks {
            members = Map.copyOf(members);
        }

        /** Whether the vendor has no word for it. */
        boolean cannotSay(String member) {
            return members.getOrDefault(member, member).isEmpty();
        }

        /** The vendor's name of a member; null when it is not sent. */
        @Nullable
        String name(String member) {
            var name = members.getOrDefault(member, member);
            return name.isEmpty() || name.equals(NEEDLESS) ? null : name;
        }

        @Override
        public ObjectNode defaults() {
            return defaults.deepCopy();
        }
    }

    private TaskQuirks(Map<String, String> scalars, long videoPollMillis) {
        this.scalars = Map.copyOf(scalars);
        this.videoPollMillis = videoPollMillis;
    }

    /** Names that may stand in a provider's quirks. */
    static Set<String> known() {
        var known = new HashSet<>(SCALARS);
        for (var operation : PATHS.keySet()) {
            var word = word(operation);
            known.add(word + "-path");
            known.add(word + "-members");
            known.add(word + "-defaults");
        }
        return known;
    }

    /**
     * The quirks of a provider; names that are not known are others' business.
     *
     * @throws IllegalArgumentException naming the provider and the quirk whose value is not understood
     */
    static TaskQuirks of(String provider, Map<String, String> quirks) {
        var poll = quirks.getOrDefault("video-poll-millis", "5000");
        if (!poll.matches("[1-9]\\d{0,6}")) {
            throw new IllegalArgumentException("providers." + provider
                    + ".quirks.video-poll-millis: must be a number of milliseconds, got '" + poll + "'");
        }
        var read = new TaskQuirks(quirks, Long.parseLong(poll));
        oneOf(provider, quirks, "embedding-packing", "float", "int8");
        oneOf(provider, quirks, "image-edit-body", "form", "json", "typed-json");
        oneOf(provider, quirks, "video-body", "openai", "image");
        PATHS.forEach((operation, path) -> {
            var word = word(operation);
            var prefix = "providers." + provider + ".quirks." + word;
            read.operations.put(
                    operation,
                    new OperationQuirks(
                            quirks.getOrDefault(word + "-path", path),
                            members(prefix + "-members", quirks.getOrDefault(word + "-members", "")),
                            object(prefix + "-defaults", quirks.getOrDefault(word + "-defaults", "{}"))));
        });
        return read;
    }

    private static String word(Operation operation) {
        return operation.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void oneOf(String provider, Map<String, String> quirks, String name, String... allowed) {
        var value = quirks.getOrDefault(name, allowed[0]);
        if (!Set.of(allowed).contains(value)) {
            throw new IllegalArgumentException("providers." + provider + ".quirks." + name + ": must be one of "
                    + String.join(", ", allowed) + ", got '" + value + "'");
        }
    }

    private static Map<String, String> members(String name, String list) {
        var members = new LinkedHashMap<String, String>();
        for (var entry : list.split(",", -1)) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                members.put(
                        entry.substring(0, equals).strip(),
                        entry.substring(equals + 1).strip());
            } else if (!entry.isBlank()) {
                throw new IllegalArgumentException(
                        name + ": must be a list of name=other, got '" + entry.strip() + "'");
            }
        }
        return members;
    }

    private static ObjectNode object(String name, String json) {
        try {
            JsonNode node = JsonMapper.builder().build().readTree(json);
            if (node instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(name + ": must be a JSON object", e);
        }
        throw new IllegalArgumentException(name + ": must be a JSON object");
    }

    /** Whether the family has the operation at all. */
    static boolean isTask(Operation operation) {
        return PATHS.containsKey(operation);
    }

    OperationQuirks operation(Operation operation) {
        return operations.getOrDefault(
                operation, new OperationQuirks("/", Map.of(), JsonNodeFactory.instance.objectNode()));
    }

    boolean packsBytes() {
        return scalars.getOrDefault("embedding-packing", "float").equals("int8");
    }

    /** Empty: the vendor embeds texts only. */
    String embeddingMediaPath() {
        return scalars.getOrDefault("embedding-media-path", "");
    }

    boolean editsByForm() {
        return scalars.getOrDefault("image-edit-body", "form").equals("form");
    }

    boolean typesImages() {
        return scalars.getOrDefault("image-edit-body", "form").equals("typed-json");
    }

    boolean videoByImage() {
        return scalars.getOrDefault("video-body", "openai").equals("image");
    }

    /** Below which a video job is asked for. */
    String videoPollPath() {
        return scalars.getOrDefault("video-poll-path", PATHS.getOrDefault(Operation.VIDEO, ""));
    }

    long videoPollMillis() {
        return videoPollMillis;
    }

    /** Empty: a recording must be given by value. */
    String transcriptionUrlMember() {
        return scalars.getOrDefault("transcription-url-member", "");
    }

    AllowedHosts allowedHosts() {
        return AllowedHosts.of(scalars.getOrDefault(AllowedHosts.QUIRK, ""));
    }
}

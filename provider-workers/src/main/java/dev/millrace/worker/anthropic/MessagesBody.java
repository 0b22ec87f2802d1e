package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.dialect.Marks;
import dev.millrace.worker.anthropic.MessagesOptions.OutputMember;
import dev.millrace.worker.provider.RenderProblems;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Writes the body of a Messages request. One instance per request; what cannot be said is in the problems given.
 *
 * <p>What a client of this dialect sent as header {@code anthropic-beta} and as {@code metadata.user_id} is metadata of the job; it is sent
 * on in header or body, as the host wants.
 */
public final class MessagesBody {
    /** Members of ours, and those written elsewhere. */
    private static final Set<String> KEPT_BACK = Set.of(
            "model",
            "messages",
            "system",
            "stream",
            "local",
            "millrace",
            "stream_options",
            "betas",
            "anthropic_beta",
            "anthropic_version");

    /** Members that any dialect may bring along. */
    private static final Set<String> OURS = Set.of(
            "thinking",
            "cache_control",
            "mcp_servers",
            "container",
            "context_management",
            "inference_geo",
            "speed",
            "output_config.effort");

    /** What another dialect asks of its own vendor, and what Millrace does by itself or what is no different here. */
    private static final Map<String, Set<String>> MEANINGLESS =
            Map.of("store", Set.of("false"), "metadata", Set.of(), "truncation", Set.of("\"disabled\""));

    private final MessagesOptions options;
    private final RenderProblems problems;
    private final Set<String> betas = new LinkedHashSet<>();

    public MessagesBody(MessagesOptions options, RenderProblems problems) {
        this.options = options;
        this.problems = problems;
    }

    /** Beta features that the request needs or asks for, to be named in the header {@code anthropic-beta}. */
    public Set<String> betas() {
        return Set.copyOf(betas);
    }

    /** The body. */
    public ObjectNode write(AttemptOrder order, ChatInput chat) {
        var hosting = options.hosting();
        var members = new Members(problems, order.getRequest().getDialect());
        var body = JsonNodeFactory.instance.objectNode();
        if (hosting.modelInBody()) {
            body.put("model", order.getVendorModel());
        }
        var blocks = new BlockWriter(members);
        new ConversationWriter(members, blocks).write(chat.getMessages(), body);
        new ToolWriter(members).write(chat, body);
        new OutputWriter(options, members).write(chat, order.getVendorModel(), body);
        if (hosting.streamInBody() && order.getRequest().getDelivery().getStream()) {
            body.put("stream", true);
        }
        extensions(members, chat.getExtensions(), body);
        if (members.sameDialect()) {
            clientSaid(order.getRequest().getMetadata(), body);
        }
        betas(chat.getExtensions(), blocks.fileIds(), body);
        if (hosting.version() != null) {
            body.put("anthropic_version", hosting.version());
        }
        return body;
    }

    private void extensions(Members members, Map<String, String> extensions, ObjectNode body) {
        for (var member : extensions.entrySet()) {
            var name = member.getKey();
            if (KEPT_BACK.contains(name) || Marks.isMark(name)) {
                continue;
            }
            if (name.startsWith("output_config.")) {
                OutputWriter.config(body);
            }
            if (members.open() || OURS.contains(name)) {
                problems.merge(body, Map.of(name, member.getValue()), KEPT_BACK, "extensions");
            } else {
                translate(members, name, member.getValue(), body);
            }
        }
    }

    private void translate(Members members, String name, String json, ObjectNode body) {
        var value = problems.parse(name, json);
        if (value == null) {
            return;
        }
        switch (name) {
            case "user" -> body.withObjectProperty("metadata").set("user_id", value);
            case "safety_identifier" -> {
                var metadata = body.withObjectProperty("metadata");
                if (!metadata.has("user_id")) {
                    metadata.set("user_id", value);
                }
            }
            case "service_tier" -> serviceTier(members, value, body);
            default -> {
                var harmless = MEANINGLESS.get(name);
                if (harmless == null || (!harmless.isEmpty() && !harmless.contains(json))) {
                    members.refuse(name);
                }
            }
        }
    }

    private static void serviceTier(Members members, JsonNode tier, ObjectNode body) {
        switch (tier.asText()) {
            case "auto" -> body.put("service_tier", "auto");
            case "default", "standard", "standard_only" -> body.put("service_tier", "standard_only");
            default -> members.refuse("service_tier");
        }
    }

    private void clientSaid(Map<String, String> metadata, ObjectNode body) {
        var user = metadata.get("user_id");
        if (user != null) {
            body.withObjectProperty("metadata").put("user_id", user);
        }
        for (var beta : metadata.getOrDefault("anthropic-beta", "").split(",", -1)) {
            if (!beta.isBlank()) {
                betas.add(beta.strip());
            }
        }
    }

    private void betas(Map<String, String> extensions, boolean fileIds, ObjectNode body) {
        var asked = extensions.get("anthropic_beta");
        var array = asked == null ? null : problems.parse("anthropic_beta", asked);
        if (array != null) {
            array.forEach(beta -> betas.add(beta.asText()));
        }
        if (fileIds) {
            betas.add("files-api-2025-04-14");
        }
        if (options.outputFormat() == OutputMember.OUTPUT_FORMAT && body.has("output_format")) {
            betas.add("structured-outputs-2025-11-13");
        }
        if (options.hosting().betasInBody() && !betas.isEmpty()) {
            betas.forEach(body.putArray("anthropic_beta")::add);
        }
    }
}

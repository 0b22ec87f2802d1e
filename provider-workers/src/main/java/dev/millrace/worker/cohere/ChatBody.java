package dev.millrace.worker.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.Reasoning;
import dev.millrace.avro.Sampling;
import dev.millrace.avro.Tool;
import dev.millrace.dialect.Marks;
import dev.millrace.worker.provider.RenderProblems;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the body of a chat request of version 2. One instance per request.
 *
 * @see <a href="https://docs.cohere.com/v2/reference/chat">Cohere, chat</a>
 */
final class ChatBody {
    private static final Set<String> KEPT_BACK =
            Set.of("model", "messages", "stream", "n", "local", "millrace", "stream_options");

    private static final Set<String> OURS = Set.of(
            "safety_mode", "citation_options", "documents", "strict_tools", "priority", "thinking", "raw_prompting");

    private final Members members;

    ChatBody(RenderProblems problems, String dialect) {
        this.members = new Members(problems, dialect);
    }

    ObjectNode write(AttemptOrder order, ChatInput chat) {
        var body = JsonNodeFactory.instance.objectNode().put("model", order.getVendorModel());
        new ConversationWriter(members).write(chat.getMessages(), body.putArray("messages"));
        body.put("stream", order.getRequest().getDelivery().getStream());
        tools(chat, body);
        if (chat.getSampling() != null) {
            sampling(chat.getSampling(), body);
        }
        if (chat.getReasoning() != null) {
            thinking(chat.getReasoning(), body);
        }
        if (chat.getOutputFormat() != null) {
            format(chat.getOutputFormat(), body);
        }
        for (var modality : chat.getModalities()) {
            if (!modality.equals("text")) {
                members.refuse("modalities", "Cohere cannot be asked for '" + modality + "'");
            }
        }
        chat.getExtensions().forEach((name, json) -> extension(name, json, body));
        return body;
    }

    private void tools(ChatInput chat, ObjectNode body) {
        for (int i = 0; i < chat.getTools().size(); i++) {
            tool(chat.getTools().get(i), "tools[" + i + "]", body);
        }
        if (Boolean.FALSE.equals(chat.getParallelToolCalls())
                && !chat.getTools().isEmpty()) {
            members.refuse("parallelToolCalls", "Cohere cannot forbid parallel tool calls");
        }
        if (chat.getToolChoice() != null) {
            switch (chat.getToolChoice().getMode()) {
                case AUTO -> {}
                case NONE -> body.put("tool_choice", "NONE");
                case REQUIRED -> body.put("tool_choice", "REQUIRED");
                case NAMED -> members.refuse("toolChoice", "Cohere can demand a tool, but not a certain one");
            }
        }
    }

    private void tool(Tool tool, String param, ObjectNode body) {
        if (!tool.getType().equals("function")) {
            members.refuse(param + ".type", "a '" + tool.getType() + "' tool has no counterpart at Cohere");
            return;
        }
        var node = body.withArrayProperty("tools").addObject().put("type", "function");
        var function = node.putObject("function").put("name", tool.getName());
        if (tool.getDescription() != null) {
            function.put("description", tool.getDescription());
        }
        var schema = tool.getParameters() == null ? "{\"type\":\"object\"}" : tool.getParameters();
        JsonNode parameters = members.problems().parse(param + ".parameters", schema);
        function.set("parameters", parameters);
        if (Boolean.TRUE.equals(tool.getStrict())) {
            body.put("strict_tools", true);
        }
        members.merge(node, tool.getExtensions(), Set.of("cache_control"), Set.of(), param + ".extensions");
    }

    private void sampling(Sampling sampling, ObjectNode body) {
        put(body, "max_tokens", sampling.getMaxOutputTokens());
        put(body, "temperature", sampling.getTemperature());
        put(body, "p", sampling.getTopP());
        put(body, "k", sampling.getTopK());
        put(body, "seed", sampling.getSeed());
        put(body, "frequency_penalty", sampling.getFrequencyPenalty());
        put(body, "presence_penalty", sampling.getPresencePenalty());
        put(body, "logprobs", sampling.getLogprobs());
        if (!sampling.getStop().isEmpty()) {
            sampling.getStop().forEach(body.putArray("stop_sequences")::add);
        }
        refuse("minP", sampling.getMinP());
        refuse("choices", Integer.valueOf(1).equals(sampling.getChoices()) ? null : sampling.getChoices());
        refuse("topLogprobs", sampling.getTopLogprobs());
        refuse("logitBias", sampling.getLogitBias().isEmpty() ? null : true);
    }

    private void refuse(String name, @Nullable Object value) {
        if (value != null) {
            members.refuse("sampling." + name, "Cohere has no word for it");
        }
    }

    private static void put(ObjectNode body, String member, @Nullable Object value) {
        if (value != null) {
            body.putPOJO(member, value);
        }
    }

    private void thinking(Reasoning reasoning, ObjectNode body) {
        var summary = reasoning.getSummary();
        if (summary != null && !summary.equals("auto")) {
            members.refuse("reasoning.summary", "Cohere has no word for it");
        }
        var effort = reasoning.getEffort();
        if (effort == null && reasoning.getBudgetTokens() == null) {
            return;
        }
        var thinking = body.putObject("thinking");
        thinking.put("type", "none".equals(effort) ? "disabled" : "enabled");
        if (reasoning.getBudgetTokens() != null) {
            thinking.put("token_budget", reasoning.getBudgetTokens());
        }
        members.merge(thinking, reasoning.getExtensions(), Set.of(), Set.of(), "reasoning.extensions");
    }

    private void format(OutputFormat format, ObjectNode body) {
        switch (format.getKind()) {
            case TEXT -> {}
            case JSON_OBJECT -> body.putObject("response_format").put("type", "json_object");
            case JSON_SCHEMA -> {
                var node = body.putObject("response_format").put("type", "json_object");
                var schema = format.getSchema$() == null ? "{}" : format.getSchema$();
                node.set("json_schema", members.problems().parse("outputFormat.schema", schema));
            }
            case OTHER -> members.refuse("outputFormat", "is of a kind that Cohere does not know");
        }
    }

    private void extension(String name, String json, ObjectNode body) {
        if (KEPT_BACK.contains(name) || Marks.isMark(name)) {
            return;
        }
        if (members.open() || OURS.contains(name)) {
            members.problems().merge(body, Map.of(name, json), KEPT_BACK, "extensions");
            return;
        }
        switch (name) {
            case "metadata", "user", "safety_identifier" -> {}
            case "store" -> refuseUnless(json.equals("false"), name);
            case "truncation" -> refuseUnless(json.equals("\"disabled\""), name);
            case "service_tier" -> refuseUnless(json.equals("\"auto\"") || json.equals("\"default\""), name);
            default -> members.refuse(name);
        }
    }

    private void refuseUnless(boolean harmless, String name) {
        if (!harmless) {
            members.refuse(name);
        }
    }
}

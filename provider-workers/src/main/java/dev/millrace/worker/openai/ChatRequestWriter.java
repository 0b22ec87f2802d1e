package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.Reasoning;
import dev.millrace.avro.Sampling;
import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolChoice;
import dev.millrace.avro.ToolChoiceMode;
import dev.millrace.dialect.Marks;
import dev.millrace.worker.provider.RenderProblems;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the body of a chat-completions request. One instance per request. */
final class ChatRequestWriter {
    /** Members of ours that no vendor must see or set. */
    private static final Set<String> KEPT_BACK =
            Set.of("model", "messages", "stream", "n", "local", "millrace", "stream_options");

    private static final Set<String> OPEN_DIALECTS = Set.of(ChoiceReader.DIALECT, "native", "topic");

    private static final Set<String> TOOL_MEMBERS = Set.of("type", "function", "custom");

    private final OpenAiQuirks quirks;
    private final RenderProblems problems;
    private final Set<String> keptBack;

    /** A writer that sends the members named in {@code passOn} although they are ours. */
    ChatRequestWriter(OpenAiQuirks quirks, RenderProblems problems, Set<String> passOn) {
        this.quirks = quirks;
        this.problems = problems;
        this.keptBack = new HashSet<>(KEPT_BACK);
        this.keptBack.removeAll(passOn);
    }

    ObjectNode write(AttemptOrder order, ChatInput chat) {
        var body = JsonNodeFactory.instance.objectNode();
        body.put("model", order.getVendorModel());
        new MessageWriter(quirks, problems).write(chat.getMessages(), body.putArray("messages"));
        boolean ofMessages = order.getRequest().getDialect().equals(MessagesClients.DIALECT);
        tools(body, chat, ofMessages);
        if (chat.getOutputFormat() != null) {
            outputFormat(body, chat.getOutputFormat());
        }
        if (chat.getSampling() != null) {
            sampling(body, chat.getSampling());
        }
        if (chat.getReasoning() != null) {
            reasoning(body, chat.getReasoning(), ofMessages);
        }
        if (!chat.getModalities().isEmpty()) {
            chat.getModalities().forEach(body.putArray("modalities")::add);
        }
        stream(body, order.getRequest(), chat);
        extensions(body, order.getRequest().getDialect(), chat);
        return body;
    }

    /** What this dialect, or no dialect, brought along goes on to the vendor; another dialect's members have no meaning here. */
    private void extensions(ObjectNode body, String dialect, ChatInput chat) {
        if (OPEN_DIALECTS.contains(dialect)) {
            problems.merge(body, chat.getExtensions(), keptBack, "extensions");
            return;
        }
        boolean ofMessages = dialect.equals(MessagesClients.DIALECT);
        chat.getExtensions().forEach((name, json) -> {
            if (KEPT_BACK.contains(name)) {
                ours(body, name, json);
            } else if (!Marks.isMark(name) && !(ofMessages && MessagesClients.write(body, name, json))) {
                problems.add(
                        name, name + ": this provider's dialect has no counterpart for a member of dialect " + dialect);
            }
        });
    }

    /** A member of Millrace's own goes to providers of ours, and is nothing to others. */
    private void ours(ObjectNode body, String name, String json) {
        var value = keptBack.contains(name) ? null : problems.parse(name, json);
        if (value != null) {
            body.set(name, value);
        }
    }

    private void stream(ObjectNode body, InferenceRequest request, ChatInput chat) {
        if (!request.getDelivery().getStream()) {
            return;
        }
        body.put("stream", true);
        if (quirks.usageByOption()) {
            var options = body.putObject("stream_options").put("include_usage", true);
            var asked = chat.getExtensions().get("stream_options");
            if (asked != null && problems.parse("stream_options", asked) instanceof ObjectNode object) {
                options.setAll(object);
                options.put("include_usage", true);
            }
        }
    }

    private void tools(ObjectNode body, ChatInput chat, boolean ofMessages) {
        if (!chat.getTools().isEmpty()) {
            var array = body.putArray("tools");
            for (int i = 0; i < chat.getTools().size(); i++) {
                var tool = chat.getTools().get(i);
                if (ofMessages && !tool.getType().equals("function")) {
                    problems.add(
                            "tools[" + i + "]",
                            "tools[" + i + "]: this provider has no tool of type '" + tool.getType() + "'");
                }
                array.add(tool(tool, "tools[" + i + "]"));
            }
        }
        if (chat.getToolChoice() != null) {
            toolChoice(body, chat.getToolChoice());
        }
        put(body, "parallel_tool_calls", chat.getParallelToolCalls());
    }

    private ObjectNode tool(Tool tool, String param) {
        var node = JsonNodeFactory.instance.objectNode().put("type", tool.getType());
        if (tool.getType().equals("function") || tool.getType().equals("custom")) {
            var body = node.putObject(tool.getType()).put("name", tool.getName());
            put(body, "description", tool.getDescription());
            json(body, "parameters", tool.getParameters(), param);
            put(body, "strict", tool.getStrict());
        }
        problems.merge(node, tool.getExtensions(), TOOL_MEMBERS, param + ".extensions");
        return node;
    }

    private void toolChoice(ObjectNode body, ToolChoice choice) {
        var names = choice.getExtensions().get("allowedFunctionNames");
        if (names != null) {
            allowedTools(body, choice, names);
            return;
        }
        // Gemini's VALIDATED is AUTO with calls that keep to their schema, which this dialect says of each function.
        if (!choice.getExtensions().isEmpty() && !choice.getExtensions().containsKey("mode")) {
            problems.merge(body.putObject("tool_choice"), choice.getExtensions(), Set.of(), "toolChoice.extensions");
            return;
        }
        switch (choice.getMode()) {
            case AUTO -> body.put("tool_choice", "auto");
            case NONE -> body.put("tool_choice", "none");
            case REQUIRED -> body.put("tool_choice", "required");
            case NAMED -> {
                var node = body.putObject("tool_choice").put("type", "function");
                node.putObject("function").put("name", choice.getName());
            }
        }
    }

    /** Gemini's choice among some of the functions. */
    private void allowedTools(ObjectNode body, ToolChoice choice, String names) {
        var allowed = body.putObject("tool_choice").put("type", "allowed_tools").putObject("allowed_tools");
        allowed.put("mode", choice.getMode() == ToolChoiceMode.AUTO ? "auto" : "required");
        var tools = allowed.putArray("tools");
        var list = problems.parse("toolChoice", names);
        for (var name : list == null ? List.<JsonNode>of() : list) {
            tools.addObject().put("type", "function").putObject("function").put("name", name.asText());
        }
    }

    private void outputFormat(ObjectNode body, OutputFormat format) {
        var node = body.putObject("response_format");
        switch (format.getKind()) {
            case TEXT -> node.put("type", "text");
            case JSON_OBJECT -> node.put("type", "json_object");
            case JSON_SCHEMA -> {
                node.put("type", "json_schema");
                var schema = node.putObject("json_schema");
                put(schema, "name", format.getName() == null ? "response" : format.getName());
                put(schema, "description", format.getDescription());
                json(schema, "schema", format.getSchema$(), "outputFormat");
                put(schema, "strict", format.getStrict());
            }
            case OTHER -> {}
        }
        problems.merge(node, format.getExtensions(), Set.of(), "outputFormat.extensions");
    }

    private void sampling(ObjectNode body, Sampling sampling) {
        put(body, "temperature", sampling.getTemperature());
        put(body, "top_p", sampling.getTopP());
        put(body, "top_k", sampling.getTopK());
        put(body, "min_p", sampling.getMinP());
        put(body, quirks.maxTokensMember(), sampling.getMaxOutputTokens());
        put(body, "seed", sampling.getSeed());
        put(body, "n", sampling.getChoices());
        put(body, "presence_penalty", sampling.getPresencePenalty());
        put(body, "frequency_penalty", sampling.getFrequencyPenalty());
        put(body, "logprobs", sampling.getLogprobs());
        put(body, "top_logprobs", sampling.getTopLogprobs());
        if (!sampling.getStop().isEmpty()) {
            sampling.getStop().forEach(body.putArray("stop")::add);
        }
        if (!sampling.getLogitBias().isEmpty()) {
            sampling.getLogitBias().forEach(body.putObject("logit_bias")::put);
        }
    }

    private void reasoning(ObjectNode body, Reasoning reasoning, boolean ofMessages) {
        if (ofMessages && !quirks.reasoningByObject()) {
            put(body, "reasoning_effort", MessagesClients.effort(reasoning));
            return;
        }
        // a summary asks to see the thinking, which these vendors show, or do not, unasked
        boolean plain =
                reasoning.getBudgetTokens() == null && reasoning.getExtensions().isEmpty();
        if (plain && !quirks.reasoningByObject()) {
            put(body, "reasoning_effort", reasoning.getEffort());
            return;
        }
        if (!quirks.reasoningByObject() && reasoning.getExtensions().isEmpty()) {
            problems.add("reasoning", "reasoning: this provider takes an effort, no token budget");
            return;
        }
        var node = body.putObject("reasoning");
        put(node, "effort", reasoning.getEffort());
        put(node, "max_tokens", reasoning.getBudgetTokens());
        put(node, "summary", reasoning.getSummary());
        problems.merge(node, reasoning.getExtensions(), Set.of(), "reasoning.extensions");
    }

    private void json(ObjectNode into, String member, @Nullable String json, String param) {
        if (json != null) {
            var value = problems.parse(param + "." + member, json);
            if (value != null) {
                into.set(member, value);
            }
        }
    }

    private static void put(ObjectNode into, String member, @Nullable Object value) {
        if (value != null) {
            into.putPOJO(member, value);
        }
    }
}

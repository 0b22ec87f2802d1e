package dev.millrace.egress.jobs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ProgressDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.TokenLogprob;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.avro.VectorDelta;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The native JSON of a delta: {@code choice}, {@code type}, the members of that type under the names of the Avro schema in snake case
 * (absent ones left out), and {@code extensions}. Pure.
 */
final class DeltaJson {
    private DeltaJson() {}

    static ObjectNode of(Delta delta) {
        var node = JsonNodeFactory.instance.objectNode().put("choice", delta.getIndex());
        switch (delta.getContent()) {
            case TextDelta text -> {
                node.put("type", "text").put("text", text.getText());
                logprobs(node, text.getLogprobs());
            }
            case RefusalDelta refusal -> {
                node.put("type", "refusal").put("text", refusal.getText());
                logprobs(node, refusal.getLogprobs());
            }
            case ReasoningDelta reasoning -> reasoning(node, reasoning);
            case ToolCallDelta call -> call(node, call);
            case MediaDelta media -> media(node.put("type", "media"), media);
            case VectorDelta vector -> {
                var values = node.put("type", "vector").putArray("values");
                vector.getValues().forEach(values::add);
            }
            case ItemDelta item ->
                node.put("type", "item")
                        .put("dialect", item.getDialect())
                        .put("item_type", item.getType())
                        .set("value", RawJson.parsed(item.getJson()));
            case ProgressDelta progress -> progress(node, progress);
            case FinishDelta finish -> {
                node.put("type", "finish")
                        .put("reason", finish.getReason().name().toLowerCase(Locale.ROOT));
                put(node, "vendor_reason", finish.getVendorReason());
            }
            default -> node.put("type", "unknown"); // of a newer writer
        }
        RawJson.putExtensions(node, delta.getExtensions());
        return node;
    }

    private static void reasoning(ObjectNode node, ReasoningDelta reasoning) {
        node.put("type", "reasoning").put("text", reasoning.getText());
        put(node, "id", reasoning.getId());
        put(node, "signature", reasoning.getSignature());
        put(node, "encrypted", reasoning.getEncrypted());
        if (reasoning.getSummary()) {
            node.put("summary", true);
        }
    }

    private static void call(ObjectNode node, ToolCallDelta call) {
        node.put("type", "tool_call").put("index", call.getIndex());
        put(node, "id", call.getId());
        put(node, "name", call.getName());
        put(node, "call_type", call.getType());
        node.put("arguments", call.getArguments());
        put(node, "signature", call.getSignature());
    }

    static void media(ObjectNode node, MediaDelta media) {
        node.put("kind", media.getKind().name().toLowerCase(Locale.ROOT));
        put(node, "mime_type", media.getMimeType().isEmpty() ? null : media.getMimeType());
        if (media.getData() != null) {
            node.put("data", RawJson.base64(media.getData()));
        }
        put(node, "url", media.getUrl());
        put(node, "transcript", media.getTranscript());
        if (media.getLast()) {
            node.put("last", true);
        }
    }

    private static void progress(ObjectNode node, ProgressDelta progress) {
        node.put("type", "progress").put("state", progress.getState());
        if (progress.getPercent() >= 0) {
            node.put("percent", progress.getPercent());
        }
    }

    private static void logprobs(ObjectNode node, List<TokenLogprob> logprobs) {
        if (!logprobs.isEmpty()) {
            var array = node.putArray("logprobs");
            logprobs.forEach(token -> array.add(logprob(token)));
        }
    }

    private static ObjectNode logprob(TokenLogprob token) {
        var node = JsonNodeFactory.instance
                .objectNode()
                .put("token", token.getToken())
                .put("logprob", token.getLogprob());
        if (token.getBytes() != null) {
            node.put("bytes", RawJson.base64(token.getBytes()));
        }
        if (!token.getTop().isEmpty()) {
            var top = node.putArray("top");
            token.getTop().forEach(alternative -> top.add(logprob(alternative)));
        }
        return node;
    }

    private static void put(ObjectNode node, String name, @Nullable String text) {
        if (text != null) {
            node.put(name, text);
        }
    }
}

package dev.millrace.egress.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.delivery.Body;
import dev.millrace.egress.delivery.WholeFormat;
import dev.millrace.egress.reply.Reply;
import java.util.Set;

/**
 * Images as OpenAI lists them: {@code b64_json} where the vendor gave bytes, {@code url} where it gave an address. Bytes become a
 * {@code data:} address where an address was asked for.
 *
 * @param asUrl an address was asked for
 * @see <a href="https://platform.openai.com/docs/api-reference/images">Images</a>
 */
public record ImageList(boolean asUrl) implements WholeFormat {
    private static final Set<String> MEMBERS = Set.of("background", "output_format", "quality", "size");

    @Override
    public Body body(Reply reply, InferenceResult last, long createdAtMillis) {
        var body = TaskJson.object().put("created", createdAtMillis / 1000);
        var data = body.putArray("data");
        for (var choice : reply.choices()) {
            choice.media().forEach(media -> put(data.addObject(), media));
        }
        last.getTerminal().getVendor().forEach((name, json) -> {
            if (MEMBERS.contains(name)) {
                body.set(name, TaskJson.parsed(json));
            }
        });
        var usage = TaskJson.tokenUsage(TaskJson.usage(last));
        if (usage != null) {
            body.set("usage", usage);
        }
        return Body.json(body);
    }

    private void put(ObjectNode node, Reply.Media media) {
        var content = media.content();
        if (content.getUrl() != null) {
            node.put("url", content.getUrl());
        } else if (content.getData() != null && asUrl) {
            var type = content.getMimeType().isEmpty() ? "image/png" : content.getMimeType();
            node.put("url", "data:" + type + ";base64," + TaskJson.base64(content));
        } else if (content.getData() != null) {
            node.put("b64_json", TaskJson.base64(content));
        }
        TaskJson.putExtensions(node, media.extensions());
    }

    @Override
    public int maxBytes() {
        return 64 << 20;
    }
}

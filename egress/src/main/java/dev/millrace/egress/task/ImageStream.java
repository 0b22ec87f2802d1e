package dev.millrace.egress.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.MediaDelta;
import dev.millrace.egress.reply.Reply;
import dev.millrace.egress.reply.ReplyBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * Images as events: previews as they come, each image when it is whole.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/images-streaming">Image streaming</a>
 */
public final class ImageStream extends TaskStream {
    private static final int MAX_BYTES = 64 << 20;

    private final String prefix;
    private ReplyBuilder whole = new ReplyBuilder(MAX_BYTES);
    private final List<Delta> collected = new ArrayList<>();
    private long createdSeconds;

    /** @param prefix {@code image_generation} or {@code image_edit} */
    public ImageStream(String prefix, boolean acceptRestart) {
        super(acceptRestart);
        this.prefix = prefix;
    }

    @Override
    List<String> render(Delta delta) {
        if (!(delta.getContent() instanceof MediaDelta media)) {
            return List.of();
        }
        if (!TaskJson.isPreview(delta.getExtensions())) {
            collected.add(delta);
            return List.of();
        }
        var node = TaskJson.object().put("type", prefix + ".partial_image");
        if (media.getData() != null) {
            node.put("b64_json", TaskJson.base64(media));
        }
        TaskJson.putExtensions(node, delta.getExtensions());
        return List.of(frame(prefix + ".partial_image", node));
    }

    @Override
    List<String> done(InferenceResult last) {
        createdSeconds = last.getCreatedAtMillis() / 1000;
        whole.add(InferenceResult.newBuilder(last).setDeltas(collected).build(), false);
        var usage = TaskJson.tokenUsage(TaskJson.usage(last));
        var frames = new ArrayList<String>();
        for (var choice : whole.build().choices()) {
            for (var media : choice.media()) {
                var node = completed(media);
                if (usage != null) {
                    node.set("usage", usage);
                }
                frames.add(frame(prefix + ".completed", node));
            }
        }
        return frames;
    }

    private ObjectNode completed(Reply.Media media) {
        var node = TaskJson.object().put("type", prefix + ".completed").put("created_at", createdSeconds);
        var content = media.content();
        if (content.getUrl() != null) {
            node.put("url", content.getUrl());
        }
        if (content.getData() != null) {
            node.put("b64_json", TaskJson.base64(content));
        }
        TaskJson.putExtensions(node, media.extensions());
        return node;
    }

    @Override
    void restart() {
        whole = new ReplyBuilder(MAX_BYTES);
        collected.clear();
    }
}

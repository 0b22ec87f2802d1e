package dev.millrace.egress.task;

import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.MediaDelta;
import java.util.List;

/**
 * Speech as events, sound in base64.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/audio/speech-audio-delta-event">Speech events</a>
 */
public final class SpeechStream extends TaskStream {
    public SpeechStream(boolean acceptRestart) {
        super(acceptRestart);
    }

    @Override
    List<String> render(Delta delta) {
        if (!(delta.getContent() instanceof MediaDelta media)
                || media.getData() == null
                || !media.getData().hasRemaining()) {
            return List.of();
        }
        var node = TaskJson.object().put("type", "speech.audio.delta").put("audio", TaskJson.base64(media));
        return List.of(frame("speech.audio.delta", node));
    }

    @Override
    List<String> done(InferenceResult last) {
        var node = TaskJson.object().put("type", "speech.audio.done");
        var usage = TaskJson.tokenUsage(TaskJson.usage(last));
        if (usage != null) {
            node.set("usage", usage);
        }
        return List.of(frame("speech.audio.done", node));
    }

    @Override
    void restart() {}
}

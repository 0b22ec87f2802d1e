package dev.millrace.egress.task;

import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.TextDelta;
import java.util.List;

/**
 * A transcript as events.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/audio/transcript-text-delta-event">Transcription events</a>
 */
public final class TranscriptStream extends TaskStream {
    private final StringBuilder text = new StringBuilder();

    public TranscriptStream(boolean acceptRestart) {
        super(acceptRestart);
    }

    @Override
    List<String> render(Delta delta) {
        if (!(delta.getContent() instanceof TextDelta piece)) {
            return List.of();
        }
        text.append(piece.getText());
        var node = TaskJson.object().put("type", "transcript.text.delta").put("delta", piece.getText());
        return List.of(frame("transcript.text.delta", node));
    }

    @Override
    List<String> done(InferenceResult last) {
        var node = TaskJson.object().put("type", "transcript.text.done").put("text", text.toString());
        return List.of(frame("transcript.text.done", Transcript.withUsage(node, TaskJson.usage(last))));
    }

    @Override
    void restart() {
        text.setLength(0);
    }
}

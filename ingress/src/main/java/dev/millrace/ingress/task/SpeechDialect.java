package dev.millrace.ingress.task;

import dev.millrace.avro.Operation;
import dev.millrace.egress.delivery.AnswerFormats;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.egress.task.MediaBytes;
import dev.millrace.egress.task.SpeechStream;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.json.StrictJson;

/**
 * Speech: sound as it comes, or events with {@code stream_format: "sse"}.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/audio/createSpeech">Create speech</a>
 */
public final class SpeechDialect extends TaskDialect {
    private static final int MAX_WORD_CHARS = 64;

    public SpeechDialect(StrictJson json) {
        super(json);
    }

    @Override
    Call read(Task task) {
        task.text("input");
        var body = task.body();
        var streamFormat = body.value("stream_format");
        var form = streamFormat == null ? "audio" : streamFormat.string(MAX_WORD_CHARS);
        if (streamFormat != null && !form.equals("audio") && !form.equals("sse")) {
            throw streamFormat.invalid("must be 'audio' or 'sse'");
        }
        var format = body.peek("response_format");
        var type = mimeType(format == null ? "mp3" : format.string(MAX_WORD_CHARS));
        AnswerFormats formats = form.equals("sse")
                ? _ -> new SpeechStream(task.acceptRestart())
                : _ -> new MediaBytes(type, ErrorFormat.OPENAI);
        return task.call(Operation.SPEECH, new Answer.Awaited(true, false, formats));
    }

    private static String mimeType(String format) {
        return switch (format) {
            case "mp3" -> "audio/mpeg";
            case "opus" -> "audio/ogg";
            case "aac" -> "audio/aac";
            case "flac" -> "audio/flac";
            case "wav" -> "audio/wav";
            case "pcm" -> "audio/pcm";
            default -> "application/octet-stream";
        };
    }
}

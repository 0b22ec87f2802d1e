package dev.millrace.ingress.task;

import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Operation;
import dev.millrace.egress.delivery.AnswerFormats;
import dev.millrace.egress.task.Transcript;
import dev.millrace.egress.task.TranscriptStream;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.json.StrictJson;
import java.util.Map;

/**
 * Transcriptions and translations: the file {@code file} of a form; in JSON {@code file} is an address and {@code file_id} an upload.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/audio/createTranscription">Create transcription</a>
 */
public final class TranscriptionDialect extends TaskDialect {
    private static final int MAX_WORD_CHARS = 64;
    private static final int MAX_NAME_CHARS = 1024;

    private final Operation operation;

    private TranscriptionDialect(StrictJson json, Operation operation) {
        super(json);
        this.operation = operation;
    }

    public static TranscriptionDialect transcriptions(StrictJson json) {
        return new TranscriptionDialect(json, Operation.TRANSCRIPTION);
    }

    public static TranscriptionDialect translations(StrictJson json) {
        return new TranscriptionDialect(json, Operation.TRANSLATION);
    }

    @Override
    Call read(Task task) {
        task.add(recording(task), Map.of());
        boolean stream = task.stream();
        var asked = task.body().peek("response_format");
        var form = asked == null
                ? Transcript.Form.JSON
                : Transcript.Form.ofWord(asked.string(MAX_WORD_CHARS))
                        .orElseThrow(() ->
                                asked.invalid("must be one of json, text, srt, vtt, verbose_json, diarized_json"));
        var word = operation == Operation.TRANSLATION ? "translate" : "transcribe";
        AnswerFormats formats =
                stream ? _ -> new TranscriptStream(task.acceptRestart()) : _ -> new Transcript(form, word);
        return task.call(operation, new Answer.Awaited(stream, false, formats));
    }

    private static MediaPart recording(Task task) {
        var body = task.body();
        var file = task.upload("file");
        if (file.isPresent()) {
            return Media.of(file.get(), MediaKind.AUDIO);
        }
        var id = body.string("file_id", MAX_NAME_CHARS);
        if (id != null && !id.isEmpty()) {
            return MediaPart.newBuilder().setKind(MediaKind.AUDIO).setFileId(id).build();
        }
        var address = body.value("file");
        if (address == null) {
            throw Mistake.invalid("file", "Missing required parameter: 'file'.");
        }
        return Media.of(address, MediaKind.AUDIO);
    }
}

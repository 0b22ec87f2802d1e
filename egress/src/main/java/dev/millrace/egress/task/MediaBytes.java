package dev.millrace.egress.task;

import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.MediaDelta;
import dev.millrace.egress.delivery.BinaryFormat;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.egress.http.TerminalErrors;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.error.ErrorCode;
import io.vertx.core.buffer.Buffer;

/** The bytes of a job's first media item, as they come. */
public final class MediaBytes implements BinaryFormat {
    private final String defaultType;
    private final ErrorFormat errors;
    private String type = "";
    private boolean begun;
    private boolean whole;
    private boolean elsewhere;

    /** @param defaultType media type where the vendor does not tell */
    public MediaBytes(String defaultType, ErrorFormat errors) {
        this.defaultType = defaultType;
        this.errors = errors;
    }

    @Override
    public ErrorFormat errors() {
        return errors;
    }

    @Override
    public Piece next(JobEvent event) {
        return switch (event) {
            case JobEvent.Chunk(var _, var record, var restarted) ->
                restarted && begun ? restarted() : new Piece.Bytes(bytes(record, restarted), type());
            case JobEvent.Ended(var _, var record, var restarted) ->
                restarted && begun ? restarted() : end(record, restarted);
            case JobEvent.Lost(var code, var message) -> new Piece.Failed(code.detail(message));
            case JobEvent.Answered _ -> new Piece.Bytes(Buffer.buffer(), type());
        };
    }

    private static Piece restarted() {
        return new Piece.Failed(ErrorCode.STREAM_RESTARTED.detail(
                "another attempt has taken over and begins anew after a part was sent"));
    }

    private Piece end(InferenceResult record, boolean restarted) {
        var bytes = bytes(record, restarted);
        if (record.getTerminal().getStatus() != JobStatus.COMPLETED) {
            return new Piece.Failed(TerminalErrors.of(record.getTerminal()));
        }
        if (!begun) {
            return new Piece.Failed(ErrorCode.INTERNAL.detail(
                    elsewhere
                            ? "the vendor gave an address instead of bytes; read it at /v1/jobs/" + record.getJobId()
                            : "the answer holds no media"));
        }
        return new Piece.Last(bytes, type());
    }

    private Buffer bytes(InferenceResult record, boolean restarted) {
        if (restarted) {
            whole = false;
            elsewhere = false;
        }
        var bytes = Buffer.buffer();
        record.getDeltas().forEach(delta -> add(delta, bytes));
        begun |= bytes.length() > 0;
        return bytes;
    }

    private void add(Delta delta, Buffer bytes) {
        if (whole
                || delta.getIndex() != 0
                || !(delta.getContent() instanceof MediaDelta media)
                || TaskJson.isPreview(delta.getExtensions())) {
            return;
        }
        if (type.isEmpty()) {
            type = media.getMimeType();
        }
        if (media.getData() != null) {
            var data = new byte[media.getData().remaining()];
            media.getData().duplicate().get(data);
            bytes.appendBytes(data);
        }
        elsewhere |= media.getUrl() != null;
        whole = media.getLast();
    }

    private String type() {
        return type.isEmpty() ? defaultType : type;
    }
}

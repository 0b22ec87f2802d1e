package dev.millrace.egress.delivery;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.delivery.BinaryFormat.Piece;
import dev.millrace.egress.http.JobHeaders;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.egress.log.Subscription;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** An answer as bytes. The status goes out with the first of them. */
final class BinaryAnswer implements AnswerWriter {
    private final HttpServerResponse response;
    private final BinaryFormat format;
    private @Nullable InferenceResult latest;

    BinaryAnswer(HttpServerResponse response, BinaryFormat format) {
        this.response = response;
        this.format = format;
    }

    @Override
    public void begin() {}

    @Override
    public boolean write(JobEvent event, Subscription source) {
        switch (event) {
            case JobEvent.Chunk chunk -> latest = chunk.record();
            case JobEvent.Ended end -> latest = end.record();
            case JobEvent.Answered _, JobEvent.Lost _ -> {}
        }
        return switch (format.next(event)) {
            case Piece.Bytes(var data, var contentType) -> {
                send(data, contentType, source);
                yield false;
            }
            case Piece.Last(var data, var contentType) -> {
                end(data, contentType);
                yield true;
            }
            case Piece.Failed(var error) -> {
                fail(error);
                yield true;
            }
        };
    }

    private void send(Buffer data, String contentType, Subscription source) {
        if (data.length() == 0 || response.ended() || response.closed()) {
            return;
        }
        if (!response.headWritten()) {
            head(contentType);
            response.setChunked(true);
        }
        response.write(data);
        if (response.writeQueueFull()) {
            source.pause();
            response.drainHandler(_ -> source.resume());
        }
    }

    private void end(Buffer data, String contentType) {
        if (response.ended() || response.closed()) {
            return;
        }
        if (!response.headWritten()) {
            head(contentType);
        }
        response.end(data);
    }

    private void head(String contentType) {
        response.putHeader("Content-Type", contentType);
        if (latest != null) {
            JobHeaders.put(response, latest);
        }
    }

    @Override
    public void fail(ErrorDetail error) {
        if (response.headWritten()) {
            response.reset();
            return;
        }
        if (latest != null) {
            JobHeaders.put(response, latest);
        }
        format.errors().send(response, error);
    }

    @Override
    public void stop() {}
}

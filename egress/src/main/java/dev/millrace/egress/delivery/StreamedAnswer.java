package dev.millrace.egress.delivery;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.http.JobHeaders;
import dev.millrace.egress.http.SseStream;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.egress.log.Subscription;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer as frames of text. */
final class StreamedAnswer implements AnswerWriter {
    private final Vertx vertx;
    private final HttpServerResponse response;
    private final Duration keepAlive;
    private final StreamFormat format;
    private @Nullable SseStream stream;
    private @Nullable InferenceResult latest;

    StreamedAnswer(Vertx vertx, HttpServerResponse response, StreamFormat format, Duration keepAlive) {
        this.vertx = vertx;
        this.response = response;
        this.keepAlive = keepAlive;
        this.format = format;
    }

    @Override
    public void begin() {
        stream = new SseStream(
                vertx,
                response,
                new SseStream.Form(format.contentType(), format.keepAlive()),
                keepAlive,
                this::headers);
    }

    private void headers() {
        if (latest != null) {
            JobHeaders.put(response, latest);
        }
    }

    @Override
    public boolean write(JobEvent event, Subscription source) {
        switch (event) {
            case JobEvent.Chunk chunk -> latest = chunk.record();
            case JobEvent.Ended end -> latest = end.record();
            case JobEvent.Answered _, JobEvent.Lost _ -> {}
        }
        return switch (format.next(event)) {
            case Output.Frames(var frames) -> {
                send(frames, source);
                yield false;
            }
            case Output.Last(var frames) -> {
                send(frames, source);
                end();
                yield true;
            }
            case Output.Failed(var frames, var error) -> {
                send(frames, source);
                fail(error);
                yield true;
            }
        };
    }

    private void send(List<String> frames, Subscription source) {
        if (stream != null) {
            stream.write(String.join("", frames), source);
        }
    }

    @Override
    public void fail(ErrorDetail error) {
        if (!response.headWritten()) {
            stop();
            headers();
            format.errors().send(response, error);
        } else if (stream != null) {
            stream.writeLast(format.failure(error));
        }
    }

    private void end() {
        if (stream != null) {
            stream.end();
        }
    }

    @Override
    public void stop() {
        if (stream != null) {
            stream.stop();
        }
    }
}

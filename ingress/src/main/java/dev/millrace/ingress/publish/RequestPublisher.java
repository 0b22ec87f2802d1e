package dev.millrace.ingress.publish;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.ingress.trace.TraceContext;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.Topic;
import dev.millrace.topic.TopicCatalogue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;

/** Writes requests to {@code inference-requests}, keyed by account. Thread-safe; never blocks. */
public final class RequestPublisher implements RequestSink {
    private final LogWriter writer;
    private final Topic<InferenceRequest> topic;
    private final Codecs codecs;
    private final MeterRegistry meters;

    public RequestPublisher(LogWriter writer, TopicCatalogue topics, Codecs codecs, MeterRegistry meters) {
        this.writer = writer;
        this.topic = topics.requests();
        this.codecs = codecs;
        this.meters = meters;
    }

    @Override
    public Future<Published> publish(InferenceRequest request, TraceContext trace) {
        var started = Timer.start(meters);
        var key = request.getAccount().getBytes(StandardCharsets.UTF_8);
        var value = codecs.codec(topic).encode(request);
        return writer.write(topic.name(), key, value, RecordHeaders.ofRequest(request, trace))
                .onSuccess(published -> started.stop(timer(published)));
    }

    private Timer timer(Published published) {
        var outcome = switch (published) {
            case Published.Acknowledged _ -> "acknowledged";
            case Published.Overloaded _ -> "overloaded";
            case Published.TooLarge _ -> "too-large";
            case Published.Unavailable _ -> "unavailable";
        };
        return Timer.builder("messaging.client.operation.duration")
                .description("Time until the log acknowledged a request")
                .tag("messaging.system", "kafka")
                .tag("messaging.operation.name", "send")
                .tag("messaging.destination.name", topic.name())
                .tag("millrace.outcome", outcome)
                .register(meters);
    }
}

package dev.millrace.ingress.publish;

import dev.millrace.avro.JobCommand;
import dev.millrace.avro.JobControl;
import dev.millrace.ingress.trace.TraceContext;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.Topic;
import dev.millrace.topic.TopicCatalogue;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** Writes orders to {@code job-control}, keyed by account. Thread-safe; never blocks. */
public final class JobControlPublisher implements CancelSink {
    private final LogWriter writer;
    private final Topic<JobControl> topic;
    private final Codecs codecs;
    private final InstantSource clock;

    public JobControlPublisher(LogWriter writer, TopicCatalogue topics, Codecs codecs, InstantSource clock) {
        this.writer = writer;
        this.topic = topics.jobControl();
        this.codecs = codecs;
        this.clock = clock;
    }

    @Override
    public Future<Published> cancel(JobId job, AccountId account, String reason, TraceContext trace) {
        var order = JobControl.newBuilder()
                .setJobId(job.value())
                .setAccount(account.value())
                .setCommand(JobCommand.CANCEL)
                .setReason(reason)
                .setCreatedAtMillis(clock.millis())
                .build();
        var key = account.value().getBytes(StandardCharsets.UTF_8);
        return writer.write(topic.name(), key, codecs.codec(topic).encode(order), RecordHeaders.ofTrace(trace));
    }
}

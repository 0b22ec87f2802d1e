package dev.millrace.router.processor;

import dev.millrace.avro.Announcement;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.JobState;
import dev.millrace.avro.Lane;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.Verdict;
import dev.millrace.job.AnnouncedEnd;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Writes what was decided, in the form of the topics. One per processor. */
final class Outbox {
    private static final String TRACEPARENT = "traceparent";

    private final ProcessorContext<Object, Object> context;
    private final String defaultPool;

    /**
     * An outbox that forwards through {@code context}.
     *
     * @param defaultPool whose workers write the ends of jobs that have no plan
     */
    Outbox(ProcessorContext<Object, Object> context, String defaultPool) {
        this.context = context;
        this.defaultPool = defaultPool;
    }

    long nowMillis() {
        return context.currentSystemTimeMs();
    }

    /** Orders the attempt that the job stands at. */
    void attempt(JobState job, InferenceRequest request) {
        var target = job.getPlan().get(job.getTarget());
        var order = AttemptOrder.newBuilder()
                .setProvider(target.getProvider())
                .setModel(target.getModel())
                .setVendorModel(target.getVendorModel())
                .setRequest(request)
                .setHistory(job.getHistory())
                .setDeadlineAtMillis(job.getDeadlineAtMillis())
                .setPriceNanosPerMillion(target.getPriceNanosPerMillion())
                .build();
        send(job, target.getPool(), job.getLane(), job.getAttempt(), order);
    }

    /** Has a worker write an end that the router decided. Always in the interactive lane: somebody may wait for it. */
    void end(JobState job, Terminal end) {
        var announcement = Announcement.newBuilder().setRecord(end).build();
        send(job, pool(job), Lane.INTERACTIVE, AnnouncedEnd.number(job.getAttempt()), announcement);
    }

    /** Has a worker write the answer to a submit with an idempotency key. */
    void verdict(JobState job, Verdict verdict) {
        var announcement = Announcement.newBuilder()
                .setRecord(verdict)
                .setInformational(true)
                .build();
        send(job, pool(job), Lane.INTERACTIVE, 0, announcement);
    }

    void settlement(JobSettlement settlement) {
        var record = new Record<Object, Object>(
                settlement.getAccount(), new Outgoing.Settled(settlement), nowMillis(), new RecordHeaders());
        context.forward(record, Names.SETTLEMENTS);
    }

    private void send(JobState job, String pool, Lane lane, int attempt, Object order) {
        long nowMillis = nowMillis();
        var dispatch = InferenceDispatch.newBuilder()
                .setJobId(job.getJobId())
                .setAccount(job.getAccount())
                .setCorrelationId(job.getCorrelationId())
                .setAttempt(attempt)
                .setOrder(order)
                .setCreatedAtMillis(nowMillis)
                .setTraceparent(text(job.getHeaders().get(TRACEPARENT)))
                .setCheckLog(job.getLostSight())
                .build();
        var record = new Record<Object, Object>(
                job.getJobId(), new Outgoing.Dispatch(pool, lane, dispatch), nowMillis, headers(job.getHeaders()));
        context.forward(record, Names.DISPATCHES);
    }

    private String pool(JobState job) {
        return job.getPlan().isEmpty()
                ? defaultPool
                : job.getPlan().get(job.getTarget()).getPool();
    }

    private static Headers headers(Map<String, ByteBuffer> values) {
        var headers = new RecordHeaders();
        values.forEach((name, value) -> {
            var bytes = new byte[value.remaining()];
            value.duplicate().get(bytes);
            headers.add(name, bytes);
        });
        return headers;
    }

    private static @Nullable String text(@Nullable ByteBuffer value) {
        return value == null
                ? null
                : StandardCharsets.UTF_8.decode(value.duplicate()).toString();
    }
}

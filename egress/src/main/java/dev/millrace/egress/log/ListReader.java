package dev.millrace.egress.log;

import dev.millrace.avro.Terminal;
import dev.millrace.egress.log.JobSnapshot.Phase;
import dev.millrace.egress.log.LogReader.Start;
import dev.millrace.egress.log.RequestLookup.Found;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.job.ResultFold;
import dev.millrace.job.ResultFold.Accepted;
import dev.millrace.job.ResultFold.Answered;
import dev.millrace.job.ResultFold.Dropped;
import dev.millrace.job.ResultFold.Gap;
import dev.millrace.results.ResultsScan;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Lists an account's latest jobs: their requests, and what one bounded pass over the results log says of them. */
final class ListReader {
    private static final long MAX_RESULT_RECORDS = 200_000;

    private final JobRecords records;
    private final RequestLookup requests;

    ListReader(JobRecords records, RequestLookup requests) {
        this.records = records;
        this.requests = requests;
    }

    private static final class Line {
        private final Found found;
        private final ResultFold fold;
        private @Nullable Terminal terminal;
        private boolean neverAJob;
        /** Every record of the job up to now was looked at. */
        private boolean known;

        Line(Found found, AccountId account) {
            this.found = found;
            this.fold = new ResultFold(account);
        }

        JobSummary summary() {
            var phase = terminal != null ? Phase.ENDED : fold.nextIndex() > 0 ? Phase.RUNNING : Phase.QUEUED;
            var request = found.request();
            return new JobSummary(
                    found.id(),
                    found.createdAtMillis(),
                    request.getOperation(),
                    request.getLane(),
                    request.getModel(),
                    known ? phase : null,
                    terminal);
        }
    }

    List<JobSummary> read(LogReader reader, AccountId account, int limit) throws InterruptedException {
        var lines = new LinkedHashMap<ByteBuffer, Line>();
        for (var found : requests.latest(reader, account, limit)) {
            lines.putIfAbsent(Feeds.key(found.id()), new Line(found, account));
        }
        var byPartition = new HashMap<TopicPartition, Set<ByteBuffer>>();
        lines.forEach((key, line) -> byPartition
                .computeIfAbsent(records.partition(line.found.id()), _ -> new HashSet<>())
                .add(key));
        long budget = MAX_RESULT_RECORDS;
        for (var entry : byPartition.entrySet()) {
            budget -= follow(reader, entry.getKey(), entry.getValue(), lines, budget);
        }
        return lines.values().stream()
                .filter(line -> !line.neverAJob)
                .map(Line::summary)
                .toList();
    }

    /** Looks at one partition; returns the number of records looked at. */
    private long follow(
            LogReader reader,
            TopicPartition partition,
            Set<ByteBuffer> open,
            Map<ByteBuffer, Line> lines,
            long maxRecords)
            throws InterruptedException {
        var all = Set.copyOf(open);
        var extent = reader.extent(partition);
        long from = reader.offsetOf(partition, new Start.AtTime(oldest(all, lines)), extent);
        long to = Math.min(extent.endOffset(), from + maxRecords);
        reader.read(partition, from, to, record -> {
            if (record.key() != null && open.contains(ByteBuffer.wrap(record.key()))) {
                look(record, open, lines);
            }
            return !open.isEmpty();
        });
        for (var key : all) {
            var line = lines.get(key);
            if (line != null && to == extent.endOffset()) {
                line.known = true;
            }
        }
        return to - from;
    }

    private void look(ConsumerRecord<byte[], byte[]> record, Set<ByteBuffer> open, Map<ByteBuffer, Line> lines) {
        var key = ByteBuffer.wrap(record.key());
        var line = lines.get(key);
        var result = records.decode(record);
        if (line == null || result == null) {
            return;
        }
        switch (line.fold.apply(result)) {
            case Accepted(var _, var accepted, var _) -> line.terminal = accepted.getTerminal();
            case Answered(var verdict) -> line.neverAJob |= StatusReader.neverAJob(verdict);
            case Gap _, Dropped _ -> {}
        }
        if (line.fold.ended() || line.neverAJob) {
            line.known = true;
            open.remove(key);
        }
    }

    private static long oldest(Set<ByteBuffer> keys, Map<ByteBuffer, Line> lines) {
        long oldest = Long.MAX_VALUE;
        for (var key : keys) {
            var line = lines.get(key);
            if (line != null) {
                JobId id = line.found.id();
                oldest = Math.min(oldest, id.createdAtMillis().orElse(line.found.createdAtMillis()));
            }
        }
        return oldest - ResultsScan.CLOCK_SKEW.toMillis();
    }
}

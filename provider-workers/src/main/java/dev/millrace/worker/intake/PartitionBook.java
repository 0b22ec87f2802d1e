package dev.millrace.worker.intake;

import dev.millrace.worker.intake.CompletionTracker.Commit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The assigned partitions: how far each is done, and from which offset on a record is certainly new. Not thread-safe. */
final class PartitionBook {
    private final Map<TopicPartition, Page> pages = new HashMap<>();

    private record Page(CompletionTracker tracker, long newFrom) {}

    /**
     * Opens the page of a newly assigned partition.
     *
     * @param committed what the group has committed; null when nothing
     * @param start where reading begins without a commit
     * @param end end of the partition's log at assignment: what lies before may have been begun by another worker
     */
    void assign(TopicPartition partition, @Nullable OffsetAndMetadata committed, long start, long end) {
        var commit = committed == null
                ? new Commit(start, CommitMetadata.decode(null))
                : new Commit(committed.offset(), CommitMetadata.decode(committed.metadata()));
        pages.put(partition, new Page(new CompletionTracker(commit), end));
    }

    boolean owns(TopicPartition partition) {
        return pages.containsKey(partition);
    }

    /** Takes a delivered offset; false when it is done already or the partition is not ours. */
    boolean admit(TopicPartition partition, long offset) {
        var page = pages.get(partition);
        return page != null && page.tracker().admit(offset);
    }

    boolean maybeRedelivered(TopicPartition partition, long offset) {
        var page = pages.get(partition);
        return page == null || offset < page.newFrom();
    }

    void complete(TopicPartition partition, long offset) {
        var page = pages.get(partition);
        if (page != null) {
            page.tracker().complete(offset);
        }
    }

    /** Marks calls as done that will be finished by this worker although the partition goes to another one. */
    void claim(Collection<Work> running) {
        for (var work : running) {
            complete(work.partition(), work.offset());
        }
    }

    /** What is to be committed of those partitions that changed. */
    Map<TopicPartition, OffsetAndMetadata> dirtyCommits(Collection<TopicPartition> partitions) {
        var commits = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var partition : partitions) {
            var page = pages.get(partition);
            if (page != null && page.tracker().dirty()) {
                var commit = page.tracker().commit();
                commits.put(partition, new OffsetAndMetadata(commit.offset(), CommitMetadata.encode(commit.done())));
            }
        }
        return commits;
    }

    void commitFailed(Collection<TopicPartition> partitions) {
        for (var partition : partitions) {
            var page = pages.get(partition);
            if (page != null) {
                page.tracker().commitFailed();
            }
        }
    }

    void close(Collection<TopicPartition> partitions) {
        partitions.forEach(pages::remove);
    }

    List<TopicPartition> partitions() {
        return new ArrayList<>(pages.keySet());
    }

    /** Whether a partition must not deliver more for now. */
    boolean isFull(TopicPartition partition, int maxOutstanding) {
        var tracker = Objects.requireNonNull(pages.get(partition)).tracker();
        return tracker.outstandingCount() >= maxOutstanding || tracker.span() >= CommitMetadata.MAX_SPAN - 1024;
    }
}

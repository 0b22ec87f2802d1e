package dev.millrace.egress.reply;

import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceResult;
import java.util.TreeMap;

/**
 * Puts an answer together from the accepted records of a job, in order. Not thread-safe.
 *
 * <p>Memory is bounded: content beyond the limit is left out and the reply says so; finish reasons still count.
 */
public final class ReplyBuilder {
    private final int maxBytes;
    private final TreeMap<Integer, ChoiceBuilder> choices = new TreeMap<>();
    private long bytes;
    private boolean truncated;

    /** @param maxBytes of text, media and everything else, roughly */
    public ReplyBuilder(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Adds what a record says.
     *
     * @param restarted what was added before is void
     */
    public void add(InferenceResult record, boolean restarted) {
        if (restarted) {
            choices.clear();
            bytes = 0;
            truncated = false;
        }
        for (var delta : record.getDeltas()) {
            add(delta);
        }
    }

    private void add(Delta delta) {
        long size = DeltaSize.bytes(delta);
        if (bytes + size > maxBytes) {
            truncated = true;
            return;
        }
        bytes += size;
        choices.computeIfAbsent(delta.getIndex(), ChoiceBuilder::new).add(delta);
    }

    /** Whether content was left out. */
    public boolean truncated() {
        return truncated;
    }

    /** What was said so far. */
    public Reply build() {
        return new Reply(choices.values().stream().map(ChoiceBuilder::build).toList(), truncated);
    }
}

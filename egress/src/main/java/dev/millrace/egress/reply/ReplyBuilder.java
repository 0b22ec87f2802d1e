package dev.millrace.egress.reply;

import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.ProgressDelta;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
    private @Nullable ProgressDelta progress;

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
            progress = null;
        }
        for (var delta : record.getDeltas()) {
            add(delta);
        }
    }

    private void add(Delta delta) {
        if (delta.getContent() instanceof ProgressDelta told) {
            progress = told;
            return;
        }
        if (delta.getExtensions().containsKey(Reply.PREVIEW)) {
            return;
        }
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
        return new Reply(choices.values().stream().map(ChoiceBuilder::build).toList(), truncated, progress);
    }
}

package dev.millrace.job;

import dev.millrace.avro.Delta;
import dev.millrace.avro.ProgressDelta;
import java.util.List;

/** Tells output from news about it: progress of work that has no output yet is not content, and repeating it does no harm. */
public final class Content {
    private Content() {}

    /** Whether any of it is output that a client would have to forget if the job began anew. */
    public static boolean in(List<Delta> deltas) {
        for (var delta : deltas) {
            if (!(delta.getContent() instanceof ProgressDelta)) {
                return true;
            }
        }
        return false;
    }
}

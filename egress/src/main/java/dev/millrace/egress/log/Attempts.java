package dev.millrace.egress.log;

import dev.millrace.avro.InferenceResult;
import dev.millrace.job.AnnouncedEnd;

/** How many vendor calls a record speaks of. */
public final class Attempts {
    private Attempts() {}

    /**
     * Attempts made up to this record: from the terminal's summaries where there are any, else from the number of the attempt. An end
     * that the router announced has a number of its own but is no call.
     */
    public static int of(InferenceResult record) {
        var terminal = record.getTerminal();
        if (terminal != null && !terminal.getAttempts().isEmpty()) {
            return terminal.getAttempts().size();
        }
        return AnnouncedEnd.attemptsMade(record);
    }
}

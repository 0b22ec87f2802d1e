package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.ChildProcess;
import dev.millrace.ops.bench.load.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What must hold before a figure counts. */
final class Gates {
    private static final int MAX_REASONS = 3;

    private Gates() {}

    /** Which gates of a run of calls did not hold: every call answered, to its end, with the vendor's bytes, as they came. */
    static List<String> failed(Tally tally) {
        var failed = new ArrayList<String>();
        long errors =
                tally.failures().values().stream().mapToLong(Integer::longValue).sum();
        if (errors > 0) {
            failed.add(errors + " of " + tally.sent() + " calls failed ("
                    + tally.failures().entrySet().stream()
                            .limit(MAX_REASONS)
                            .map(reason -> reason.getValue() + " x " + reason.getKey())
                            .collect(Collectors.joining("; "))
                    + ")");
        }
        if (tally.buffered() > 0) {
            failed.add(tally.buffered() + " of " + tally.sent() + " paced streams were buffered");
        }
        if (tally.completed() == 0) {
            failed.add("no call completed");
        }
        return failed;
    }

    /** Every process of the arm still runs: one that has ended does no work, and takes what it used with it. */
    static List<String> ended(Arm arm) {
        return arm.processes().stream()
                .filter(process -> !process.alive())
                .map(ChildProcess::name)
                .map(name -> name + " has ended")
                .toList();
    }
}

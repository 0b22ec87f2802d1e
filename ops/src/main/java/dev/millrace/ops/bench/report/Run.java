package dev.millrace.ops.bench.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was run, and whether it came to its end.
 *
 * @param command that made it
 * @param profile name of the profile
 * @param plan numbers of the profile, after the options that change them; units stand in the names
 * @param failure what ended it early; empty when it came to its end
 */
public record Run(String command, String profile, Map<String, Long> plan, Optional<String> failure) {
    public Run {
        plan = Collections.unmodifiableMap(new LinkedHashMap<>(plan));
    }

    /** The failure's first line, as a sentence of a report; empty when there was none. */
    Optional<String> incomplete() {
        return failure.map(
                text -> "INCOMPLETE: the run ended early, and what had not been measured by then is missing: "
                        + text.lines().findFirst().orElse("no reason given"));
    }
}

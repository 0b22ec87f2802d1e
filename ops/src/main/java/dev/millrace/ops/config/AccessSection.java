package dev.millrace.ops.config;

import dev.millrace.access.Secret;
import java.util.List;
import java.util.Optional;

/** {@code access}: what API keys are checked with. */
public final class AccessSection {
    public static final Setting<Optional<Secret>> PEPPER = new Setting<>(
            "access.pepper",
            CompoundTypes.optional(ValueTypes.secret()),
            Optional.empty(),
            "Secret under which the hashes of API keys are stored; the same in every process that serves HTTP, never on the log. "
                    + "`up` makes its own and keeps it in `keys.json` of its data directory.");

    static final List<Setting<?>> ALL = List.of(PEPPER);

    private AccessSection() {}
}

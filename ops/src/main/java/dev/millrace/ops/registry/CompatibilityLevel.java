package dev.millrace.ops.registry;

import java.util.Locale;

/** Which earlier versions a new one is compared with, and in which direction. */
enum CompatibilityLevel {
    NONE(false, false, false),
    BACKWARD(true, false, false),
    BACKWARD_TRANSITIVE(true, false, true),
    FORWARD(false, true, false),
    FORWARD_TRANSITIVE(false, true, true),
    FULL(true, true, false),
    FULL_TRANSITIVE(true, true, true);

    private final boolean readsEarlier;
    private final boolean readByEarlier;
    private final boolean transitive;

    CompatibilityLevel(boolean readsEarlier, boolean readByEarlier, boolean transitive) {
        this.readsEarlier = readsEarlier;
        this.readByEarlier = readByEarlier;
        this.transitive = transitive;
    }

    /** The new schema must read data of the earlier one. */
    boolean readsEarlier() {
        return readsEarlier;
    }

    /** The earlier schema must read data of the new one. */
    boolean readByEarlier() {
        return readByEarlier;
    }

    /** All earlier versions count, not only the latest. */
    boolean transitive() {
        return transitive;
    }

    /** @throws RegistryRefusal when there is no such level */
    static CompatibilityLevel parse(String text) {
        for (var level : values()) {
            if (level.name().equals(text.toUpperCase(Locale.ROOT))) {
                return level;
            }
        }
        throw RegistryError.INVALID_COMPATIBILITY_LEVEL.refusal("Invalid compatibility level. Valid values are none,"
                + " backward, forward, full, backward_transitive, forward_transitive, and full_transitive");
    }
}

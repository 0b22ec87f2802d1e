package dev.millrace.ops.registry;

import java.util.Locale;

/** Whether schemas may be registered and deleted. Importing ids from elsewhere is not offered. */
enum RegistryMode {
    READWRITE,
    READONLY;

    /** @throws RegistryRefusal when there is no such mode here */
    static RegistryMode parse(String text) {
        for (var mode : values()) {
            if (mode.name().equals(text.toUpperCase(Locale.ROOT))) {
                return mode;
            }
        }
        throw RegistryError.INVALID_MODE.refusal("Invalid mode. Valid values are READWRITE and READONLY");
    }
}

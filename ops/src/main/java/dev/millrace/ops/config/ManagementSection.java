package dev.millrace.ops.config;

import java.util.List;

/** {@code management}: health and metrics, apart from the public port. */
public final class ManagementSection {
    public static final Setting<String> HOST = new Setting<>(
            "management.host", ValueTypes.text(), "127.0.0.1", "Address that the management port listens on.");
    public static final Setting<Integer> PORT = new Setting<>(
            "management.port",
            ValueTypes.port(),
            9090,
            "Port of `/livez`, `/readyz` and `/metrics`; 0 takes a free one.");

    static final List<Setting<?>> ALL = List.of(HOST, PORT);

    private ManagementSection() {}
}

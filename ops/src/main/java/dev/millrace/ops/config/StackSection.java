package dev.millrace.ops.config;

import java.nio.file.Path;
import java.util.List;

/** {@code stack}: what only {@code up} uses. */
public final class StackSection {
    public static final Setting<Path> DATA = new Setting<>(
            "stack.data",
            ValueTypes.path(),
            Path.of(".millrace"),
            "Directory with the development stack's broker data, state, keys and `endpoints.json`.");
    public static final Setting<Integer> KAFKA_PORT = new Setting<>(
            "stack.kafka-port", ValueTypes.port(), 9092, "Port of the embedded broker; 0 takes a free one.");
    public static final Setting<Integer> REGISTRY_PORT = new Setting<>(
            "stack.registry-port",
            ValueTypes.port(),
            8081,
            "Port of the embedded schema registry; 0 takes a free one.");

    static final List<Setting<?>> ALL = List.of(DATA, KAFKA_PORT, REGISTRY_PORT);

    private StackSection() {}
}

package dev.millrace.ops.config;

import dev.millrace.worker.WorkerConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** {@code worker}: calls to vendors. */
public final class WorkerSection {
    public static final Setting<Optional<String>> ID = new Setting<>(
            "worker.id",
            CompoundTypes.optional(ValueTypes.text()),
            Optional.empty(),
            "Name of this worker in outcomes and logs, unique among the workers that run; empty: made at each start.");

    static final RecordSection<WorkerConfig> RECORD =
            RecordSection.of("worker", WorkerConfig.of("unnamed", "default"), "workerId");

    static final List<Setting<?>> ALL =
            Stream.concat(Stream.of(ID), RECORD.settings().stream()).toList();

    private WorkerSection() {}

    /** One worker for each pool; where a pool is named, for that one only. */
    public static List<WorkerConfig> workers(Configuration configuration) {
        var byPool = new LinkedHashMap<String, WorkerConfig>();
        for (var pool : configuration.get(TopicsSection.POOLS)) {
            var worker = worker(configuration.withDefault("worker.pool", pool));
            byPool.put(worker.pool(), worker);
        }
        return List.copyOf(byPool.values());
    }

    public static WorkerConfig worker(Configuration configuration) {
        var id = configuration
                .get(ID)
                .orElseGet(() -> "worker-" + UUID.randomUUID().toString().substring(0, 8));
        return RECORD.bind(configuration, Map.of("workerId", id));
    }
}

package dev.millrace.router.store;

import dev.millrace.avro.AccountState;
import dev.millrace.avro.IdempotencyRecord;
import dev.millrace.avro.JobState;
import dev.millrace.avro.ParkedFacts;
import dev.millrace.serde.StateSerde;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/** Names and formats of the router's stores. Renaming one loses its changelog. */
public final class Stores {
    /** {@code account/job} to the job. */
    public static final String JOBS = "jobs-by-id";

    /** {@code time/kind/account/job}: what has to be looked at when. */
    public static final String DUE = "due-by-time";

    /** {@code account/lane/priority/arrival} to the job id: who goes next. */
    public static final String HELD = "held-by-order";

    /** Account to its counts. */
    public static final String WINDOWS = "windows-by-account";

    /** {@code account/job} to what was reported about a job that is not known. */
    public static final String PARKED = "parked-by-job";

    /** {@code account/key} to its first use. */
    public static final String IDEMPOTENCY = "jobs-by-idempotency-key";

    /** Account to its record as it is on the topic; the same on every instance. */
    public static final String ACCOUNTS = "accounts-by-id";

    private Stores() {}

    /** The stores of a task, one set per partition of the account topics. */
    public static List<StoreBuilder<?>> builders() {
        return List.of(
                of(JOBS, new StateSerde<>(JobState.class)),
                of(DUE, Serdes.String()),
                of(HELD, Serdes.String()),
                of(WINDOWS, new StateSerde<>(AccountState.class)),
                of(PARKED, new StateSerde<>(ParkedFacts.class)),
                of(IDEMPOTENCY, new StateSerde<>(IdempotencyRecord.class)));
    }

    /** Names of the stores of {@link #builders}. */
    public static String[] names() {
        return builders().stream().map(StoreBuilder::name).toArray(String[]::new);
    }

    /** Builder of the global store {@link #ACCOUNTS}. */
    public static StoreBuilder<KeyValueStore<String, byte[]>> accounts() {
        return org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                        org.apache.kafka.streams.state.Stores.persistentKeyValueStore(ACCOUNTS),
                        Serdes.String(),
                        Serdes.ByteArray())
                .withLoggingDisabled();
    }

    private static <V> StoreBuilder<KeyValueStore<String, V>> of(String name, Serde<V> values) {
        return org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                        org.apache.kafka.streams.state.Stores.persistentKeyValueStore(name), Serdes.String(), values)
                .withLoggingEnabled(Map.of())
                .withCachingEnabled();
    }
}

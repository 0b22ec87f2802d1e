package dev.millrace.billing.processor;

import dev.millrace.avro.CreditBalance;
import dev.millrace.avro.JobSettlement;
import dev.millrace.serde.StateSerde;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Names of sinks and stores. Renaming a store loses its changelog. */
public final class Names {
    public static final String TRANSFERS = "transfers";
    public static final String BALANCES = "balances";
    public static final String DEAD_LETTERS = "dead-letters";

    /** Account to its totals. */
    public static final String BALANCES_BY_ACCOUNT = "balances-by-account";

    /** {@code account/job} to the settlement posted last. */
    public static final String SETTLEMENTS_BY_JOB = "settlements-by-job";

    /** {@code time/account/job}: when a posted settlement may be forgotten. */
    public static final String EXPIRIES_BY_TIME = "expiries-by-time";

    private Names() {}

    /** The stores of a task. */
    public static List<StoreBuilder<?>> stores() {
        return List.of(
                of(BALANCES_BY_ACCOUNT, new StateSerde<>(CreditBalance.class)),
                of(SETTLEMENTS_BY_JOB, new StateSerde<>(JobSettlement.class)),
                of(EXPIRIES_BY_TIME, Serdes.String()));
    }

    private static <V> StoreBuilder<KeyValueStore<String, V>> of(String name, Serde<V> values) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), values)
                .withLoggingEnabled(Map.of())
                .withCachingEnabled();
    }
}

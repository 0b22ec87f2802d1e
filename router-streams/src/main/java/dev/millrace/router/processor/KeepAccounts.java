package dev.millrace.router.processor;

import dev.millrace.router.store.Stores;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Keeps account records as they come; they are decoded when they are asked for, so a bad one harms nobody else. */
public final class KeepAccounts implements Processor<String, byte[], Void, Void> {
    private @Nullable KeyValueStore<String, byte[]> store;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        store = context.getStateStore(Stores.ACCOUNTS);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (store != null && record.key() != null) {
            store.put(record.key(), record.value());
        }
    }
}

package dev.millrace.router.processor;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** A processor that works on the stores of its task. */
abstract class JobProcessor<V> implements Processor<Object, V, Object, Object> {
    private final RouterRules rules;
    private @Nullable ProcessorContext<Object, Object> context;
    private @Nullable Workplace workplace;

    JobProcessor(RouterRules rules) {
        this.rules = rules;
    }

    final RouterRules rules() {
        return rules;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        this.context = context;
        this.workplace = Workplace.of(context, rules);
    }

    @Override
    public final void process(Record<Object, V> record) {
        process(workplace(), record.value());
        if (rules.commitPerBatch() && context != null) {
            context.commit();
        }
    }

    /** Handles one value. */
    abstract void process(Workplace work, V value);

    final Workplace workplace() {
        if (workplace == null) {
            throw new IllegalStateException("not initialised");
        }
        return workplace;
    }
}

package dev.millrace.billing.processor;

import dev.millrace.avro.CreditBalance;
import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.LedgerTransfer;
import dev.millrace.billing.ledger.Balance;
import dev.millrace.billing.ledger.LedgerPosting;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Posts each settlement once: transfers to the ledger, and the account's new balance. */
public final class PostSettlement implements Processor<Object, JobSettlement, Object, Object> {
    private static final int MAX_PER_ROUND = 10_000;
    private static final int TIME_CHARS = 19;

    private final Duration keep;
    private final Duration forgetEvery;
    private @Nullable Stores stores;
    private long forgottenUntilMillis;

    /**
     * A poster.
     *
     * @param keep how long a posted settlement is remembered, to recognise it
     * @param forgetEvery how often older ones are removed
     */
    public PostSettlement(Duration keep, Duration forgetEvery) {
        this.keep = keep;
        this.forgetEvery = forgetEvery;
    }

    private record Stores(
            ProcessorContext<Object, Object> context,
            KeyValueStore<String, CreditBalance> balances,
            KeyValueStore<String, JobSettlement> settlements,
            KeyValueStore<String, String> expiries) {}

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        stores = new Stores(
                context,
                context.getStateStore(Names.BALANCES_BY_ACCOUNT),
                context.getStateStore(Names.SETTLEMENTS_BY_JOB),
                context.getStateStore(Names.EXPIRIES_BY_TIME));
        context.schedule(forgetEvery, PunctuationType.WALL_CLOCK_TIME, this::forget);
    }

    @Override
    public void process(Record<Object, JobSettlement> record) {
        var open = stores();
        var next = record.value();
        var last = open.settlements().get(jobKey(next));
        long nowMillis = open.context().currentSystemTimeMs();
        switch (LedgerPosting.decide(last, next, nowMillis)) {
            case LedgerPosting.AlreadyPosted _ -> {}
            case LedgerPosting.Post(var transfers) -> post(open, last, next, transfers, nowMillis);
        }
    }

    private void post(
            Stores open,
            @Nullable JobSettlement last,
            JobSettlement next,
            List<LedgerTransfer> transfers,
            long nowMillis) {
        var account = next.getAccount();
        var known = open.balances().get(account);
        var balance = Balance.after(known == null ? Balance.empty(account) : known, last, next, transfers, nowMillis);
        open.balances().put(account, balance);
        open.settlements().put(jobKey(next), next);
        if (last == null) {
            open.expiries().put(time(nowMillis + keep.toMillis()) + '/' + jobKey(next), "");
        }
        for (var transfer : transfers) {
            forward(open, account, transfer, nowMillis, Names.TRANSFERS);
        }
        forward(open, account, balance, nowMillis, Names.BALANCES);
    }

    private void forget(long nowMillis) {
        var open = stores();
        int removed = 0;
        long fromMillis = nowMillis < forgottenUntilMillis ? 0 : forgottenUntilMillis;
        try (var due = open.expiries().range(time(fromMillis), time(nowMillis + 1))) {
            while (due.hasNext() && removed++ < MAX_PER_ROUND) {
                var key = due.next().key;
                open.settlements().delete(key.substring(TIME_CHARS + 1));
                open.expiries().delete(key);
            }
            forgottenUntilMillis = due.hasNext() ? fromMillis : nowMillis;
        }
    }

    private Stores stores() {
        if (stores == null) {
            throw new IllegalStateException("not initialised");
        }
        return stores;
    }

    private static void forward(Stores open, String account, Object value, long nowMillis, String sink) {
        open.context().forward(new Record<>(account, value, nowMillis, new RecordHeaders()), sink);
    }

    private static String jobKey(JobSettlement settlement) {
        return settlement.getAccount() + '/' + settlement.getJobId();
    }

    private static String time(long millis) {
        var digits = Long.toString(millis);
        return "0".repeat(TIME_CHARS - digits.length()) + digits;
    }
}

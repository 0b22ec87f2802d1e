package dev.millrace.router.processor;

import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.ParkedFacts;
import dev.millrace.router.admission.JobKey;
import dev.millrace.router.store.Accounts;
import dev.millrace.router.store.DueTimes;
import dev.millrace.router.store.HeldJobs;
import dev.millrace.router.store.IdempotencyKeys;
import dev.millrace.router.store.Jobs;
import dev.millrace.router.store.Parked;
import dev.millrace.router.store.Stores;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/** The stores of a task and what works on them, as one processor sees them. */
record Workplace(
        Jobs jobs,
        DueTimes due,
        Parked parked,
        IdempotencyKeys keys,
        Accounts accounts,
        Outbox outbox,
        JobDesk desk,
        Casebook casebook,
        Alarm alarm,
        RouterRules rules) {

    static Workplace of(ProcessorContext<Object, Object> context, RouterRules rules) {
        var alarm = rules.alarms().of(context.taskId());
        var due = new DueTimes(context.getStateStore(Stores.DUE), alarm::ringBy);
        var jobs = new Jobs(context.getStateStore(Stores.JOBS), due);
        var held = new HeldJobs(context.getStateStore(Stores.HELD), context.getStateStore(Stores.WINDOWS));
        var parked = new Parked(context.getStateStore(Stores.PARKED), context.getStateStore(Stores.WINDOWS), due);
        var keys = new IdempotencyKeys(context.getStateStore(Stores.IDEMPOTENCY));
        var accounts = new Accounts(context.getStateStore(Stores.ACCOUNTS), rules.accounts());
        var outbox = new Outbox(context, rules.defaultPool());
        var desk = new JobDesk(jobs, held, keys, accounts, outbox, rules.windows(), rules.deadlines());
        var budget = rules.budgets().of(context.taskId());
        var casebook = new Casebook(desk, outbox, rules.retry(), budget);
        return new Workplace(jobs, due, parked, keys, accounts, outbox, desk, casebook, alarm, rules);
    }

    /** Keeps a report about a job that is not known; false when there is no room. */
    boolean park(JobKey key, AttemptOutcome outcome) {
        return parked.add(key, outcome, parkedUntilMillis());
    }

    /** Keeps a cancel of a job that is not known; false when there is no room. */
    boolean parkCancel(JobKey key) {
        return parked.addCancel(key, parkedUntilMillis());
    }

    /** Applies what came about a job before the job itself. */
    void applyParked(JobKey key, @Nullable ParkedFacts facts) {
        if (facts == null) {
            return;
        }
        for (var outcome : facts.getOutcomes()) {
            var job = jobs.find(key);
            if (job != null) {
                casebook.follow(job, outcome);
            }
        }
        var job = jobs.find(key);
        if (facts.getCancelRequested() && job != null) {
            casebook.cancel(job);
        }
    }

    private long parkedUntilMillis() {
        return outbox.nowMillis() + rules.deadlines().keepParked().toMillis();
    }
}

package dev.millrace.router.store;

import dev.millrace.avro.AccountState;
import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.ParkedFacts;
import dev.millrace.router.admission.JobKey;
import dev.millrace.router.store.DueTimes.Due;
import dev.millrace.router.store.DueTimes.Kind;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Reports and cancels of jobs that are not known: their request is decided again after an aborted transaction, or has not been read
 * yet. Bounded per job and account, and kept for a while only. Not thread-safe, as the stores under it.
 */
public final class Parked {
    static final int MAX_OUTCOMES = 8;
    static final int MAX_JOBS = 10_000;

    private final KeyValueStore<String, ParkedFacts> store;
    private final KeyValueStore<String, AccountState> accounts;
    private final DueTimes due;

    public Parked(
            KeyValueStore<String, ParkedFacts> store, KeyValueStore<String, AccountState> accounts, DueTimes due) {
        this.store = store;
        this.accounts = accounts;
        this.due = due;
    }

    /** Keeps a report; false when there is no room. */
    public boolean add(JobKey key, AttemptOutcome outcome, long dueAtMillis) {
        var facts = open(key, dueAtMillis);
        if (facts == null || facts.getOutcomes().size() >= MAX_OUTCOMES) {
            return false;
        }
        var outcomes = new ArrayList<>(facts.getOutcomes());
        outcomes.add(outcome);
        store.put(
                key.text(), ParkedFacts.newBuilder(facts).setOutcomes(outcomes).build());
        return true;
    }

    /** Keeps a cancel; false when there is no room. */
    public boolean addCancel(JobKey key, long dueAtMillis) {
        var facts = open(key, dueAtMillis);
        if (facts == null) {
            return false;
        }
        store.put(
                key.text(),
                ParkedFacts.newBuilder(facts).setCancelRequested(true).build());
        return true;
    }

    /** Takes out what is there about a job, or null. */
    public @Nullable ParkedFacts take(JobKey key) {
        var facts = store.get(key.text());
        if (facts != null) {
            store.delete(key.text());
            due.remove(new Due(facts.getDueAtMillis(), Kind.PARKED, key));
            count(key, -1);
        }
        return facts;
    }

    /** What is there about a job; begins with nothing. Null when the account has too many. */
    private @Nullable ParkedFacts open(JobKey key, long dueAtMillis) {
        var facts = store.get(key.text());
        if (facts != null) {
            return facts;
        }
        if (state(key).getParked() >= MAX_JOBS) {
            return null;
        }
        due.add(new Due(dueAtMillis, Kind.PARKED, key));
        count(key, 1);
        return ParkedFacts.newBuilder()
                .setJobId(key.job().value())
                .setAccount(key.account().value())
                .setOutcomes(List.of())
                .setDueAtMillis(dueAtMillis)
                .build();
    }

    private void count(JobKey key, int change) {
        var state = state(key);
        accounts.put(
                key.account().value(),
                AccountState.newBuilder(state)
                        .setParked(state.getParked() + change)
                        .build());
    }

    private AccountState state(JobKey key) {
        var state = accounts.get(key.account().value());
        return state != null
                ? state
                : AccountState.newBuilder().setAccount(key.account().value()).build();
    }
}

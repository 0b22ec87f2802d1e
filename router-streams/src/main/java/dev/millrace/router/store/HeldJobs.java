package dev.millrace.router.store;

import dev.millrace.avro.AccountState;
import dev.millrace.avro.JobState;
import dev.millrace.avro.Lane;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.router.admission.JobKey;
import dev.millrace.router.window.Window;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Who is outstanding and who waits, per account and lane. Those who wait go by priority, then by arrival; a retry keeps the place of
 * its job. Not thread-safe, as the stores under it.
 */
public final class HeldJobs {
    private static final int ARRIVAL_CHARS = 19;
    private static final int HIGHEST_PRIORITY = 100;
    private static final char AFTER_SLASH = '/' + 1;

    private final KeyValueStore<String, String> held;
    private final KeyValueStore<String, AccountState> accounts;

    public HeldJobs(KeyValueStore<String, String> held, KeyValueStore<String, AccountState> accounts) {
        this.held = held;
        this.accounts = accounts;
    }

    public Window window(String account, Lane lane) {
        var state = state(account);
        return switch (lane) {
            case INTERACTIVE -> new Window(state.getInteractiveOutstanding(), state.getInteractiveHeld());
            case BATCH -> new Window(state.getBatchOutstanding(), state.getBatchHeld());
        };
    }

    /** Counts the job as outstanding. */
    public void dispatched(JobState job) {
        put(job, window(job).dispatched(), floor(job));
    }

    /** Counts the job as outstanding no more. */
    public void returned(JobState job) {
        put(job, window(job).returned(), floor(job));
    }

    /** Lets the job wait. */
    public void add(JobState job) {
        var key = orderKey(job);
        held.put(key, job.getJobId());
        var window = window(job);
        var floor = floor(job);
        boolean first = window.held() == 0 || (!floor.isEmpty() && key.compareTo(floor) < 0);
        put(job, window.entered(), first ? key : floor);
    }

    /** The job waits no more. */
    public void remove(JobState job) {
        held.delete(orderKey(job));
        put(job, window(job).left(), floor(job));
    }

    /** Takes out who goes next, if anyone waits, and counts it as outstanding. */
    public @Nullable JobKey release(String account, Lane lane) {
        var prefix = account + '/' + lane;
        var floor = floor(state(account), lane);
        try (var entries = held.range(floor.isEmpty() ? prefix + '/' : floor, prefix + AFTER_SLASH)) {
            if (!entries.hasNext()) {
                return null;
            }
            var next = entries.next();
            held.delete(next.key);
            put(account, lane, window(account, lane).left().dispatched(), next.key);
            return new JobKey(new AccountId(account), new JobId(next.value));
        }
    }

    private Window window(JobState job) {
        return window(job.getAccount(), job.getLane());
    }

    private void put(JobState job, Window window, String floor) {
        put(job.getAccount(), job.getLane(), window, floor);
    }

    private void put(String account, Lane lane, Window window, String floor) {
        var state = AccountState.newBuilder(state(account));
        var kept = window.held() == 0 ? "" : floor;
        switch (lane) {
            case INTERACTIVE ->
                state.setInteractiveOutstanding(window.outstanding())
                        .setInteractiveHeld(window.held())
                        .setInteractiveFloor(kept);
            case BATCH ->
                state.setBatchOutstanding(window.outstanding())
                        .setBatchHeld(window.held())
                        .setBatchFloor(kept);
        }
        accounts.put(account, state.build());
    }

    private String floor(JobState job) {
        return floor(state(job.getAccount()), job.getLane());
    }

    private static String floor(AccountState state, Lane lane) {
        return switch (lane) {
            case INTERACTIVE -> state.getInteractiveFloor();
            case BATCH -> state.getBatchFloor();
        };
    }

    private AccountState state(String account) {
        var state = accounts.get(account);
        return state != null
                ? state
                : AccountState.newBuilder().setAccount(account).build();
    }

    private static String orderKey(JobState job) {
        var rank = Integer.toString(HIGHEST_PRIORITY - job.getPriority());
        var arrival = Long.toString(job.getArrival());
        return job.getAccount()
                + '/'
                + job.getLane()
                + '/'
                + "0".repeat(3 - rank.length())
                + rank
                + '/'
                + "0".repeat(ARRIVAL_CHARS - arrival.length())
                + arrival;
    }
}

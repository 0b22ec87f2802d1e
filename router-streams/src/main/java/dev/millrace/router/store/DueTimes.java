package dev.millrace.router.store;

import dev.millrace.router.admission.JobKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** What has to be looked at when. Not thread-safe, as the store under it. */
public final class DueTimes {
    private static final int TIME_CHARS = 19;
    private static final String LAST = time(Long.MAX_VALUE);

    private final KeyValueStore<String, String> store;
    private final LongConsumer whenAdded;

    /**
     * The due times in a store.
     *
     * @param whenAdded is told each time that is added, in milliseconds of the epoch
     */
    public DueTimes(KeyValueStore<String, String> store, LongConsumer whenAdded) {
        this.store = store;
        this.whenAdded = whenAdded;
    }

    /** What is looked at. */
    public enum Kind {
        JOB,
        PARKED
    }

    /** One due time. */
    public record Due(long atMillis, Kind kind, JobKey key) {}

    public void add(Due due) {
        store.put(text(due), "");
        whenAdded.accept(due.atMillis());
    }

    public void remove(Due due) {
        store.delete(text(due));
    }

    /** What is due from {@code fromMillis} until {@code toMillis}, both included, in order of time; at most {@code max}. */
    public List<Due> between(long fromMillis, long toMillis, int max) {
        var found = new ArrayList<Due>();
        try (var entries = store.range(time(fromMillis), time(toMillis + 1))) {
            while (entries.hasNext() && found.size() < max) {
                found.add(parse(entries.next().key));
            }
        }
        return found;
    }

    /** The first that is due at {@code fromMillis} or later, or null. */
    public @Nullable Due first(long fromMillis) {
        try (var entries = store.range(time(fromMillis), LAST)) {
            return entries.hasNext() ? parse(entries.next().key) : null;
        }
    }

    private static String text(Due due) {
        return time(due.atMillis()) + '/' + due.kind() + '/' + due.key().text();
    }

    private static Due parse(String text) {
        long atMillis = Long.parseLong(text, 0, TIME_CHARS, 10);
        int slash = text.indexOf('/', TIME_CHARS + 1);
        var kind = Kind.valueOf(text.substring(TIME_CHARS + 1, slash));
        return new Due(atMillis, kind, JobKey.parse(text.substring(slash + 1)));
    }

    private static String time(long millis) {
        var digits = Long.toString(Math.max(0, millis));
        return "0".repeat(TIME_CHARS - digits.length()) + digits;
    }
}

package dev.millrace.ops.chaos.load;

import dev.millrace.ops.history.Promise;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What clients were told, kept apart from everything else. Thread-safe. */
public final class ClientLog {
    private final Map<String, Accepted> accepted = new HashMap<>();
    private final List<Complaint> complaints = new ArrayList<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<Promise, Long> looked = new EnumMap<>(Promise.class);
    private final Map<String, String> ends = new HashMap<>();
    private final Set<String> unread = new HashSet<>();

    /**
     * A job that a client was told is accepted.
     *
     * @param atMillis since the epoch, when it was told
     */
    public record Accepted(String jobId, Wish wish, long atMillis) {}

    /** Something that a client must never see. */
    public record Complaint(Promise promise, String jobId, String what) {}

    /** A client was told that its job is accepted: a 202, a first byte, an acknowledgement of the log. */
    synchronized void accepted(String jobId, Wish wish) {
        var known = accepted.putIfAbsent(jobId, new Accepted(jobId, wish, System.currentTimeMillis()));
        looked(Promise.ONE_JOB);
        if (known != null && known.wish().number() != wish.number()) {
            complain(
                    Promise.ONE_JOB,
                    jobId,
                    "clients " + known.wish().number() + " and " + wish.number() + " were given the same job");
        }
    }

    /** A client saw what must not be. */
    synchronized void complain(Promise promise, String jobId, String what) {
        complaints.add(new Complaint(promise, jobId, what));
    }

    /** A client compared what it saw with what it must see. */
    synchronized void looked(Promise promise) {
        looked.merge(promise, 1L, Math::addExact);
    }

    /** A client was told how its job ended; two of them must be told the same. */
    synchronized void sawEnd(String jobId, String status) {
        looked(Promise.SEEN_END);
        var known = ends.putIfAbsent(jobId, status);
        if (known != null && !known.equals(status)) {
            complain(Promise.SEEN_END, jobId, "a client saw it " + known + ", later " + status);
        }
    }

    /** A client gave up reading an accepted job. */
    synchronized void gaveUpReading(String jobId) {
        unread.add(jobId);
    }

    /** Counts what is neither good nor bad by itself. */
    synchronized void count(String what) {
        counts.merge(what, 1L, Math::addExact);
    }

    public synchronized Collection<Accepted> accepted() {
        return List.copyOf(accepted.values());
    }

    public synchronized List<Complaint> complaints() {
        return List.copyOf(complaints);
    }

    /** How often clients compared, by promise. */
    public synchronized Map<Promise, Long> looked() {
        return Map.copyOf(looked);
    }

    /** Statuses in small letters by job, of those jobs whose end a client was told. */
    public synchronized Map<String, String> ends() {
        return Map.copyOf(ends);
    }

    /** Jobs that a client gave up reading. */
    synchronized Set<String> unread() {
        return Set.copyOf(unread);
    }

    public synchronized Map<String, Long> counts() {
        return Map.copyOf(counts);
    }

    /** Writes down what was accepted, one job a line: number, job, account, marker, model, behaviour, time. */
    public void write(Path file) {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (var each : accepted()) {
                var wish = each.wish();
                out.write(String.join(
                        "\t",
                        Long.toString(wish.number()),
                        each.jobId(),
                        wish.account(),
                        wish.marker(),
                        wish.model().name(),
                        wish.behaviour().name(),
                        Long.toString(each.atMillis())));
                out.newLine();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

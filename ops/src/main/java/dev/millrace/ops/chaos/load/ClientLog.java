package dev.millrace.ops.chaos.load;

import dev.millrace.ops.history.Promise;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What clients were told, kept apart from everything else. Thread-safe. */
public final class ClientLog {
    private final Map<String, Accepted> accepted = new HashMap<>();
    private final List<Complaint> complaints = new ArrayList<>();
    private final Map<String, Long> counts = new TreeMap<>();

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

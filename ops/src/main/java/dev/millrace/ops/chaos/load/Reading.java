package dev.millrace.ops.chaos.load;

import dev.millrace.ops.history.Promise;
import java.io.IOException;
import java.util.Set;

/** What one client has read of one job, over all its connections. Not thread-safe. */
final class Reading {
    private static final Set<String> ENDS =
            Set.of("completed", "failed", "cancelled", "aborted", "expired", "incomplete");

    private final String job;
    private final Wish wish;
    private final ClientLog log;
    private final StreamWatch watch;
    private final StringBuilder text = new StringBuilder();
    private String lastEventId = "";
    private boolean over;
    private int seen;

    Reading(String job, Wish wish, ClientLog log, StreamWatch watch) {
        this.job = job;
        this.wish = wish;
        this.log = log;
        this.watch = watch;
    }

    String lastEventId() {
        return lastEventId;
    }

    /** Whether the job's end was seen. */
    boolean over() {
        return over;
    }

    /** Events seen so far. */
    int seen() {
        return seen;
    }

    /** Reads on until the end, the connection's end, or so many events in all. */
    void read(Door.Events events, int until) throws IOException {
        for (var event = events.next(); event != null; event = events.next()) {
            take(event);
            if (over || seen >= until) {
                return;
            }
        }
    }

    private void take(Door.Event event) {
        if (event.name().equals("error")) {
            log.count("events: error event");
            return;
        }
        seen++;
        if (event.name().equals("restarted")) {
            log.count("events: restarted");
            text.setLength(0);
        } else {
            requireNext(event.id());
        }
        if (!event.id().isEmpty()) {
            lastEventId = event.id();
        }
        takeText(event);
        if (ENDS.contains(event.name())) {
            end(event.name());
        } else {
            watch.content(job);
        }
    }

    private void requireNext(String id) {
        long expected = lastEventId.isEmpty() ? 0 : Long.parseLong(lastEventId) + 1;
        log.looked(Promise.SEEN_TEXT);
        if (!id.isEmpty() && !id.equals(Long.toString(expected))) {
            log.complain(Promise.SEEN_TEXT, job, "event " + id + " where " + expected + " was next");
        }
    }

    private void takeText(Door.Event event) {
        int before = text.length();
        for (var delta : Door.json(event.data()).path("deltas")) {
            if (delta.path("type").asText().equals("text")) {
                text.append(delta.path("text").asText());
            }
        }
        if (text.length() > before && !wish.expectedText().startsWith(text.toString())) {
            log.complain(Promise.SEEN_TEXT, job, "after event " + lastEventId + " the text is not the vendor's");
            text.setLength(0);
        }
    }

    private void end(String name) {
        over = true;
        watch.ended(job);
        log.sawEnd(job, name);
        if (name.equals("completed") && !text.toString().equals(wish.expectedText())) {
            log.complain(
                    Promise.SEEN_TEXT,
                    job,
                    "completed after " + text.length() + " of "
                            + wish.expectedText().length() + " characters");
        }
    }
}

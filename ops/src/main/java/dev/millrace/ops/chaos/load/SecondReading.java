package dev.millrace.ops.chaos.load;

import dev.millrace.ops.chaos.load.ClientLog.Accepted;
import dev.millrace.ops.history.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;

/** Reads jobs once more, each at every replica. What the log holds must be had there, by whoever asks. */
final class SecondReading {
    private static final int AT_ONCE = 16;
    private static final int MOST_TRIES = 3;

    private final List<Door> doors;
    private final UnaryOperator<String> keys;
    private final ClientLog log;
    private final Semaphore room = new Semaphore(AT_ONCE);

    /** @param keys API key of an account */
    SecondReading(List<Door> doors, UnaryOperator<String> keys, ClientLog log) {
        this.doors = List.copyOf(doors);
        this.keys = keys;
        this.log = log;
    }

    void read(int most, SplittableRandom random) throws InterruptedException {
        var unread = log.unread();
        var jobs = new ArrayList<>(log.accepted());
        Collections.shuffle(jobs, new Random(random.nextLong()));
        // stable: those that nobody could read come first
        jobs.sort((a, b) -> Boolean.compare(unread.contains(b.jobId()), unread.contains(a.jobId())));
        try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var job : jobs.subList(0, Math.min(most, jobs.size()))) {
                for (var door : doors) {
                    room.acquire();
                    readers.execute(() -> {
                        try {
                            read(job, door);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        } finally {
                            room.release();
                        }
                    });
                }
            }
        }
    }

    private void read(Accepted job, Door door) throws InterruptedException {
        log.looked(Promise.READABLE);
        var last = "";
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            var reading = new Reading(job.jobId(), job.wish(), log, new StreamWatch());
            try (var events = door.events(job.jobId(), keys.apply(job.wish().account()), "")) {
                if (events.status() == 200) {
                    reading.read(events, Integer.MAX_VALUE);
                }
                last = "HTTP " + events.status() + " and " + reading.seen() + " events";
            } catch (IOException | Door.MalformedAnswer e) {
                last = reading.seen() + " events, then " + e;
            }
            if (reading.over()) {
                return;
            }
        }
        log.complain(Promise.READABLE, job.jobId(), "not read to its end: " + last);
    }
}

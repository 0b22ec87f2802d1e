package dev.millrace.ops.chaos.load;

import dev.millrace.ops.chaos.stage.Stage;
import dev.millrace.ops.history.Promise;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients that come at a steady rate, each with a wish of its own. No more than so many are there at once: when answers are slow, fewer
 * come.
 */
public final class Crowd implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Crowd.class);
    private static final int MOST_AT_ONCE = 1000;

    private final Stage stage;
    private final long seed;
    private final List<String> accounts;
    private final ClientLog log;
    private final StreamWatch watch;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();
    private final TopicDoor topic;
    private final Doors doors;
    private final Doors readingDoors;
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);
    private final AtomicLong came = new AtomicLong();

    public Crowd(Stage stage, long seed, List<String> accounts, ClientLog log, StreamWatch watch) {
        this.stage = stage;
        this.seed = seed;
        this.accounts = List.copyOf(accounts);
        this.log = log;
        this.watch = watch;
        this.topic = new TopicDoor(stage);
        var submitting = stage.doors("ingress").stream()
                .map(base -> new Door(http, base))
                .toList();
        this.doors = new Doors(submitting);
        var reading = new ArrayList<>(submitting);
        stage.doors("egress").forEach(base -> reading.add(new Door(http, base)));
        this.readingDoors = new Doors(reading);
    }

    /** Lets clients come at this rate for so long; those that are there at its end stay until they are served. */
    public void come(double perSecond, Duration length) throws InterruptedException {
        long begunNanos = System.nanoTime();
        long gapNanos = (long) (1e9 / perSecond);
        long number = 0;
        for (long due = begunNanos; due - begunNanos < length.toNanos(); due += gapNanos) {
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            if (room.tryAcquire(length.toNanos() - (System.nanoTime() - begunNanos), TimeUnit.NANOSECONDS)) {
                start(Wish.of(seed, number++, accounts));
            }
            if (System.nanoTime() - begunNanos > length.toNanos()) {
                return;
            }
            // who could not come in time does not come at all
            due = Math.max(due, System.nanoTime() - gapNanos * 50);
        }
    }

    private void start(Wish wish) {
        came.incrementAndGet();
        clients.execute(() -> {
            try {
                client(wish).run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.atError().addKeyValue("client", wish.number()).setCause(e).log("A client failed");
                log.complain(Promise.SEEN_TEXT, "", "client " + wish.number() + " failed: " + e);
            } finally {
                room.release();
            }
        });
    }

    private Client client(Wish wish) {
        return new Client(wish, key(wish.account()), doors, readingDoors, topic, log, watch);
    }

    private String key(String account) {
        return Objects.requireNonNull(stage.keys().get(account), account).text().reveal();
    }

    /** Submits one small job per account on the topic because something happened, and tells the watch of their first chunks. */
    public void probe(String cause, long atNanos, ProbeEyes eyes) {
        var submitted = new ArrayList<String>();
        var wishes = new ArrayList<Wish>();
        for (var account : accounts.subList(0, Math.min(4, accounts.size()))) {
            var number = -came.incrementAndGet();
            var drawn = Wish.of(seed, number, List.of(account));
            var wish =
                    new Wish(number, Behaviour.TOPIC, account, drawn.model(), "p" + seed + number, true, drawn.luck());
            wishes.add(wish);
            submitted.add("topic-" + wish.marker());
        }
        watch.begun(cause, atNanos, submitted);
        for (int i = 0; i < wishes.size(); i++) {
            var wish = wishes.get(i);
            var job = submitted.get(i);
            eyes.lookOutFor(job);
            var _ = topic.submit(job, wish).whenComplete((_, failure) -> {
                if (failure == null) {
                    log.accepted(job, wish);
                } else {
                    watch.left(job);
                }
            });
        }
    }

    /** Somebody who sees the first chunk of a job on the topic. */
    public interface ProbeEyes {
        void lookOutFor(String job);
    }

    /** Clients that came so far, probes among them. */
    public long came() {
        return came.get();
    }

    /** Waits until the last client is served, at most so long; the rest is sent away. */
    public void leave(Duration patience) throws InterruptedException {
        clients.shutdown();
        if (!clients.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            int left = MOST_AT_ONCE - room.availablePermits();
            LOG.atWarn().addKeyValue("clients", left).log("Clients were not served to the end");
            for (int i = 0; i < left; i++) {
                log.count("client was sent away at the end");
            }
            clients.shutdownNow();
        }
    }

    /**
     * Reads some accepted jobs from their beginning to their end at every replica, those first that a client gave up to read: for the time
     * when everything is mended.
     *
     * @param most jobs
     */
    public void readAgain(int most) throws InterruptedException {
        new SecondReading(readingDoors.all(), this::key, log).read(most, new SplittableRandom(seed));
    }

    @Override
    public void close() {
        clients.shutdownNow();
        http.shutdownNow();
        topic.close();
    }
}

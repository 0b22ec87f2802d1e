package dev.millrace.ops.bench.load;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends calls and reads their replies on one event loop. Runs one after the other; methods block until every call of theirs has ended.
 *
 * <p>Connections are kept for three seconds, so that no server closes one under a call, and there are as many as calls are open.
 */
public final class LoadGenerator implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 30_000;
    private static final int KEEP_ALIVE_SECONDS = 3;
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final Duration LEAD = Duration.ofMillis(5);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context context = vertx.getOrCreateContext();
    private final HttpClient http;
    private final Map<Integer, byte[]> expectedByDeltas = new ConcurrentHashMap<>();

    public LoadGenerator() {
        http = vertx.createHttpClient(
                new HttpClientOptions()
                        .setKeepAlive(true)
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setTcpNoDelay(true)
                        .setConnectTimeout(5_000),
                new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS).setMaxWaitQueueSize(-1));
    }

    /**
     * Learns from the vendor itself what the content of a workload is; every later reply is compared with it. What is said does not
     * depend on the pace, so this is quick.
     *
     * @throws IllegalStateException when the vendor does not answer
     */
    public void learn(Target vendor, Workload workload) {
        if (expectedByDeltas.containsKey(workload.deltas())) {
            return;
        }
        var quick = Workload.instantStream(workload.deltas());
        var learnt = new CompletableFuture<byte[]>();
        var tally = new Tally();
        context.runOnContext(_ -> send(vendor, quick, System.nanoTime(), tally, (completed, content) -> {
            if (completed && content.length > 0) {
                learnt.complete(content);
            } else {
                learnt.completeExceptionally(new IllegalStateException(
                        "the mock vendor does not answer " + workload.model() + ": " + tally.failures()));
            }
        }));
        expectedByDeltas.put(workload.deltas(), await(learnt, patience(quick)));
    }

    /** One call after the other. */
    public Tally sequential(Target target, Workload workload, int calls) {
        return closed(target, workload, 1, sent -> sent < calls, SILENCE.multipliedBy(calls));
    }

    /** So many at once, for so long: as fast as the target goes. */
    public Tally saturate(Target target, Workload workload, int concurrency, Duration length) {
        long endNanos = System.nanoTime() + length.toNanos();
        return closed(target, workload, concurrency, _ -> System.nanoTime() - endNanos < 0, length);
    }

    private interface Wanted {
        boolean another(long sent);
    }

    private Tally closed(Target target, Workload workload, int concurrency, Wanted wanted, Duration length) {
        var tally = new Tally();
        var done = new CompletableFuture<Boolean>();
        var loop = new Object() {
            private int open = concurrency;

            void next() {
                if (wanted.another(tally.sent())) {
                    send(target, workload, System.nanoTime(), tally, (_, _) -> context.runOnContext(_ -> next()));
                } else if (--open == 0) {
                    done.complete(true);
                }
            }
        };
        context.runOnContext(_ -> {
            for (int i = 0; i < concurrency; i++) {
                loop.next();
            }
        });
        await(done, patience(workload).plus(length));
        return tally;
    }

    /** Calls at the schedule's times, whatever became of those before. */
    public Tally open(Target target, Workload workload, Schedule schedule, Tally tally) {
        return begin(target, workload, schedule, tally).await();
    }

    /** The same without waiting. */
    public Running begin(Target target, Workload workload, Schedule schedule, Tally tally) {
        var done = new CompletableFuture<Tally>();
        var offsets = schedule.offsetsNanos();
        var left = new int[] {offsets.length};
        long startNanos = System.nanoTime() + LEAD.toNanos();
        var clock = Thread.ofPlatform().daemon().name("bench-clock").unstarted(() -> {
            for (long offset : offsets) {
                long intended = startNanos + offset;
                for (long wait = intended - System.nanoTime(); wait > 0; wait = intended - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                context.runOnContext(_ -> send(target, workload, intended, tally, (_, _) -> {
                    if (--left[0] == 0) {
                        done.complete(tally);
                    }
                }));
            }
        });
        clock.start();
        var last = Duration.ofNanos(offsets[offsets.length - 1]);
        return new Running(done, patience(workload).plus(last));
    }

    /** Calls that are under way. */
    public record Running(CompletableFuture<Tally> done, Duration patience) {
        /**
         * Waits for the end of all of them.
         *
         * @throws IllegalStateException when there is none
         */
        public Tally await() {
            return LoadGenerator.await(done, patience);
        }
    }

    private void send(Target target, Workload workload, long intendedNanos, Tally tally, Exchange.Ended ended) {
        tally.begun(System.nanoTime());
        var exchange = new Exchange(workload, expectedByDeltas.get(workload.deltas()), intendedNanos, tally, ended);
        var options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(target.base().getHost())
                .setPort(target.base().getPort())
                .setURI(Target.PATH)
                .setIdleTimeout(SILENCE.toMillis())
                .putHeader("content-type", "application/json");
        target.headers().forEach(options::putHeader);
        http.request(options)
                .compose(request -> {
                    request.exceptionHandler(e -> exchange.fail("broken off: " + e));
                    return request.send(Buffer.buffer(target.body(workload)));
                })
                .onSuccess(exchange::answered)
                .onFailure(e -> exchange.fail("not answered: " + e));
    }

    /** No call of the workload takes longer: each ends by itself when nothing comes for a while. */
    private static Duration patience(Workload workload) {
        return SILENCE.multipliedBy(3).plusMillis(workload.vendorMillis());
    }

    private static <T> T await(CompletableFuture<T> done, Duration patience) {
        try {
            return done.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("calls did not end within " + patience, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.close().await();
        vertx.close().await();
    }
}

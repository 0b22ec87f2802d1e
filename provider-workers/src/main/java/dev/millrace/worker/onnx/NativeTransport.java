package dev.millrace.worker.onnx;

import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.transport.VendorTransport;
import io.vertx.core.Context;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs requests on a few threads of its own, never on an event loop, each on one thread; what is more than those can do soon is turned
 * away as a busy vendor would. A model is loaded when it is first asked for. Thread-safe.
 */
public final class NativeTransport implements VendorTransport {
    private static final Logger LOG = LoggerFactory.getLogger(NativeTransport.class);
    private static final int MAX_WAITING = 256;
    private static final VendorHeaders HEADERS = new VendorHeaders(Map.of("content-type", "application/x-ndjson"));

    private final ThreadPoolExecutor threads;
    private final Map<EmbeddingModel, LoadedModel> loaded = new EnumMap<>(EmbeddingModel.class);

    /**
     * A transport with threads of its own.
     *
     * @param concurrency requests worked on at once, at least 1
     */
    public NativeTransport(int concurrency) {
        this.threads = new ThreadPoolExecutor(
                concurrency,
                concurrency,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().daemon().name("native-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** As many as half of the machine's processors. */
    public static NativeTransport ofThisMachine() {
        return new NativeTransport(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    @Override
    public Exchange start(Context context, VendorCall call, Listener listener) {
        var exchange = new Running(context, listener);
        exchange.send(Listener::connected);
        try {
            threads.execute(() -> run(NativeRequest.of(call), exchange));
        } catch (RejectedExecutionException e) {
            exchange.answer(429, NativeReply.error("all threads for models in this process are busy"));
        }
        return exchange;
    }

    private void run(NativeRequest request, Running exchange) {
        try {
            var model = EmbeddingModel.named(request.model());
            if (model.isEmpty()) {
                exchange.answer(404, NativeReply.error("there is no model " + request.model() + " in this process"));
            } else if (!exchange.over) {
                new EmbeddingRun(model.get(), load(model.get()), request, exchange).run();
            }
        } catch (RuntimeException | LinkageError e) {
            // The outermost loop of this thread: the model does not run here, the caller hears so.
            LOG.atError().addKeyValue("model", request.model()).setCause(e).log("A model in this process failed");
            exchange.answer(500, NativeReply.error("the model cannot run in this process"));
        }
    }

    private LoadedModel load(EmbeddingModel model) {
        synchronized (loaded) {
            return loaded.computeIfAbsent(model, LoadedModel::new);
        }
    }

    /** Waits shortly for running requests, then unloads the models. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (threads.awaitTermination(2, TimeUnit.SECONDS)) {
                synchronized (loaded) {
                    loaded.values().forEach(LoadedModel::close);
                    loaded.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One request on its way; hands its events to the listener on the context, in order. */
    static final class Running implements Exchange {
        private final Context context;
        private final Listener listener;
        private final Deque<Consumer<Listener>> held = new ArrayDeque<>();
        private boolean paused;
        private volatile boolean over;
        private volatile boolean headSent;

        Running(Context context, Listener listener) {
            this.context = context;
            this.listener = listener;
        }

        /** Whether nobody waits for the rest. */
        boolean over() {
            return over;
        }

        void head() {
            headSent = true;
            send(to -> to.head(200, HEADERS));
        }

        void bytes(ByteBuffer bytes) {
            send(to -> to.bytes(bytes));
        }

        void end() {
            send(Listener::end);
        }

        /** The whole reply; after a head, what comes with it is the end of the body. */
        void answer(int status, ByteBuffer body) {
            if (!headSent) {
                headSent = true;
                send(to -> to.head(status, HEADERS));
            }
            bytes(body);
            end();
        }

        private void send(Consumer<Listener> event) {
            context.runOnContext(_ -> {
                if (over) {
                    return;
                }
                if (paused || !held.isEmpty()) {
                    held.add(event);
                } else {
                    event.accept(listener);
                }
            });
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
            context.runOnContext(_ -> drain());
        }

        private void drain() {
            while (!paused && !over && !held.isEmpty()) {
                held.remove().accept(listener);
            }
        }

        @Override
        public void abort() {
            over = true;
            held.clear();
        }
    }
}

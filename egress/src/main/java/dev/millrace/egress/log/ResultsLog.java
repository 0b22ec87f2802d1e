package dev.millrace.egress.log;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.consumer.ConsumerFactory;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.registry.RegistryException;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.TopicCatalogue;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link JobLog} over Kafka: a live tail of {@code inference-results} by assign(), and readers that catch up from the log. One per
 * process.
 *
 * <p>The log is the buffer: a subscriber that is slow, late or returning is served from the log, so memory per subscriber is bounded and
 * no subscriber holds up another.
 */
public final class ResultsLog implements JobLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ResultsLog.class);
    private static final String OVERLOADED = "too many readers at once, try again later";

    private final Vertx vertx;
    private final ResultsLogConfig config;
    private final int partitions;
    private final List<Integer> tailed;
    private final AtomicInteger nextChoice = new AtomicInteger();
    private final Feeds feeds = new Feeds();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("results-read-", 0).factory());
    private final AvroCodec<InferenceResult> codec;
    private final LiveTail tail;
    private final ReaderPool pool;
    private final CatchUp catchUp;
    private final RequestLookup requests;
    private final Existence existence;
    private final StatusReader status;
    private final ListReader list;
    private final JobFeed.Surroundings surroundings = new JobFeed.Surroundings() {
        @Override
        public void readBack(JobFeed feed) {
            if (!closed) {
                catchUp.begin(feed);
            }
        }

        @Override
        public void forget(JobFeed feed) {
            feeds.remove(feed);
        }
    };
    private volatile boolean closed;

    public ResultsLog(
            Vertx vertx,
            ConsumerFactory consumers,
            TopicCatalogue topics,
            Codecs codecs,
            ResultsLogConfig config,
            InstantSource clock) {
        var results = topics.results();
        this.vertx = vertx;
        this.config = config;
        this.partitions = results.partitions();
        this.tailed = tailed(config.partitions(), partitions);
        this.codec = codecs.codec(results);
        this.tail = new LiveTail(results, codec, consumers, feeds);
        this.pool = new ReaderPool(consumers, config.readers(), config.maxWaitingReads());
        var records = new JobRecords(results, codec);
        this.requests = new RequestLookup(topics.requests(), codecs.codec(topics.requests()));
        this.existence = new Existence(requests, topics.settings().resultsRetention(), clock);
        this.catchUp = new CatchUp(threads, pool, tail, records, existence);
        this.status = new StatusReader(records, existence, config.maxReplyBytes());
        this.list = new ListReader(records, requests);
    }

    private static List<Integer> tailed(Set<Integer> chosen, int partitions) {
        for (int partition : chosen) {
            if (partition < 0 || partition >= partitions) {
                throw new IllegalArgumentException(
                        "egress.results.partitions: must be 0.." + (partitions - 1) + ", got " + partition);
            }
        }
        return chosen.isEmpty()
                ? IntStream.range(0, partitions).boxed().toList()
                : chosen.stream().sorted().toList();
    }

    /** Figures of this process, for metrics. */
    public record Stats(int subscriptions, long undecodableRecords) {}

    /** Starts the tail; completes when it has its place at the end of every partition it tails. Retries until closed. */
    public Future<Void> start() {
        var placed = tailed.stream().map(tail::follow).toArray(CompletableFuture<?>[]::new);
        tail.start();
        threads.execute(this::learnSchema);
        return Future.fromCompletionStage(CompletableFuture.allOf(placed), vertx.getOrCreateContext());
    }

    /** Knowing the schema beforehand spares the first record the way through a reader; it is no condition of anything. */
    private void learnSchema() {
        try {
            codec.register();
        } catch (RegistryException e) {
            if (!closed) {
                LOG.atWarn().setCause(e).log("the schema of the results is not known yet");
            }
        }
    }

    public Stats stats() {
        return new Stats(feeds.count(), tail.undecodable());
    }

    @Override
    public int choosePartition() {
        return tailed.get(Math.floorMod(nextChoice.getAndIncrement(), tailed.size()));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Costs no read where this process tails the job's partition, as it does for those of {@link #choosePartition()}; for any
     * other the partition joins the tail and what was published meanwhile is read from the log.
     */
    @Override
    public Subscription open(JobId id, AccountId account, JobListener listener) {
        if (!tail.follows(id.resultsPartition(partitions))) {
            return resume(id, account, -1, listener);
        }
        var order = new FeedOrder(id, account, -1, listener, vertx.getOrCreateContext());
        return admit(JobFeed.live(order, config, surroundings));
    }

    @Override
    public Subscription resume(JobId id, AccountId account, long afterIndex, JobListener listener) {
        var order = new FeedOrder(id, account, afterIndex, listener, vertx.getOrCreateContext());
        var feed = JobFeed.reading(order, config, surroundings);
        if (pool.overloaded()) {
            feed.lose(ErrorCode.OVERLOADED, OVERLOADED);
            return feed;
        }
        admit(feed);
        surroundings.readBack(feed);
        return feed;
    }

    private JobFeed admit(JobFeed feed) {
        if (feeds.count() >= config.maxSubscriptions()) {
            feed.lose(ErrorCode.OVERLOADED, OVERLOADED);
            return feed;
        }
        feeds.add(feed);
        if (closed) {
            feed.lose(ErrorCode.LOG_UNAVAILABLE, "this replica is shutting down");
        }
        return feed;
    }

    @Override
    public Future<JobSnapshot> snapshot(JobId id, AccountId account) {
        return ask(reader -> status.read(reader, id, account));
    }

    @Override
    public Future<InferenceRequest> request(JobId id, AccountId account) {
        return ask(reader -> {
            var found = requests.find(reader, id, account);
            if (found.isPresent()) {
                return found.get().request();
            }
            throw existence.of(reader, id, account) == Existence.Answer.EXPIRED
                    ? new JobUnavailable(ErrorCode.RESULT_EXPIRED, Existence.EXPIRED)
                    : new JobUnavailable(ErrorCode.JOB_NOT_FOUND, Existence.NOT_FOUND);
        });
    }

    @Override
    public Future<List<JobSummary>> recent(AccountId account, int limit) {
        if (limit < 1 || limit > 100) {
            throw new IllegalArgumentException("limit: must be 1..100, got " + limit);
        }
        return ask(reader -> list.read(reader, account, limit));
    }

    private <T> Future<T> ask(ReaderPool.Work<T> work) {
        if (closed || pool.overloaded()) {
            return Future.failedFuture(new JobUnavailable(ErrorCode.OVERLOADED, OVERLOADED));
        }
        var context = vertx.getOrCreateContext();
        Promise<T> answer = Promise.promise();
        threads.execute(() -> {
            try {
                T result = pool.lend(work);
                context.runOnContext(_ -> answer.complete(result));
            } catch (JobUnavailable e) {
                context.runOnContext(_ -> answer.fail(e));
            } catch (KafkaException | RegistryException.Unavailable e) {
                LOG.atWarn().setCause(e).log("reading the log failed");
                var unavailable = new JobUnavailable(ErrorCode.LOG_UNAVAILABLE, "the log does not answer");
                context.runOnContext(_ -> answer.fail(unavailable));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                var stopping = new JobUnavailable(ErrorCode.LOG_UNAVAILABLE, "this replica is shutting down");
                context.runOnContext(_ -> answer.fail(stopping));
            }
        });
        return answer.future();
    }

    /** Partitions that this process tails from its start. */
    public Set<Integer> tailedPartitions() {
        return tailed.stream().collect(Collectors.toUnmodifiableSet());
    }

    /** Ends every subscription with {@code LOG_UNAVAILABLE} and stops the threads. Blocks for at most a few seconds. */
    @Override
    public void close() {
        closed = true;
        feeds.all().forEach(feed -> feed.lose(ErrorCode.LOG_UNAVAILABLE, "this replica is shutting down"));
        tail.close();
        threads.shutdownNow();
        pool.close();
    }
}

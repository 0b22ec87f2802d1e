package dev.millrace.ingress;

import dev.millrace.access.Secret;
import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.FileRecord;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.egress.Egress;
import dev.millrace.egress.consumer.ConsumerFactory;
import dev.millrace.egress.table.CompactedTable;
import dev.millrace.file.FileLog;
import dev.millrace.ingress.files.ClaimCheck;
import dev.millrace.ingress.files.FileLimits;
import dev.millrace.ingress.files.FilePublisher;
import dev.millrace.ingress.files.FileShelf;
import dev.millrace.ingress.files.FileWriter;
import dev.millrace.ingress.http.ControlView;
import dev.millrace.ingress.http.FrontDoor;
import dev.millrace.ingress.http.HttpParts;
import dev.millrace.ingress.publish.ControlPublisher;
import dev.millrace.ingress.publish.JobControlPublisher;
import dev.millrace.ingress.publish.LogWriter;
import dev.millrace.ingress.publish.RequestPublisher;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicCatalogue;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ingress module assembled: writer, control tables and HTTP server. Needs a started {@link Egress} beside it. */
public final class Ingress implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ingress.class);
    private static final Duration PRIME_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final IngressConfig config;
    private final TopicCatalogue topics;
    private final Codecs codecs;
    private final LogWriter writer;
    private final CompactedTable<AccountRecord> accounts;
    private final CompactedTable<FileRecord> fileRecords;
    private final FileLog fileLog;
    private final FrontDoor door;
    private volatile boolean ready;

    /**
     * Connects the parts; nothing runs before {@link #start()}.
     *
     * @param egress started by its owner before this, closed after it
     * @param catalogue the models in force now
     * @param pepper under which keys are stored; the same that egress has
     */
    public Ingress(
            Vertx vertx,
            KafkaConnection kafka,
            TopicCatalogue topics,
            Codecs codecs,
            Egress egress,
            Supplier<Catalogue> catalogue,
            Secret pepper,
            MeterRegistry meters,
            IngressConfig config) {
        this.vertx = vertx;
        this.config = config;
        this.topics = topics;
        this.codecs = codecs;
        this.writer = LogWriter.connect(vertx, kafka, config.publish());
        this.accounts =
                new CompactedTable<>(ConsumerFactory.of(kafka), topics.accounts(), codecs.codec(topics.accounts()));
        var clock = InstantSource.system();
        this.fileRecords = new CompactedTable<>(
                ConsumerFactory.of(kafka), topics.fileRecords(), codecs.codec(topics.fileRecords()));
        this.fileLog = new FileLog(kafka, topics.files(), codecs.codec(topics.files()), clock);
        var files = new FilePublisher(writer, topics, codecs);
        var requests =
                new ClaimCheck(new RequestPublisher(writer, topics, codecs, meters), new FileWriter(files), clock);
        var parts = new HttpParts(
                egress.results(),
                egress.authentication(),
                egress::mountReading,
                catalogue,
                view(egress.keys()),
                view(accounts),
                requests,
                new JobControlPublisher(writer, topics, codecs, clock),
                new ControlPublisher(writer, topics, codecs),
                new HttpParts.Files(
                        new FileShelf(fileRecords::snapshot, FileLimits.DEFAULTS, clock), files, fileLog::read),
                pepper,
                clock,
                meters);
        this.door = new FrontDoor(vertx, parts, config);
        gauges(meters);
    }

    private void gauges(MeterRegistry meters) {
        Gauge.builder("millrace.ingress.publish.in.flight", writer, LogWriter::inFlight)
                .description("Records sent and not acknowledged yet")
                .register(meters);
        Gauge.builder("millrace.ingress.publish.in.flight.bytes", writer, LogWriter::inFlightBytes)
                .description("Bytes of the records sent and not acknowledged yet")
                .baseUnit("bytes")
                .register(meters);
    }

    /** Starts; completes when the server listens. Fails when the log, the registry or the address is not to be had. */
    public Future<Void> start() {
        var tables = CompletableFuture.allOf(accounts.start(), fileRecords.start());
        var table = Future.fromCompletionStage(tables, vertx.getOrCreateContext());
        return Future.all(vertx.executeBlocking(this::prime), table)
                .compose(primed -> door.open())
                .onSuccess(listening -> {
                    ready = true;
                    LOG.atInfo()
                            .addKeyValue("host", config.host())
                            .addKeyValue("port", door.port())
                            .log("ingress listens");
                });
    }

    private Void prime() {
        var written = List.of(
                topics.requests(),
                topics.jobControl(),
                topics.keys(),
                topics.accounts(),
                topics.fileRecords(),
                topics.files());
        written.forEach(topic -> codecs.codec(topic).register());
        var names = written.stream().map(topic -> topic.name()).toList();
        if (!writer.prime(names, PRIME_TIMEOUT)) {
            throw new IllegalStateException("the cluster did not tell the partitions of " + names);
        }
        return null;
    }

    /** Whether start has completed and close has not begun. */
    public boolean ready() {
        return ready;
    }

    /** Port in use; -1 before the server listens. */
    public int actualPort() {
        return door.port();
    }

    /**
     * Stops accepting, lets requests in progress end for the configured time, then cuts them and closes the writer. Blocks; never call
     * it from an event loop.
     */
    @Override
    public void close() {
        ready = false;
        try {
            var timeout = config.closeTimeout().plus(CLOSE_GRACE);
            door.close().toCompletionStage().toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().setCause(e).log("the server did not stop in order");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writer.close();
        accounts.close();
        fileRecords.close();
        fileLog.close();
    }

    private static <V extends SpecificRecord> ControlView<V> view(CompactedTable<V> table) {
        return new ControlView<>() {
            @Override
            public Optional<V> find(String id) {
                return table.get(id);
            }

            @Override
            public Map<String, V> all() {
                return table.snapshot();
            }
        };
    }
}

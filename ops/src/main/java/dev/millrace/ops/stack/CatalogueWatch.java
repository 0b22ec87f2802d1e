package dev.millrace.ops.stack;

import dev.millrace.avro.CatalogueRecord;
import dev.millrace.catalogue.CatalogueException;
import dev.millrace.catalogue.CatalogueLoader.Document;
import dev.millrace.egress.consumer.ConsumerFactory;
import dev.millrace.egress.table.CompactedTable;
import dev.millrace.ops.config.CatalogueSection;
import dev.millrace.ops.config.Configuration;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for changes of the operator's catalogue documents and puts them in force: his files first, then what the topic
 * {@code control-catalogue} holds, by name. Contents are compared, not times. A change counts once it has been the same for two looks, so
 * that a file half written is not taken for a whole one. Documents that do not make a catalogue change nothing, and are said once, with
 * every mistake.
 *
 * <p>Meters: {@code millrace.catalogue.reloads} by outcome, {@code millrace.catalogue.refused} (1 while the operator's documents are not the
 * ones in force), {@code millrace.catalogue.models}.
 */
final class CatalogueWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogueWatch.class);

    private final Supplier<List<Document>> documents;
    private final LiveCatalogue catalogue;
    private final Counter applied;
    private final Counter refused;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("watch-catalogue").factory());
    private @Nullable List<Document> seen;
    private List<Document> tried;
    private boolean fits = true;
    private String unreadable = "";
    private volatile boolean current = true;

    /**
     * Watches the documents.
     *
     * @param inForce what the catalogue was made of
     */
    CatalogueWatch(
            Supplier<List<Document>> documents, List<Document> inForce, LiveCatalogue catalogue, MeterRegistry meters) {
        this.documents = documents;
        this.tried = List.copyOf(inForce);
        this.catalogue = catalogue;
        this.applied = reloads(meters, "applied");
        this.refused = reloads(meters, "refused");
        Gauge.builder("millrace.catalogue.refused", this, watch -> watch.current ? 0 : 1)
                .description("1 while the operator's catalogue documents cannot be used and older ones are in force")
                .register(meters);
        Gauge.builder(
                        "millrace.catalogue.models",
                        catalogue,
                        live -> live.get().models().size())
                .description("Models in the catalogue in force")
                .register(meters);
    }

    private static Counter reloads(MeterRegistry meters, String outcome) {
        return Counter.builder("millrace.catalogue.reloads")
                .description("Changes of the operator's catalogue documents")
                .tag("outcome", outcome)
                .register(meters);
    }

    /** Begins to look; returns at once. */
    void start(Duration every) {
        var _ = thread.scheduleWithFixedDelay(this::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Compares once. */
    synchronized void look() {
        try {
            var now = documents.get();
            unreadable = "";
            boolean settled = seen == null || now.equals(seen);
            seen = now;
            if (settled && !now.equals(tried)) {
                tried = now;
                apply(now);
            }
            current = fits;
        } catch (UncheckedIOException e) {
            // said once, not with every look
            var reason = String.valueOf(e.getMessage());
            current = false;
            if (!reason.equals(unreadable)) {
                unreadable = reason;
                refuse(List.of(reason));
            }
        } catch (RuntimeException e) {
            // The outermost loop of this thread: it must go on looking.
            LOG.atError().setCause(e).log("Looking for changes of the catalogue failed");
        }
    }

    private void apply(List<Document> now) {
        try {
            catalogue.replace(now);
            fits = true;
            applied.increment();
            LOG.atInfo()
                    .addKeyValue("documents", now.stream().map(Document::name).toList())
                    .addKeyValue("providers", catalogue.get().providers().size())
                    .addKeyValue("models", catalogue.get().models().size())
                    .log("The changed catalogue is in force");
        } catch (CatalogueException e) {
            fits = false;
            refuse(e.mistakes());
        }
    }

    private void refuse(List<String> mistakes) {
        refused.increment();
        LOG.atWarn().addKeyValue("mistakes", mistakes).log("The changed catalogue cannot be used; the old one stays");
    }

    /**
     * Watches what a process is configured with and the topic, until the departure.
     *
     * @return completes when what the topic held is in force
     */
    static CompletableFuture<Void> of(Foundation foundation, Configuration configuration, Departure departure) {
        var topic = foundation.topics().catalogue();
        var table = departure.add(
                Departure.Stage.WATCHING,
                "catalogue-topic",
                new CompactedTable<>(
                        ConsumerFactory.of(foundation.kafka()),
                        topic,
                        foundation.codecs().codec(topic)));
        var complete = table.start();
        var watch = departure.add(
                Departure.Stage.WATCHING,
                "watch-catalogue",
                new CatalogueWatch(
                        () -> all(configuration, table),
                        CatalogueSection.documents(configuration),
                        foundation.catalogue(),
                        foundation.meters()));
        var every = configuration.get(CatalogueSection.RELOAD_EVERY);
        return complete.thenRun(() -> {
            watch.look();
            watch.start(every);
        });
    }

    private static List<Document> all(Configuration configuration, CompactedTable<CatalogueRecord> table) {
        var all = new ArrayList<>(CatalogueSection.documents(configuration));
        table.snapshot().values().stream()
                .sorted(Comparator.comparing(CatalogueRecord::getName))
                .map(record -> new Document("control-catalogue/" + record.getName(), record.getYaml()))
                .forEach(all::add);
        return all;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

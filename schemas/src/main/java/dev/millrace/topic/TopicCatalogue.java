package dev.millrace.topic;

import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.CatalogueRecord;
import dev.millrace.avro.CreditBalance;
import dev.millrace.avro.FileChunk;
import dev.millrace.avro.FileRecord;
import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobControl;
import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.Lane;
import dev.millrace.avro.LedgerTransfer;
import dev.millrace.avro.RouteRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/** Every topic of the system. Immutable. */
public final class TopicCatalogue {
    /** Where records go that could not be read; the value is the record's own bytes, the headers say why. */
    public static final String DEAD_LETTERS = "inference-dead-letters";

    /** Longest life of an uploaded file. */
    public static final Duration FILE_RETENTION = Duration.ofDays(30);

    private static final String MAX_RECORD_BYTES = Integer.toString(2 * 1024 * 1024);

    private final TopicSettings settings;

    public TopicCatalogue(TopicSettings settings) {
        this.settings = settings;
    }

    public TopicSettings settings() {
        return settings;
    }

    public Topic<InferenceRequest> requests() {
        return kept(
                "inference-requests", "account", InferenceRequest.class, InferenceRequest.getClassSchema(), days(3));
    }

    /** Work for the workers of {@code pool}, one topic per lane. */
    public Topic<InferenceDispatch> dispatch(String pool, Lane lane) {
        return topic(
                "inference-dispatch-" + pool + "-" + lane.name().toLowerCase(Locale.ROOT),
                "job",
                InferenceDispatch.class,
                InferenceDispatch.getClassSchema(),
                settings.dispatchPartitions(),
                retained(days(3)));
    }

    /** THE output topic: chunks and terminals of every job. */
    public Topic<InferenceResult> results() {
        return topic(
                "inference-results",
                "job",
                InferenceResult.class,
                InferenceResult.getClassSchema(),
                settings.resultsPartitions(),
                retained(settings.resultsRetention()));
    }

    public Topic<AttemptOutcome> outcomes() {
        return kept("attempt-outcomes", "account", AttemptOutcome.class, AttemptOutcome.getClassSchema(), days(3));
    }

    public Topic<JobControl> jobControl() {
        return kept("job-control", "account", JobControl.class, JobControl.getClassSchema(), days(1));
    }

    public Topic<JobSettlement> settlements() {
        return kept("job-settlements", "account", JobSettlement.class, JobSettlement.getClassSchema(), days(30));
    }

    public Topic<LedgerTransfer> ledger() {
        return topic(
                "credit-ledger",
                "account",
                LedgerTransfer.class,
                LedgerTransfer.getClassSchema(),
                settings.accountPartitions(),
                Map.of("cleanup.policy", "delete", "retention.ms", "-1", "max.message.bytes", MAX_RECORD_BYTES));
    }

    public Topic<CreditBalance> balances() {
        return compacted("credit-balances", "account", CreditBalance.class, CreditBalance.getClassSchema());
    }

    public Topic<ApiKeyRecord> keys() {
        return compacted("control-keys", "key id", ApiKeyRecord.class, ApiKeyRecord.getClassSchema());
    }

    public Topic<AccountRecord> accounts() {
        return compacted("control-accounts", "account", AccountRecord.class, AccountRecord.getClassSchema());
    }

    public Topic<CatalogueRecord> catalogue() {
        return compacted("control-catalogue", "name", CatalogueRecord.class, CatalogueRecord.getClassSchema());
    }

    public Topic<RouteRecord> routes() {
        return compacted("control-routes", "name", RouteRecord.class, RouteRecord.getClassSchema());
    }

    /** Pieces of uploaded files, each under a key of its own so that a deleted file's pieces go with it. */
    public Topic<FileChunk> files() {
        return topic(
                "files",
                "piece",
                FileChunk.class,
                FileChunk.getClassSchema(),
                settings.accountPartitions(),
                Map.of(
                        "cleanup.policy",
                        "compact,delete",
                        "retention.ms",
                        Long.toString(FILE_RETENTION.toMillis()),
                        "max.message.bytes",
                        MAX_RECORD_BYTES));
    }

    /** What an account can list of its files. */
    public Topic<FileRecord> fileRecords() {
        return compacted("control-files", "file id", FileRecord.class, FileRecord.getClassSchema());
    }

    /** All topics with an Avro value, in the order of a job's path. */
    public List<Topic<?>> all() {
        var topics = new ArrayList<Topic<?>>();
        topics.add(requests());
        for (var pool : settings.pools()) {
            topics.add(dispatch(pool, Lane.INTERACTIVE));
            topics.add(dispatch(pool, Lane.BATCH));
        }
        topics.addAll(List.of(results(), outcomes(), jobControl(), settlements(), ledger(), balances()));
        topics.addAll(List.of(keys(), accounts(), catalogue(), routes(), fileRecords(), files()));
        return List.copyOf(topics);
    }

    /** Partitions of the dead-letter topic. */
    public int deadLetterPartitions() {
        return 1;
    }

    /** Configuration of the dead-letter topic. */
    public Map<String, String> deadLetterConfig() {
        return retained(days(14));
    }

    private <V extends SpecificRecord> Topic<V> kept(
            String name, String key, Class<V> type, Schema schema, Duration retention) {
        return topic(name, key, type, schema, settings.accountPartitions(), retained(retention));
    }

    private <V extends SpecificRecord> Topic<V> compacted(String name, String key, Class<V> type, Schema schema) {
        return topic(
                name,
                key,
                type,
                schema,
                settings.accountPartitions(),
                Map.of("cleanup.policy", "compact", "max.message.bytes", MAX_RECORD_BYTES));
    }

    private static <V extends SpecificRecord> Topic<V> topic(
            String name, String key, Class<V> type, Schema schema, int partitions, Map<String, String> config) {
        return new Topic<>(name, key, type, schema, partitions, config);
    }

    private static Map<String, String> retained(Duration retention) {
        return Map.of(
                "cleanup.policy",
                "delete",
                "retention.ms",
                Long.toString(retention.toMillis()),
                "max.message.bytes",
                MAX_RECORD_BYTES);
    }

    private static Duration days(int days) {
        return Duration.ofDays(days);
    }
}

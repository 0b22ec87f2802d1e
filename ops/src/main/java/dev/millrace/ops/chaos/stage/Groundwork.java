package dev.millrace.ops.chaos.stage;

import dev.millrace.access.ApiKey;
import dev.millrace.access.Secret;
import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.ops.fleet.FleetException;
import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryConfig;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicDeclarer;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What must be on the cluster before the first module starts: topics, schemas, and a key for each account. */
public final class Groundwork {
    private static final List<String> SCOPES = List.of("inference", "jobs:read", "jobs:cancel", "credits:read");

    private Groundwork() {}

    /** Lays it; gives the key of each account. */
    public static Map<String, ApiKey> lay(
            String bootstrap, URI registryUrl, TopicCatalogue topics, Secret pepper, List<String> accounts) {
        var keys = new LinkedHashMap<String, ApiKey>();
        var properties = KafkaConnection.plain(bootstrap).properties();
        properties.put("acks", "all");
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
                var registry = new RegistryClient(RegistryConfig.of(registryUrl));
                var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            new TopicDeclarer(admin, topics).declare();
            var codecs = new Codecs(registry);
            codecs.registerAll(topics);
            for (var account : accounts) {
                var key = ApiKey.create();
                keys.put(account, key);
                producer.send(new ProducerRecord<>(
                                topics.keys().name(),
                                key.keyId().getBytes(StandardCharsets.UTF_8),
                                codecs.codec(topics.keys()).encode(record(account, key, pepper))))
                        .get();
            }
            return keys;
        } catch (ExecutionException e) {
            throw new FleetException("The keys could not be written: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FleetException("Interrupted while the keys were written");
        }
    }

    private static ApiKeyRecord record(String account, ApiKey key, Secret pepper) {
        return ApiKeyRecord.newBuilder()
                .setKeyId(key.keyId())
                .setAccount(account)
                .setHmac(ByteBuffer.wrap(key.hmac(pepper)))
                .setLabel("fault run")
                .setScopes(SCOPES)
                .setCreatedAtMillis(System.currentTimeMillis())
                .build();
    }
}

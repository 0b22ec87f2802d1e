package dev.millrace.ingress.publish;

import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.TopicCatalogue;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes API keys and accounts to their compacted topics. Thread-safe; never blocks. */
public final class ControlPublisher implements ControlSink {
    private final LogWriter writer;
    private final TopicCatalogue topics;
    private final Codecs codecs;

    public ControlPublisher(LogWriter writer, TopicCatalogue topics, Codecs codecs) {
        this.writer = writer;
        this.topics = topics;
        this.codecs = codecs;
    }

    @Override
    public Future<Published> put(ApiKeyRecord key) {
        var topic = topics.keys();
        return write(topic.name(), key.getKeyId(), codecs.codec(topic).encode(key));
    }

    @Override
    public Future<Published> put(AccountRecord account) {
        var topic = topics.accounts();
        return write(topic.name(), account.getAccount(), codecs.codec(topic).encode(account));
    }

    private Future<Published> write(String topic, String key, byte[] value) {
        return writer.write(topic, key.getBytes(StandardCharsets.UTF_8), value, List.of());
    }
}

package dev.millrace.egress.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.AccountRecord;
import dev.millrace.egress.MemoryLog;
import dev.millrace.egress.StubRegistry;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.Topic;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompactedTableTest {
    private static final Topic<AccountRecord> TOPIC = new TopicCatalogue(TopicSettings.DEFAULTS).accounts();

    private final MemoryLog memory = new MemoryLog();
    private final StubRegistry registry = new StubRegistry();
    private final AvroCodec<AccountRecord> writer = new Codecs(registry.client()).codec(TOPIC);
    private final CompactedTable<AccountRecord> table =
            new CompactedTable<>(memory.consumers(), TOPIC, new Codecs(registry.client()).codec(TOPIC));

    @AfterEach
    void close() {
        table.close();
        registry.close();
    }

    @Test
    void isCompleteWhenItHoldsEverythingThatWasThere() {
        // Given
        put("a", "one");
        put("a", "two");
        put("b", "three");
        // When
        table.start().orTimeout(20, TimeUnit.SECONDS).join();
        // Then
        assertThat(table.isComplete()).isTrue();
        assertThat(table.snapshot()).hasSize(2);
        assertThat(table.get("a"))
                .hasValueSatisfying(
                        record -> assertThat(record.getDisplayName()).isEqualTo("two"));
    }

    @Test
    void followsChangesAndTombstones() {
        // Given
        put("a", "one");
        table.start().orTimeout(20, TimeUnit.SECONDS).join();
        // When
        put("b", "two");
        append("a", null);
        // Then
        Awaitility.await()
                .until(() -> table.get("b").isPresent() && table.get("a").isEmpty());
    }

    @Test
    void keepsTheOldValueWhenTheNewOneDoesNotDecode() {
        // Given
        put("a", "one");
        append("a", new byte[] {9, 9});
        // When
        table.start().orTimeout(20, TimeUnit.SECONDS).join();
        // Then
        assertThat(table.get("a")).isPresent();
        assertThat(table.undecodable()).isEqualTo(1);
    }

    @Test
    void waitsForTheRegistryAndLosesNothing() {
        // Given
        put("a", "one");
        registry.goDown(true);
        var complete = table.start();
        Awaitility.await().until(() -> memory.consumersMade() > 1);
        assertThat(complete).isNotDone();
        // When
        registry.goDown(false);
        // Then
        complete.orTimeout(20, TimeUnit.SECONDS).join();
        assertThat(table.get("a")).isPresent();
    }

    private void put(String account, String name) {
        append(
                account,
                writer.encode(AccountRecord.newBuilder()
                        .setAccount(account)
                        .setDisplayName(name)
                        .build()));
    }

    private void append(String key, byte @Nullable [] value) {
        memory.append(TOPIC.name(), 1, 0, key.getBytes(StandardCharsets.UTF_8), value);
    }
}

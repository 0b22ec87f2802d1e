package dev.millrace.egress;

import static dev.millrace.egress.Results.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.access.ApiKey;
import dev.millrace.access.Secret;
import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.avro.CreditBalance;
import dev.millrace.egress.EgressConfig.Listen;
import dev.millrace.egress.log.ResultsLogConfig;
import dev.millrace.job.JobId;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two egress processes over one log, each with its own server. */
class EgressTest {
    private static final TopicCatalogue TOPICS = new TopicCatalogue(TopicSettings.DEFAULTS);
    private static final Secret PEPPER = new Secret("pepper");

    private final Vertx vertx = Vertx.vertx();
    private final MemoryLog memory = new MemoryLog();
    private final StubRegistry registry = new StubRegistry();
    private final Codecs writers = new Codecs(registry.client());
    private final ApiKey key = ApiKey.create();
    private final Egress first = egress();
    private final Egress second = egress();
    private final HttpClient http = HttpClient.newHttpClient();

    private Egress egress() {
        var config = new EgressConfig(ResultsLogConfig.DEFAULTS, PEPPER, new Listen("127.0.0.1", 0));
        return new Egress(
                vertx, memory.consumers(), TOPICS, new Codecs(registry.client()), config, InstantSource.system());
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
        http.close();
        registry.close();
        HttpFixture.await(vertx.close());
    }

    @Test
    void answersAlikeOnEveryReplica() throws Exception {
        // Given
        storeKey();
        storeBalance();
        assertThat(first.ready()).isFalse();
        HttpFixture.await(first.start());
        HttpFixture.await(second.start());
        assertThat(first.ready()).isTrue();
        var job = JobId.create(first.results().choosePartition());
        publish(job);
        // Then
        for (var path : List.of("/v1/jobs/" + job + "/events", "/v1/jobs/" + job, "/v1/credits")) {
            var answer = get(first, path);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(get(second, path).body()).isEqualTo(answer.body());
        }
        assertThat(get(first, "/v1/jobs/" + job + "/events").body()).contains("Hello", "event: completed");
    }

    @Test
    void refusesAPortThatIsNone() {
        assertThatThrownBy(() -> new Listen("127.0.0.1", 70_000)).hasMessageContaining("egress.http.port");
    }

    private void publish(JobId job) {
        for (var record : List.of(Results.text(job, 0, "Hello"), Results.completed(job, 1))) {
            memory.append(
                    TOPICS.results().name(),
                    job.resultsPartition(TOPICS.results().partitions()),
                    System.currentTimeMillis(),
                    job.value().getBytes(StandardCharsets.UTF_8),
                    writers.codec(TOPICS.results()).encode(record));
        }
    }

    private void storeKey() {
        var record = ApiKeyRecord.newBuilder()
                .setKeyId(key.keyId())
                .setAccount(ACME.value())
                .setHmac(ByteBuffer.wrap(key.hmac(PEPPER)))
                .setScopes(List.of("jobs:read", "credits:read"))
                .setCreatedAtMillis(1)
                .build();
        memory.append(
                TOPICS.keys().name(),
                0,
                0,
                key.keyId().getBytes(StandardCharsets.UTF_8),
                writers.codec(TOPICS.keys()).encode(record));
    }

    private void storeBalance() {
        var balance = CreditBalance.newBuilder()
                .setAccount(ACME.value())
                .setCreditsPostedNanos(7)
                .build();
        memory.append(
                TOPICS.balances().name(),
                0,
                0,
                ACME.value().getBytes(StandardCharsets.UTF_8),
                writers.codec(TOPICS.balances()).encode(balance));
    }

    private HttpResponse<String> get(Egress egress, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + egress.port() + path))
                .header("Authorization", "Bearer " + key.text().reveal())
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}

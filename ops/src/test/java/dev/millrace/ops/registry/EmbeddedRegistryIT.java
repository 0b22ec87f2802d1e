package dev.millrace.ops.registry;

import static dev.millrace.ops.registry.RegistryFixture.record;
import static dev.millrace.ops.registry.RegistryFixture.schemaBody;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.ops.broker.EmbeddedBroker;
import dev.millrace.ops.broker.EmbeddedBrokerConfig;
import dev.millrace.ops.registry.RegistryFixture.Answer;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddedRegistryIT {
    private static final String A = "{\"name\":\"a\",\"type\":\"string\"}";
    private static final String B_WITH_DEFAULT = "{\"name\":\"b\",\"type\":\"int\",\"default\":0}";
    private static final String B = "{\"name\":\"b\",\"type\":\"int\"}";
    private static final AtomicInteger TOPICS = new AtomicInteger();

    @TempDir
    static Path directory;

    private final Vertx vertx = Vertx.vertx();
    private EmbeddedBroker broker;
    private EmbeddedRegistryConfig config;
    private EmbeddedRegistry registry;
    private RegistryFixture http;

    @BeforeAll
    void startBroker() {
        broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(directory, 0));
    }

    @AfterAll
    void stopBroker() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        broker.close();
    }

    @BeforeEach
    void startRegistry() {
        config = new EmbeddedRegistryConfig(broker.bootstrapServers(), 0, "_schemas-" + TOPICS.incrementAndGet());
        start();
    }

    private void start() {
        registry = EmbeddedRegistry.start(vertx, config);
        http = new RegistryFixture(registry.url());
    }

    @AfterEach
    void stopRegistry() {
        http.close();
        registry.close();
    }

    private void restart() {
        stopRegistry();
        start();
    }

    @Test
    void givesTheSameSchemaTheSameIdAndVersion() {
        // When
        var first = http.register("s", record("R", A));
        var again = http.register("s", record("R", A).replace(",", " , "));
        // Then
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.body().path("id").asInt()).isEqualTo(1);
        assertThat(first.body().path("version").asInt()).isEqualTo(1);
        assertThat(again).isEqualTo(first);
        assertThat(texts(http.get("/subjects"))).containsExactly("s");
        assertThat(numbers(http.get("/subjects/s/versions"))).containsExactly(1);
    }

    @Test
    void givesTheSameSchemaTheSameIdUnderTwoSubjects() {
        assertThat(id(http.register("s", record("R", A)))).isEqualTo(1);
        assertThat(id(http.register("t", record("Other", A)))).isEqualTo(2);
        assertThat(id(http.register("t", record("Other", A)))).isEqualTo(2);
        assertThat(id(http.register("u", record("R", A)))).isEqualTo(1);
        assertThat(texts(http.get("/schemas/ids/1/subjects"))).containsExactly("s", "u");
        assertThat(http.get("/schemas/ids/1/versions").body().toString())
                .isEqualTo("[{\"subject\":\"s\",\"version\":1},{\"subject\":\"u\",\"version\":1}]");
    }

    @Test
    void showsVersionsBySubjectAndById() {
        // Given
        http.register("s", record("R", A));
        http.register("s", record("R", A + "," + B_WITH_DEFAULT));
        // When
        var latest = http.get("/subjects/s/versions/latest");
        // Then
        assertThat(latest.body().path("version").asInt()).isEqualTo(2);
        assertThat(latest.body().path("id").asInt()).isEqualTo(2);
        assertThat(latest.body().path("schema").asText()).isEqualTo(record("R", A + "," + B_WITH_DEFAULT));
        assertThat(http.get("/subjects/s/versions/-1")).isEqualTo(latest);
        assertThat(http.get("/subjects/s/versions/2")).isEqualTo(latest);
        assertThat(http.get("/subjects/s/versions/1/schema").body().toString()).isEqualTo(record("R", A));
        assertThat(http.get("/schemas/ids/1?subject=s&format=")
                        .body()
                        .path("schema")
                        .asText())
                .isEqualTo(record("R", A));
        assertThat(http.get("/schemas/ids/1/schema").body().toString()).isEqualTo(record("R", A));
        assertThat(http.get("/schemas/guids/" + latest.body().path("guid").asText())
                        .body()
                        .path("schema")
                        .asText())
                .isEqualTo(record("R", A + "," + B_WITH_DEFAULT));
        assertThat(texts(http.get("/schemas/types"))).containsExactly("AVRO");
        assertThat(http.get("/schemas").body()).hasSize(2);
        assertThat(http.get("/schemas?latestOnly=true").body()).hasSize(1);
        assertThat(http.get("/").body().toString()).isEqualTo("{}");
    }

    @Test
    void findsARegisteredSchemaBySubjectAndText() {
        // Given
        http.register("s", record("R", A));
        // Then
        var found = http.post("/subjects/s?normalize=true&deleted=false", schemaBody(record("R", A)));
        assertThat(found.body().path("id").asInt()).isEqualTo(1);
        assertThat(found.body().path("version").asInt()).isEqualTo(1);
        assertThat(http.post("/subjects/s", schemaBody(record("R", B))).errorCode())
                .isEqualTo(40403);
        assertThat(http.post("/subjects/nope", schemaBody(record("R", A))).errorCode())
                .isEqualTo(40401);
    }

    @Test
    void refusesAnIncompatibleSchemaWithReasons() {
        // Given
        http.register("s", record("R", A));
        // When
        var refused = http.register("s", record("R", A + "," + B));
        // Then
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.errorCode()).isEqualTo(409);
        assertThat(refused.message()).contains("incompatible", "\"s\"", "READER_FIELD_MISSING_DEFAULT_VALUE");
        assertThat(numbers(http.get("/subjects/s/versions"))).containsExactly(1);
    }

    @ParameterizedTest
    @EnumSource
    void obeysEveryLevelOnRegistration(CompatibilityLevel level) {
        // Given a field without default that is added and then removed again
        http.put("/config", "{\"compatibility\":\"NONE\"}");
        http.register("adds", record("R", A));
        http.register("removes", record("R", A + "," + B));
        // When
        http.put("/config", "{\"compatibility\":\"" + level + "\"}");
        // Then
        assertThat(http.register("adds", record("R", A + "," + B)).status())
                .isEqualTo(level.readsEarlier() ? 409 : 200);
        assertThat(http.register("removes", record("R", A)).status()).isEqualTo(level.readByEarlier() ? 409 : 200);
    }

    @Test
    void testsCompatibilityWithoutRegistering() {
        // Given
        http.register("s", record("R", A));
        var bad = schemaBody(record("R", A + "," + B));
        var good = schemaBody(record("R", A + "," + B_WITH_DEFAULT));
        // Then
        assertThat(compatible(http.post("/compatibility/subjects/s/versions/latest", good)))
                .isTrue();
        assertThat(compatible(http.post("/compatibility/subjects/s/versions/latest", bad)))
                .isFalse();
        assertThat(compatible(http.post("/compatibility/subjects/s/versions/1", bad)))
                .isFalse();
        assertThat(compatible(http.post("/compatibility/subjects/s/versions", bad)))
                .isFalse();
        assertThat(compatible(http.post("/compatibility/subjects/new/versions/latest", bad)))
                .isTrue();
        assertThat(http.post("/compatibility/subjects/s/versions/latest?verbose=true", bad)
                        .body()
                        .path("messages"))
                .isNotEmpty();
        assertThat(http.post("/compatibility/subjects/s/versions/9", good).errorCode())
                .isEqualTo(40402);
        assertThat(numbers(http.get("/subjects/s/versions"))).containsExactly(1);
    }

    @Test
    void keepsLevelsForAllAndForOneSubject() {
        assertThat(http.get("/config").body().path("compatibilityLevel").asText())
                .isEqualTo("BACKWARD");
        assertThat(http.get("/config/s").errorCode()).isEqualTo(40408);
        assertThat(http.get("/config/s?defaultToGlobal=true")
                        .body()
                        .path("compatibilityLevel")
                        .asText())
                .isEqualTo("BACKWARD");
        assertThat(http.put("/config/s", "{\"compatibility\":\"full\"}")
                        .body()
                        .path("compatibility")
                        .asText())
                .isEqualTo("FULL");
        assertThat(http.get("/config/s").body().path("compatibilityLevel").asText())
                .isEqualTo("FULL");
        assertThat(http.delete("/config/s").body().path("compatibilityLevel").asText())
                .isEqualTo("FULL");
        assertThat(http.get("/config/s").errorCode()).isEqualTo(40408);
        assertThat(http.put("/config", "{\"compatibility\":\"NONE\"}").status()).isEqualTo(200);
        assertThat(http.delete("/config").body().path("compatibilityLevel").asText())
                .isEqualTo("NONE");
        assertThat(http.get("/config").body().path("compatibilityLevel").asText())
                .isEqualTo("BACKWARD");
        assertThat(http.put("/config", "{\"compatibility\":\"SIDEWAYS\"}").errorCode())
                .isEqualTo(42203);
        assertThat(http.put("/config", "{}").errorCode()).isEqualTo(42203);
    }

    @Test
    void writesNothingInReadOnlyMode() {
        // Given
        http.register("s", record("R", A));
        assertThat(http.get("/mode").body().path("mode").asText()).isEqualTo("READWRITE");
        assertThat(http.get("/mode/s").errorCode()).isEqualTo(40409);
        // When
        assertThat(http.put("/mode/s", "{\"mode\":\"READONLY\"}")
                        .body()
                        .path("mode")
                        .asText())
                .isEqualTo("READONLY");
        // Then
        assertThat(http.register("s", record("R", A + "," + B_WITH_DEFAULT)).errorCode())
                .isEqualTo(42205);
        assertThat(http.delete("/subjects/s").errorCode()).isEqualTo(42205);
        assertThat(http.register("t", record("R", A)).status()).isEqualTo(200);
        assertThat(http.delete("/mode/s").body().path("mode").asText()).isEqualTo("READONLY");
        assertThat(http.register("s", record("R", A + "," + B_WITH_DEFAULT)).status())
                .isEqualTo(200);
        assertThat(http.put("/mode", "{\"mode\":\"IMPORT\"}").errorCode()).isEqualTo(42204);
    }

    @Test
    void deletesASubjectSoftlyAndThenForGood() {
        // Given
        http.register("s", record("R", A));
        http.register("s", record("R", A + "," + B_WITH_DEFAULT));
        // Then
        assertThat(http.delete("/subjects/s?permanent=true").errorCode()).isEqualTo(40405);
        assertThat(numbers(http.delete("/subjects/s"))).containsExactly(1, 2);
        assertThat(http.delete("/subjects/s").errorCode()).isEqualTo(40404);
        assertThat(texts(http.get("/subjects"))).isEmpty();
        assertThat(texts(http.get("/subjects?deleted=true"))).containsExactly("s");
        assertThat(http.get("/subjects/s/versions").errorCode()).isEqualTo(40401);
        assertThat(http.get("/subjects/s/versions/1?deleted=true").status()).isEqualTo(200);
        assertThat(http.get("/schemas/ids/1").status())
                .as("readers still decode")
                .isEqualTo(200);
        assertThat(numbers(http.delete("/subjects/s?permanent=true"))).containsExactly(1, 2);
        assertThat(http.get("/schemas/ids/1").errorCode()).isEqualTo(40403);
        assertThat(http.delete("/subjects/s").errorCode()).isEqualTo(40401);
        restart();
        assertThat(id(http.register("s", record("New", A))))
                .as("ids are not reused")
                .isEqualTo(3);
    }

    @Test
    void deletesOneVersionSoftlyAndThenForGood() {
        // Given
        http.register("s", record("R", A));
        http.register("s", record("R", A + "," + B_WITH_DEFAULT));
        // Then
        assertThat(http.delete("/subjects/s/versions/1?permanent=true").errorCode())
                .isEqualTo(40407);
        assertThat(http.delete("/subjects/s/versions/1").body().asInt()).isEqualTo(1);
        assertThat(http.delete("/subjects/s/versions/1").errorCode()).isEqualTo(40406);
        assertThat(http.get("/subjects/s/versions/1").errorCode()).isEqualTo(40402);
        assertThat(numbers(http.get("/subjects/s/versions?deleted=true"))).containsExactly(1, 2);
        assertThat(http.delete("/subjects/s/versions/1?permanent=true").body().asInt())
                .isEqualTo(1);
        assertThat(numbers(http.get("/subjects/s/versions?deleted=true"))).containsExactly(2);
        assertThat(http.delete("/subjects/s/versions/latest").body().asInt()).isEqualTo(2);
        assertThat(http.register("s", record("R", A)).body().path("version").asInt())
                .as("numbers are not reused")
                .isEqualTo(3);
    }

    @Test
    void resolvesTypesOfOtherSubjects() {
        // Given
        http.register("inner", record("x.Inner", A));
        var outer = "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Outer\\\",\\\"fields\\\":"
                + "[{\\\"name\\\":\\\"i\\\",\\\"type\\\":\\\"x.Inner\\\"}]}\",\"references\":"
                + "[{\"name\":\"x.Inner\",\"subject\":\"inner\",\"version\":-1}]}";
        // When
        var registered = http.post("/subjects/outer/versions", outer);
        // Then
        assertThat(registered.status()).isEqualTo(200);
        var shown = http.get("/subjects/outer/versions/latest").body();
        assertThat(shown.path("references").toString())
                .isEqualTo("[{\"name\":\"x.Inner\",\"subject\":\"inner\",\"version\":1}]");
        assertThat(shown.path("schema").asText()).doesNotContain("\"a\"");
        assertThat(http.get("/schemas/ids/2?format=resolved")
                        .body()
                        .path("schema")
                        .asText())
                .contains("\"Inner\"", "\"a\"");
        assertThat(numbers(http.get("/subjects/inner/versions/1/referencedby"))).containsExactly(2);
        assertThat(http.delete("/subjects/inner/versions/1").errorCode()).isEqualTo(42206);
        assertThat(http.delete("/subjects/inner").errorCode()).isEqualTo(42206);
        assertThat(http.post("/subjects/outer/versions", outer.replace("-1", "5"))
                        .errorCode())
                .isEqualTo(42201);
        restart();
        assertThat(http.post("/subjects/outer/versions", outer)).isEqualTo(registered);
    }

    @Test
    void keepsMetadataAndFindsTheLatestWithIt() {
        // Given
        var tagged = "{\"schema\":\"\\\"string\\\"\",\"metadata\":{\"properties\":{\"stage\":\"%s\"}}}";
        http.post("/subjects/s/versions", tagged.formatted("beta"));
        http.post("/subjects/s/versions", tagged.formatted("final"));
        // Then
        var found = http.get("/subjects/s/metadata?key=stage&value=beta&deleted=false&");
        assertThat(found.body().path("version").asInt()).isEqualTo(1);
        assertThat(found.body()
                        .path("metadata")
                        .path("properties")
                        .path("stage")
                        .asText())
                .isEqualTo("beta");
        assertThat(http.get("/subjects/s/metadata?key=stage&value=alpha").errorCode())
                .isEqualTo(40403);
        restart();
        assertThat(http.get("/subjects/s/metadata?key=stage&value=beta")).isEqualTo(found);
    }

    @Test
    void remembersEverythingOverARestart() {
        // Given
        http.register("s", record("R", A));
        http.register("s", record("R", A + "," + B_WITH_DEFAULT));
        http.register("t", record("T", A));
        http.delete("/subjects/t");
        http.put("/config/s", "{\"compatibility\":\"FULL_TRANSITIVE\"}");
        http.put("/mode/t", "{\"mode\":\"READONLY\"}");
        var paths = List.of(
                "/subjects",
                "/subjects?deleted=true",
                "/subjects/s/versions/1",
                "/subjects/s/versions/latest",
                "/schemas/ids/3",
                "/schemas?deleted=true",
                "/config",
                "/config/s",
                "/mode/t");
        var before = paths.stream().map(http::get).toList();
        // When
        restart();
        // Then
        assertThat(paths.stream().map(http::get).toList()).isEqualTo(before);
        assertThat(id(http.register("u", record("U", A)))).isEqualTo(4);
    }

    @Test
    void givesOutEachIdOnceUnderConcurrency() {
        // When
        var ids = IntStream.range(0, 60)
                .parallel()
                .map(i -> id(http.register("s" + i, record("R" + i % 20, A))))
                .boxed()
                .toList();
        // Then
        assertThat(ids.stream().distinct().sorted())
                .isEqualTo(IntStream.rangeClosed(1, 20).boxed().toList());
        assertThat(ids.get(3)).isEqualTo(ids.get(23)).isEqualTo(ids.get(43));
    }

    @Test
    void takesSubjectsWithSpecialCharacters() {
        // When
        assertThat(http.register("a%2Fb%20%C3%BC-value", record("R", A)).status())
                .isEqualTo(200);
        // Then
        assertThat(texts(http.get("/subjects"))).containsExactly("a/b ü-value");
        assertThat(http.get("/subjects/a%2Fb%20%C3%BC-value/versions/1")
                        .body()
                        .path("subject")
                        .asText())
                .isEqualTo("a/b ü-value");
        assertThat(http.register("a%00b", record("R", A)).errorCode()).isEqualTo(42208);
        assertThat(http.register("x".repeat(513), record("R", A)).errorCode()).isEqualTo(42208);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"schema\":\"\"}",
                "{\"schema\":\"nonsense\"}",
                "{\"schema\":\"{\\\"type\\\":\\\"record\\\"}\"}",
                "{\"schema\":\"{\\\"type\\\":\\\"enum\\\",\\\"name\\\":\\\"E\\\",\\\"symbols\\\":null}\"}",
                "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"1x\\\",\\\"fields\\\":[]}\"}",
                "{\"schema\":\"[[]]\"}",
                "{\"schema\":17}",
                "{}",
                "{\"schema\":null}",
                "{\"schema\":\"\\\"string\\\"\",\"references\":[{}]}",
                "{\"schema\":\"{}\",\"schemaType\":\"JSON\"}",
                "{\"schema\":\"syntax = 'proto3'\",\"schemaType\":\"PROTOBUF\"}"
            })
    void refusesWhatIsNoAvroSchema(String body) {
        var refused = http.post("/subjects/s/versions", body);
        assertThat(refused.status()).as(refused.message()).isEqualTo(422);
        assertThat(refused.errorCode()).isEqualTo(42201);
        assertThat(refused.message()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "17", "\"x\"", "{} {}", "\0"})
    void refusesWhatIsNoJsonObject(String body) {
        assertThat(http.post("/subjects/s/versions", body))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(400))
                .satisfies(refused -> assertThat(refused.errorCode()).isEqualTo(400));
    }

    @Test
    void refusesBodiesThatAreTooLarge() {
        assertThat(http.post("/subjects/s/versions", "x".repeat(1024 * 1024 + 1))
                        .status())
                .isEqualTo(413);
        assertThat(http.get("/subjects").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/subjects/none/versions,40401",
        "/subjects/none/versions/1,40401",
        "/subjects/s/versions/9,40402",
        "/subjects/s/versions/0,42202",
        "/subjects/s/versions/x,42202",
        "/subjects/s/versions/99999999999,42202",
        "/schemas/ids/9,40403",
        "/schemas/ids/x,404",
        "/schemas/ids/9/versions,40403",
        "/schemas/guids/x,40403",
        "/nothing/here,404"
    })
    void saysWhatDoesNotExist(String path, int code) {
        http.register("s", record("R", A));
        var answer = http.get(path);
        assertThat(answer.errorCode()).isEqualTo(code);
        assertThat(answer.status()).isEqualTo(code > 1000 ? code / 100 : code);
        assertThat(answer.message()).isNotBlank();
    }

    @Test
    void refusesMethodsThatAPathDoesNotHave() {
        assertThat(http.put("/subjects", "{}").errorCode()).isEqualTo(405);
    }

    @Test
    void keepsItsStateInACompactedTopic() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, config.topic());
            var topic = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            assertThat(topic)
                    .isNotNull()
                    .satisfies(found ->
                            assertThat(found.get("cleanup.policy").value()).isEqualTo("compact"));
        }
    }

    @Test
    void refusesATopicWithoutTotalOrder() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("wide", 2, (short) 1)))
                    .all()
                    .get();
        }
        assertThatExceptionOfType(RegistryStartException.class)
                .isThrownBy(() ->
                        EmbeddedRegistry.start(vertx, new EmbeddedRegistryConfig(broker.bootstrapServers(), 0, "wide")))
                .withMessageContaining("must have one partition");
    }

    @Test
    void refusesATakenPort() {
        assertThatExceptionOfType(RegistryStartException.class)
                .isThrownBy(() -> EmbeddedRegistry.start(
                        vertx, new EmbeddedRegistryConfig(broker.bootstrapServers(), registry.port(), config.topic())))
                .withMessageContaining("Port " + registry.port());
    }

    private static int id(Answer answer) {
        assertThat(answer.status()).as(answer.message()).isEqualTo(200);
        return answer.body().path("id").asInt();
    }

    private static boolean compatible(Answer answer) {
        assertThat(answer.status()).as(answer.message()).isEqualTo(200);
        return answer.body().path("is_compatible").asBoolean();
    }

    private static List<String> texts(Answer answer) {
        return StreamSupport.stream(answer.body().spliterator(), false)
                .map(node -> node.asText())
                .toList();
    }

    private static List<Integer> numbers(Answer answer) {
        return StreamSupport.stream(answer.body().spliterator(), false)
                .map(node -> node.asInt())
                .toList();
    }
}

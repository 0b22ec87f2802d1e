package dev.millrace.egress.jobs;

import static dev.millrace.egress.FakeJobLog.event;
import static dev.millrace.egress.Results.completed;
import static dev.millrace.egress.Results.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.access.ApiKey;
import dev.millrace.access.Secret;
import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.avro.CreditBalance;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Lane;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.Verdict;
import dev.millrace.avro.VerdictKind;
import dev.millrace.egress.FakeJobLog;
import dev.millrace.egress.HttpFixture;
import dev.millrace.egress.Results;
import dev.millrace.egress.access.ApiKeyAuthentication;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.egress.log.JobSnapshot;
import dev.millrace.egress.log.JobSummary;
import dev.millrace.egress.reply.ReplyBuilder;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.JobId;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobsApiTest {
    private static final Secret PEPPER = new Secret("pepper");
    private static final JobId JOB = JobId.create(0);

    private final ApiKey key = ApiKey.create();
    private final Vertx vertx = Vertx.vertx();
    private final FakeJobLog log = new FakeJobLog(vertx);
    private final HttpFixture http = new HttpFixture(vertx, router());

    private Router router() {
        var record = ApiKeyRecord.newBuilder()
                .setKeyId(key.keyId())
                .setAccount("acme")
                .setHmac(ByteBuffer.wrap(key.hmac(PEPPER)))
                .setScopes(List.of("jobs:read", "credits:read"))
                .setCreatedAtMillis(1)
                .build();
        var authentication = new ApiKeyAuthentication(_ -> Optional.of(record), PEPPER, InstantSource.system());
        var router = new ScopedRouter(Router.router(vertx), authentication);
        new JobsApi(vertx, log, JobsApiTest::balance).mount(router);
        return router.sealed();
    }

    private static Optional<CreditBalance> balance(String account) {
        return Optional.of(CreditBalance.newBuilder()
                .setAccount(account)
                .setCreditsPostedNanos(5000)
                .setDebitsPostedNanos(1500)
                .setJobs(2)
                .build());
    }

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void tellsStatusOutputAndCostOfAnEndedJob() {
        // Given
        var reply = new ReplyBuilder(1000);
        reply.add(text(JOB, 0, "Hello"), false);
        log.snapshots.put(
                JOB,
                new JobSnapshot(
                        JOB,
                        JobSnapshot.Phase.ENDED,
                        JOB.createdAtMillis().orElse(0),
                        "alpha",
                        "alpha/one",
                        1,
                        2,
                        reply.build(),
                        completed(JOB, 1).getTerminal()));
        // When
        var response = get("/v1/jobs/" + JOB);
        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .contains("\"status\":\"completed\"", "\"output_text\":\"Hello\"", "\"text_length\":5")
                .contains("\"usage\":{\"input_tokens\":3,\"output_tokens\":2,\"estimated\":false}")
                .contains("\"cost_nanos\":1500,\"cost\":\"0.0000015\"")
                .contains("\"events\":\"/v1/jobs/" + JOB + "/events\"");
    }

    @Test
    void answers404ForJobsThatAreNotTheCallers() {
        assertThat(get("/v1/jobs/" + JobId.create(0)).statusCode()).isEqualTo(404);
        assertThat(get("/v1/jobs/%20%00").statusCode()).isEqualTo(404);
        assertThat(get("/v1/jobs/" + "x".repeat(200)).statusCode()).isEqualTo(404);
        var events = getAsync("/v1/jobs/" + JOB + "/events");
        subscription().emit(new JobEvent.Lost(ErrorCode.JOB_NOT_FOUND, "no such job"));
        assertThat(events.join().statusCode()).isEqualTo(404);
        assertThat(events.join().headers().firstValue("content-type")).contains("application/problem+json");
    }

    @Test
    void listsJobsWithinTheLimit() {
        // Given
        var jobs = new ArrayList<JobSummary>();
        for (int i = 0; i < 3; i++) {
            jobs.add(new JobSummary(
                    JobId.create(0), 1000, Operation.CHAT, Lane.BATCH, "alpha/one", JobSnapshot.Phase.QUEUED, null));
        }
        log.recent = jobs;
        // When
        var response = get("/v1/jobs?limit=2");
        // Then
        assertThat(response.body())
                .contains(jobs.get(0).id().value(), jobs.get(1).id().value(), "\"status\":\"queued\"")
                .doesNotContain(jobs.get(2).id().value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "101", "-1", "x", "", "1e3", "99999999999999999999"})
    void refusesLimitsOutOfRange(String limit) {
        var response = get("/v1/jobs?limit=" + limit);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"param\":\"limit\"");
    }

    @Test
    void streamsEventsWithIdsAndTypes() {
        // When
        var events = getAsync("/v1/jobs/" + JOB + "/events");
        subscription().emit(event(0, text(JOB, 0, "Hi")));
        subscription().emit(new JobEvent.Chunk(1, text(JOB, 1, 2, 0, "Ho"), true));
        subscription().emit(event(2, completed(JOB, 2)));
        // Then
        var frames = events.join().body().split("\n\n", -1);
        assertThat(events.join().headers().firstValue("millrace-job-id")).contains(JOB.value());
        assertThat(frames).hasSize(5);
        assertThat(frames[0])
                .startsWith("id: 0\nevent: chunk\ndata: {\"index\":0,\"attempt\":1,\"epoch\":1,\"seq\":0,")
                .endsWith("\"deltas\":[{\"choice\":0,\"type\":\"text\",\"text\":\"Hi\"}]}");
        assertThat(frames[1]).startsWith("id: 0\nevent: restarted\n");
        assertThat(frames[2]).startsWith("id: 1\nevent: chunk\n");
        assertThat(frames[3]).startsWith("id: 2\nevent: completed\n").contains("\"cost_nanos\":1500");
    }

    @Test
    void resumesAfterTheHeaderElseTheParameter() {
        var byParameter = getAsync("/v1/jobs/" + JOB + "/events?starting_after=4");
        assertThat(subscription().after).isEqualTo(4);
        var byHeader = getAsync("/v1/jobs/" + JOB + "/events?starting_after=4", "Last-Event-ID", "7");
        Awaitility.await().until(() -> log.subscriptions.size() == 2);
        assertThat(log.subscriptions.get(1).after).isEqualTo(7);
        assertThat(List.of(byParameter, byHeader)).noneMatch(CompletableFuture::isDone);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-2", "x", "1.5", "99999999999999999999", "0x1", "%20"})
    void refusesPlacesThatAreNone(String place) {
        var response = get("/v1/jobs/" + JOB + "/events?starting_after=" + place);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"param\":\"starting_after\"");
        assertThat(get("/v1/jobs/" + JOB + "/events", "Last-Event-ID", "garbage")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void tellsAReaderThatHasTheEndNotToComeBack() {
        // Given
        log.put(JOB, event(0, text(JOB, 0, "Hi")), event(1, completed(JOB, 1)));
        // Then
        assertThat(get("/v1/jobs/" + JOB + "/events?starting_after=1").statusCode())
                .isEqualTo(204);
    }

    @Test
    void sendsTheStatusAsSoonAsTheJobIsKnownToExist() {
        // When
        var head = new CompletableFuture<Integer>();
        var client = vertx.createHttpClient(); // held: Vert.x closes a client that nobody refers to any more
        client.request(io.vertx.core.http.HttpMethod.GET, http.port(), "127.0.0.1", "/v1/jobs/" + JOB + "/events")
                .compose(request ->
                        request.putHeader("x-api-key", key.text().reveal()).send())
                .onSuccess(response -> head.complete(response.statusCode()));
        subscription().exists();
        // Then
        assertThat(head.join()).isEqualTo(200);
        client.close();
    }

    @Test
    void tellsALostStreamAsAnErrorEventWithoutAnId() {
        // When
        var events = getAsync("/v1/jobs/" + JOB + "/events");
        subscription().emit(event(0, text(JOB, 0, "Hi")));
        subscription().emit(new JobEvent.Lost(ErrorCode.LOG_UNAVAILABLE, "shutting down"));
        // Then
        assertThat(events.join().body())
                .contains("\n\nevent: error\ndata: {\"type\":\"urn:millrace:error:log_unavailable\"");
    }

    @Test
    void doesNotShowASubmitThatCameToNothing() {
        var events = getAsync("/v1/jobs/" + JOB + "/events");
        subscription()
                .emit(new JobEvent.Answered(
                        Verdict.newBuilder().setKind(VerdictKind.DUPLICATE).build()));
        assertThat(events.join().statusCode()).isEqualTo(404);
    }

    @Test
    void resumedChatFramesJoinToTheWholeStream() {
        // Given
        var failed = Terminal.newBuilder().setStatus(JobStatus.COMPLETED).build();
        log.put(
                JOB,
                event(0, text(JOB, 0, "Hel")),
                event(1, Results.deltas(JOB, 1, Results.delta("l"), Results.delta("o"))),
                event(2, Results.end(JOB, 2, failed)));
        var path = "/v1/jobs/" + JOB + "/events?format=openai-chat";
        var whole = get(path).body();
        assertThat(whole).endsWith("data: [DONE]\n\n");
        for (int after = 0; after < 2; after++) {
            // When a client is cut right after the frame with this id
            int cut = whole.indexOf("\n\n", whole.indexOf("id: " + after + "\n")) + 2;
            var rest = get(path + "&starting_after=" + after).body();
            // Then
            assertThat(whole.substring(0, cut) + rest).isEqualTo(whole);
        }
    }

    @Test
    void refusesUnknownFormats() {
        assertThat(get("/v1/jobs/" + JOB + "/events?format=xml").statusCode()).isEqualTo(400);
    }

    @Test
    void tellsCredits() {
        assertThat(get("/v1/credits").body()).contains("\"account\":\"acme\"", "\"balance_nanos\":3500", "\"jobs\":2");
    }

    @Test
    void refusesCallersWithoutAKey() {
        assertThat(http.get("/v1/jobs").statusCode()).isEqualTo(401);
        assertThat(http.get("/v1/jobs/" + JOB).statusCode()).isEqualTo(401);
        assertThat(http.get("/v1/jobs/" + JOB + "/events").statusCode()).isEqualTo(401);
        assertThat(http.get("/v1/credits").statusCode()).isEqualTo(401);
        assertThat(log.subscriptions).isEmpty();
    }

    private FakeJobLog.Fed subscription() {
        Awaitility.await().pollInterval(Duration.ofMillis(2)).until(() -> !log.subscriptions.isEmpty());
        return log.subscriptions.getFirst();
    }

    private HttpResponse<String> get(String path, String... headers) {
        return http.get(path, withKey(headers));
    }

    private CompletableFuture<HttpResponse<String>> getAsync(String path, String... headers) {
        return http.getAsync(path, withKey(headers));
    }

    private String[] withKey(String... headers) {
        var all = new ArrayList<>(List.of(headers));
        all.add("Authorization");
        all.add("Bearer " + key.text().reveal());
        return all.toArray(String[]::new);
    }
}

package dev.millrace.worker.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.access.Secret;
import dev.millrace.avro.Delta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ProgressDelta;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.AllowedHosts;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.VendorJob;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.provider.VendorResult.Unanswered;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts of several calls, over loopback. */
@Timeout(60)
class SeveralStepsTest {
    private static final Deadlines PATIENT = new Deadlines(5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 0);

    private final Vertx vertx = Vertx.vertx();
    private final EventLoops loops = EventLoops.on(vertx, 1);
    private final Queue<Delta> deltas = new ConcurrentLinkedQueue<>();
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final CompletableFuture<VendorAttempt> attempt = new CompletableFuture<>();
    private final AtomicInteger polls = new AtomicInteger();
    private AllowedHosts allowed = AllowedHosts.NONE;
    private long pollMillis = 10;

    private record Outcome(VendorResult result, @Nullable Overrun overrun) {}

    @AfterEach
    void close() {
        Misbehaving.await(vertx.close());
    }

    /** A vendor that answers POST with a job, GET of the job by {@code poll}, everything else by {@code content}. */
    private Misbehaving vendor(Consumer<HttpServerRequest> poll, Consumer<HttpServerRequest> content) {
        return Misbehaving.http(vertx, (request, _) -> {
            var key = request.getHeader("authorization") == null ? "" : " with key";
            seen.add(request.method() + " " + request.path() + key);
            switch (request.method().name()) {
                case "POST" -> json(request, 200, "{\"id\":\"j1\"}");
                case "DELETE" -> json(request, 200, "{}");
                default -> (request.path().contains("/jobs/") ? poll : content).accept(request);
            }
        });
    }

    private static void json(HttpServerRequest request, int status, String body) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(body);
    }

    private Consumer<HttpServerRequest> doneAfter(int pending, String address) {
        return request -> {
            int poll = polls.incrementAndGet();
            json(
                    request,
                    poll <= pending ? 202 : 200,
                    poll <= pending
                            ? "{\"status\":\"pending\",\"progress\":%d}".formatted(poll * 10)
                            : "{\"status\":\"done\",\"url\":\"%s\"}".formatted(address));
        };
    }

    private static void video(HttpServerRequest request) {
        request.response().putHeader("content-type", "video/mp4").end("0123456789");
    }

    private void run(Misbehaving vendor, Deadlines deadlines, Allowance allowance, boolean resume) {
        var provider =
                new Provider("test", "job", vendor.url(), "default", null, false, Map.of(), Map.of(), 8, true, null);
        var transport = HttpTransport.of(
                vertx, provider, vendor.url(), CredentialScheme.bearer(), new Secret("sk-canary"), allowed);
        var codec = new JobVendor(pollMillis);
        var context = loops.next();
        VendorAttempt.Listener listener = (pieces, result, overrun) -> {
            deltas.addAll(pieces);
            if (result != null) {
                outcome.complete(new Outcome(result, overrun));
            }
        };
        context.runOnContext(_ -> attempt.complete(
                resume
                        ? VendorAttempt.resume(context, transport, codec.poll("j1"), deadlines, allowance, listener)
                        : VendorAttempt.start(
                                context, transport, codec.create(), codec.created(), deadlines, allowance, listener)));
    }

    private void run(Misbehaving vendor) {
        run(vendor, PATIENT, Allowance.untilJobDeadline(30_000), false);
    }

    private VendorResult result() throws Exception {
        return outcome.get(20, TimeUnit.SECONDS).result();
    }

    private String content() {
        var text = new StringBuilder();
        for (var delta : deltas) {
            if (delta.getContent() instanceof MediaDelta media && media.getData() != null) {
                text.append(StandardCharsets.UTF_8.decode(media.getData().duplicate()));
            }
        }
        return text.toString();
    }

    @Test
    void goesFromTheJobOverPollsToItsContent() throws Exception {
        try (var vendor = vendor(doneAfter(2, "/files/v.mp4"), SeveralStepsTest::video)) {
            // When
            run(vendor);
            // Then
            assertThat(result()).isInstanceOf(Finished.class);
            assertThat(content()).isEqualTo("0123456789");
            assertThat(VendorJob.in(List.copyOf(deltas))).isEqualTo("\"j1\"");
            assertThat(deltas.stream()
                            .filter(delta -> delta.getContent() instanceof ProgressDelta)
                            .map(delta -> ((ProgressDelta) delta.getContent()).getPercent()))
                    .containsExactly(-1, 10, 20);
            assertThat(seen)
                    .containsExactly(
                            "POST /v1/jobs with key",
                            "GET /v1/jobs/j1 with key",
                            "GET /v1/jobs/j1 with key",
                            "GET /v1/jobs/j1 with key",
                            "GET /v1/files/v.mp4 with key");
        }
    }

    @Test
    void takesUpAJobWithoutMakingAnother() throws Exception {
        try (var vendor = vendor(doneAfter(1, "/files/v.mp4"), SeveralStepsTest::video)) {
            run(vendor, PATIENT, Allowance.untilJobDeadline(30_000), true);
            assertThat(result()).isInstanceOf(Finished.class);
            assertThat(seen).noneMatch(call -> call.startsWith("POST"));
        }
    }

    @Test
    void sendsNoKeyToAnotherHost() throws Exception {
        allowed = AllowedHosts.of("localhost");
        try (var elsewhere = vendor(_ -> {}, SeveralStepsTest::video);
                var vendor = vendor(doneAfter(0, elsewhere.url("http", "localhost") + "/v.mp4?signature=x"), _ -> {})) {
            run(vendor);
            assertThat(result()).isInstanceOf(Finished.class);
            assertThat(content()).isEqualTo("0123456789");
            assertThat(seen).last().isEqualTo("GET /v1/v.mp4");
        }
    }

    @Test
    void goesToNoHostThatIsNotAllowed() throws Exception {
        try (var elsewhere = vendor(_ -> {}, SeveralStepsTest::video);
                var vendor = vendor(doneAfter(0, elsewhere.url("http", "localhost") + "/v.mp4"), _ -> {})) {
            run(vendor);
            assertThat(result()).isInstanceOf(Malformed.class);
            assertThat(elsewhere.requests).hasValue(0);
        }
    }

    @Test
    void followsARedirectOnlyWhereTheAdapterReadsIt() throws Exception {
        try (var vendor = vendor(doneAfter(0, "/redirect"), request -> {
            if (request.path().endsWith("/redirect")) {
                request.response()
                        .setStatusCode(302)
                        .putHeader("location", "/moved.mp4")
                        .end();
            } else {
                video(request);
            }
        })) {
            run(vendor);
            assertThat(result()).isInstanceOf(Finished.class);
            assertThat(seen).last().isEqualTo("GET /v1/moved.mp4 with key");
        }
    }

    @Test
    void endsRepliesThatLeadInACircle() throws Exception {
        try (var vendor = vendor(
                doneAfter(0, "/redirect"),
                request -> request.response()
                        .setStatusCode(302)
                        .putHeader("location", "/redirect")
                        .end())) {
            run(vendor);
            assertThat(result()).isInstanceOf(Malformed.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"500", "429", "close", "half"})
    void asksAgainAfterAPollThatFailed(String failure) throws Exception {
        var done = doneAfter(1, "/files/v.mp4");
        var failed = new AtomicInteger();
        try (var vendor = vendor(
                request -> {
                    if (failed.incrementAndGet() > 2) {
                        done.accept(request);
                    } else {
                        fail(request, failure);
                    }
                },
                SeveralStepsTest::video)) {
            run(vendor);
            assertThat(result()).isInstanceOf(Finished.class);
            assertThat(content()).isEqualTo("0123456789");
        }
    }

    private void fail(HttpServerRequest request, String failure) {
        switch (failure) {
            case "close" -> request.connection().close();
            case "half" -> {
                request.response()
                        .setChunked(true)
                        .putHeader("content-type", "application/json")
                        .write("{\"sta");
                vertx.setTimer(20, _ -> request.connection().close());
            }
            default -> json(request, Integer.parseInt(failure), "{}");
        }
    }

    @Test
    void givesUpAfterABoundedNumberOfFailedPollsAndEndsTheJob() throws Exception {
        try (var vendor = vendor(request -> json(request, 503, "{}"), _ -> {})) {
            run(vendor);
            assertThat(result()).isInstanceOf(Unanswered.class);
            await().untilAsserted(() -> assertThat(seen).last().isEqualTo("DELETE /v1/jobs/j1 with key"));
            assertThat(seen.stream().filter(call -> call.startsWith("GET"))).hasSize(1 + VendorAttempt.MAX_REPEATS);
        }
    }

    @Test
    void doesNotAskAgainForAJobThatFailed() throws Exception {
        try (var vendor = vendor(request -> json(request, 200, "{\"status\":\"failed\"}"), _ -> {})) {
            run(vendor);
            assertThat(result())
                    .isInstanceOfSatisfying(
                            Unavailable.class,
                            it -> assertThat(it.error().code()).isEqualTo("job_failed"));
            assertThat(seen).hasSize(2);
        }
    }

    @Test
    void doesNotMakeTheJobAgainWhenMakingItFailed() throws Exception {
        try (var vendor = Misbehaving.http(vertx, (request, _) -> json(request, 503, "{}"))) {
            run(vendor);
            assertThat(result()).isInstanceOf(Unavailable.class);
            assertThat(vendor.requests).hasValue(1);
        }
    }

    @Test
    void doesNotTakeAContentThatBreaksOffForWhole() throws Exception {
        try (var vendor = vendor(doneAfter(0, "/files/v.mp4"), request -> {
            request.response().putHeader("content-length", "10").write("01234");
            vertx.setTimer(50, _ -> request.connection().close());
        })) {
            run(vendor);
            assertThat(result()).isInstanceOf(Truncated.class);
            assertThat(content()).isEqualTo("01234");
        }
    }

    @Test
    void endsAtOnceWhenCancelledBetweenPollsAndEndsTheVendorsJob() throws Exception {
        pollMillis = 20_000;
        try (var vendor = vendor(doneAfter(100, ""), _ -> {})) {
            run(vendor);
            await().until(() -> !deltas.isEmpty());
            loops.next().runOnContext(_ -> attempt.join().cancel());
            await().untilAsserted(() -> assertThat(seen).last().isEqualTo("DELETE /v1/jobs/j1 with key"));
            assertThat(outcome).isNotDone();
        }
    }

    @Test
    void leavesTheVendorsJobToWhoeverTakesItUp() throws Exception {
        pollMillis = 100;
        try (var vendor = vendor(doneAfter(100, ""), _ -> {})) {
            run(vendor);
            await().until(() -> polls.get() > 0);
            var left = new CompletableFuture<Integer>();
            loops.next().runOnContext(_ -> {
                attempt.join().leave();
                left.complete(polls.get());
            });
            int before = left.get(5, TimeUnit.SECONDS);
            await().pollDelay(300, TimeUnit.MILLISECONDS).until(() -> true);
            assertThat(polls.get()).isLessThanOrEqualTo(before + 1);
            assertThat(seen).noneMatch(call -> call.startsWith("DELETE"));
        }
    }

    @Test
    void missesTheTotalDeadlineBetweenPolls() throws Exception {
        pollMillis = 20_000;
        try (var vendor = vendor(doneAfter(100, ""), _ -> {})) {
            run(vendor, PATIENT, Allowance.untilJobDeadline(300), false);
            assertThat(outcome.get(5, TimeUnit.SECONDS).overrun()).isEqualTo(Overrun.TOTAL);
            await().untilAsserted(() -> assertThat(seen).last().isEqualTo("DELETE /v1/jobs/j1 with key"));
        }
    }

    @Test
    void doesNotTakeAVendorForIdleWhoseJobIsPolled() throws Exception {
        pollMillis = 100;
        var strict = new Deadlines(5_000, 400, 400, 400, 400, 400, 0);
        try (var vendor = vendor(doneAfter(8, "/files/v.mp4"), SeveralStepsTest::video)) {
            run(vendor, strict, Allowance.untilJobDeadline(30_000), false);
            assertThat(result()).isInstanceOf(Finished.class);
        }
    }
}

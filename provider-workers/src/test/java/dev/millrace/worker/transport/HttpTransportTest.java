package dev.millrace.worker.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.access.Secret;
import dev.millrace.avro.Delta;
import dev.millrace.avro.TextDelta;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.credential.Authorization;
import dev.millrace.worker.credential.Authorization.Denied;
import dev.millrace.worker.credential.Authorization.Granted;
import dev.millrace.worker.credential.RequestAuthorizer;
import dev.millrace.worker.openai.OpenAiAdapter;
import dev.millrace.worker.provider.AllowedHosts;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Throttled;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.provider.VendorResult.Unanswered;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import dev.millrace.worker.provider.VendorResult.Uncredentialed;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpTransportTest {
    private static final Deadlines PATIENT = new Deadlines(5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 0);
    private static final String CHUNK = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}}]}\n\n";
    private static final String FINISH =
            "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private final Vertx vertx = Vertx.vertx();
    private final EventLoops loops = EventLoops.on(vertx, 1);
    private final Queue<Delta> deltas = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final CompletableFuture<VendorAttempt> attempt = new CompletableFuture<>();

    private record Outcome(VendorResult result, @Nullable Overrun overrun) {}

    @AfterEach
    void close() {
        Misbehaving.await(vertx.close());
    }

    private static Provider provider(URI url, Map<String, String> quirks) {
        return new Provider("test", "openai-compatible", url, "default", null, false, Map.of(), quirks, 8, true, null);
    }

    private void call(URI url, Deadlines deadlines, long totalMillis, boolean streaming) {
        var provider = provider(url, Map.of());
        var transport = HttpTransport.of(vertx, provider, url, CredentialScheme.bearer(), new Secret("sk-canary"));
        call(transport, provider, deadlines, totalMillis, streaming);
    }

    private void call(
            VendorTransport transport, Provider provider, Deadlines deadlines, long totalMillis, boolean streaming) {
        call(transport, provider, deadlines, Allowance.untilJobDeadline(totalMillis), streaming);
    }

    private void call(
            VendorTransport transport, Provider provider, Deadlines deadlines, Allowance allowance, boolean streaming) {
        var body = ByteBuffer.wrap("{\"x\":1}".getBytes(StandardCharsets.UTF_8));
        var call = new VendorCall("POST", "/chat/completions", Map.of("X-Test", "1"), body, streaming);
        var decoder = OpenAiAdapter.of(provider).newDecoder(call);
        var context = loops.next();
        context.runOnContext(_ -> attempt.complete(VendorAttempt.start(
                context, transport, call, decoder, deadlines, allowance, (pieces, result, overrun) -> {
                    deltas.addAll(pieces);
                    if (result != null) {
                        outcome.complete(new Outcome(result, overrun));
                    }
                })));
    }

    private Outcome outcome() throws Exception {
        return outcome.get(20, TimeUnit.SECONDS);
    }

    /** The outcome of a call whose deadline is far below the other ones. */
    private Outcome promptOutcome() throws Exception {
        return outcome.get(3, TimeUnit.SECONDS);
    }

    private String text() {
        var text = new StringBuilder();
        for (var delta : deltas) {
            if (delta.getContent() instanceof TextDelta piece) {
                text.append(piece.getText());
            }
        }
        return text.toString();
    }

    private static HttpServerResponse stream(HttpServerRequest request) {
        return request.response().setChunked(true).putHeader("content-type", "text/event-stream");
    }

    @Test
    void streamsAReplyAndSendsTheKeyToItsOrigin() throws Exception {
        try (var vendor = Misbehaving.http(vertx, (request, _) -> {
            var response = stream(request);
            response.write(CHUNK.formatted("Hello"));
            vertx.setTimer(20, _ -> response.end(CHUNK.formatted(" world") + FINISH + DONE));
        })) {
            call(vendor.url(), PATIENT, 10_000, true);
            assertThat(outcome().result()).isInstanceOf(Finished.class);
            assertThat(text()).isEqualTo("Hello world");
            var seen = vendor.seen.get();
            assertThat(seen.uri()).isEqualTo("/v1/chat/completions");
            assertThat(seen.authorization()).isEqualTo("Bearer sk-canary");
            assertThat(seen.body()).isEqualTo("{\"x\":1}");
        }
    }

    @Test
    void usesAConnectionAgainThatWasReadToItsEnd() throws Exception {
        try (var vendor =
                Misbehaving.http(vertx, (request, _) -> stream(request).end(CHUNK.formatted("x") + FINISH + DONE))) {
            var provider = provider(vendor.url(), Map.of());
            var transport = HttpTransport.of(vertx, provider, vendor.url(), CredentialScheme.bearer(), null);
            call(transport, provider, PATIENT, 10_000, true);
            outcome();
            assertThat(vendor.connectionClosed.await(1300, TimeUnit.MILLISECONDS))
                    .isFalse();
        }
    }

    @Test
    void reportsAnUnreachableVendorAsUnavailable() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        call(URI.create("http://127.0.0.1:" + port), PATIENT, 10_000, true);
        assertThat(outcome().result())
                .isInstanceOfSatisfying(
                        Unavailable.class, it -> assertThat(it.error().code()).isEqualTo("connect_failed"));
    }

    @Test
    void missesTheConnectDeadline() throws Exception {
        // A listener whose queue is full does not answer.
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var first = new Socket(InetAddress.getLoopbackAddress(), socket.getLocalPort());
                var second = new Socket(InetAddress.getLoopbackAddress(), socket.getLocalPort())) {
            assertThat(first.isConnected() && second.isConnected()).isTrue();
            var url = URI.create("http://127.0.0.1:" + socket.getLocalPort());
            call(url, new Deadlines(100, 5_000, 5_000, 5_000, 5_000, 5_000, 0), 10_000, true);
            assertThat(promptOutcome().overrun()).isEqualTo(Overrun.CONNECT);
            assertThat(outcome().result()).isInstanceOf(Unavailable.class);
        }
    }

    @Test
    void missesTheFirstByteDeadline() throws Exception {
        try (var vendor = Misbehaving.http(vertx, (_, _) -> {})) {
            call(vendor.url(), new Deadlines(5_000, 100, 5_000, 5_000, 5_000, 5_000, 0), 10_000, true);
            assertThat(promptOutcome().overrun()).isEqualTo(Overrun.FIRST_BYTE);
            assertThat(outcome().result()).isInstanceOf(Unanswered.class);
            assertThat(vendor.connectionClosed.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void missesTheFirstTokenDeadlineAlthoughKeepAlivesCome() throws Exception {
        try (var vendor = Misbehaving.http(vertx, (request, _) -> {
            var response = stream(request);
            response.write(": hello\n\n");
            vertx.setPeriodic(10, _ -> response.write(": keep-alive\n\n"));
        })) {
            call(vendor.url(), new Deadlines(5_000, 5_000, 200, 5_000, 5_000, 5_000, 0), 10_000, true);
            assertThat(promptOutcome().overrun()).isEqualTo(Overrun.FIRST_TOKEN);
            assertThat(outcome().result()).isInstanceOf(Unanswered.class);
            assertThat(vendor.connectionClosed.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void missesTheDeadlineBetweenEventsAlthoughKeepAlivesCome() throws Exception {
        try (var vendor = Misbehaving.http(vertx, (request, _) -> {
            var response = stream(request);
            response.write(CHUNK.formatted("x"));
            vertx.setPeriodic(10, _ -> response.write(": keep-alive\n\n"));
        })) {
            call(vendor.url(), new Deadlines(5_000, 5_000, 5_000, 5_000, 200, 5_000, 0), 10_000, true);
            assertThat(promptOutcome().overrun()).isEqualTo(Overrun.BETWEEN_EVENTS);
            assertThat(outcome().result()).isInstanceOf(Truncated.class);
            assertThat(text()).isEqualTo("x");
            assertThat(vendor.connectionClosed.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void endsAVendorThatTricklesBelowTheMinimumRate() throws Exception {
        try (var vendor = Misbehaving.http(vertx, (request, _) -> {
            var response = stream(request);
            response.write(CHUNK.formatted("x"));
            vertx.setPeriodic(50, _ -> response.write(CHUNK.formatted("y")));
        })) {
            call(vendor.url(), new Deadlines(5_000, 5_000, 5_000, 5_000, 5_000, 300, 100_000), 10_000, true);
            assertThat(promptOutcome().overrun()).isEqualTo(Overrun.RATE);
            assertThat(outcome().result()).isInstanceOf(Truncated.class);
        }
    }

    @Test
    void missesTheTotalDeadlineOfAStreamThatNeverEnds() throws Exception {
        try (var vendor = Misbehaving.http(vertx, (request, _) -> {
            var response = stream(request);
            vertx.setPeriodic(5, _ -> response.write(CHUNK.formatted("x")));
        })) {
            call(vendor.url(), PATIENT, 300, true);
            assertThat(promptOutcome().overrun()).isEqualTo(Overrun.TOTAL);
            assertThat(vendor.connectionClosed.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closesTheVendorsConnectionOnCancel() throws Exception {
        try (var vendor = Misbehaving.http(vertx, (request, _) -> {
            var response = stream(request);
            vertx.setPeriodic(5, _ -> response.write(CHUNK.formatted("x")));
        })) {
            call(vendor.url(), PATIENT, 10_000, true);
            Awaitility.await().until(() -> !deltas.isEmpty());
            loops.next().runOnContext(_ -> attempt.join().cancel());
            assertThat(vendor.connectionClosed.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(outcome).isNotDone();
        }
    }

    @Test
    void reportsABrokenConnectionBeforeTheHeadAsUnanswered() throws Exception {
        try (var vendor = Misbehaving.raw(vertx, socket -> socket.close())) {
            call(vendor.url(), PATIENT, 10_000, true);
            assertThat(outcome().result()).isInstanceOf(Unanswered.class);
        }
    }

    @Test
    void reportsABrokenConnectionInMidStreamAsTruncated() throws Exception {
        try (var vendor = Misbehaving.http(vertx, (request, _) -> {
            stream(request).write(CHUNK.formatted("x"));
            vertx.setTimer(50, _ -> request.connection().close());
        })) {
            call(vendor.url(), PATIENT, 10_000, true);
            assertThat(outcome().result()).isInstanceOf(Truncated.class);
            assertThat(text()).isEqualTo("x");
        }
    }

    @Test
    void readsABodyWhoseEndIsTheEndOfTheConnection() throws Exception {
        var head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        try (var vendor = Misbehaving.raw(
                vertx, socket -> socket.end(Buffer.buffer(head + CHUNK.formatted("x") + FINISH + DONE)))) {
            call(vendor.url(), PATIENT, 10_000, true);
            assertThat(outcome().result()).isInstanceOf(Finished.class);
        }
    }

    @Test
    void doesNotTakeAnEarlyEndOfTheConnectionForTheEndOfTheReply() throws Exception {
        var head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        try (var vendor =
                Misbehaving.raw(vertx, socket -> socket.end(Buffer.buffer(head + CHUNK.formatted("x") + FINISH)))) {
            call(vendor.url(), PATIENT, 10_000, true);
            assertThat(outcome().result()).isInstanceOf(Truncated.class);
        }
    }

    @Test
    void reportsRefusalAndThrottling() throws Exception {
        try (var vendor = Misbehaving.http(
                vertx,
                (request, _) -> request.response()
                        .setStatusCode(429)
                        .putHeader("retry-after", "3")
                        .end("{\"error\":{\"message\":\"slow down\",\"type\":\"rate_limit_error\"}}"))) {
            call(vendor.url(), PATIENT, 10_000, true);
            assertThat(outcome().result())
                    .isInstanceOfSatisfying(
                            Throttled.class,
                            it -> assertThat(it.retryAfterMillis()).isEqualTo(3000));
        }
    }

    @Test
    void doesNotFollowRedirects() throws Exception {
        try (var elsewhere = Misbehaving.http(
                        vertx, (request, _) -> request.response().end());
                var vendor = Misbehaving.http(
                        vertx,
                        (request, _) -> request.response()
                                .setStatusCode(307)
                                .putHeader("location", elsewhere.url() + "/chat/completions")
                                .end())) {
            call(vendor.url(), PATIENT, 10_000, true);
            assertThat(outcome().result()).isInstanceOf(Refused.class);
            assertThat(elsewhere.requests).hasValue(0);
        }
    }

    @Test
    void endsALineThatNeverEnds() throws Exception {
        try (var vendor = Misbehaving.http(vertx, (request, _) -> {
            var response = stream(request);
            response.write("data: ");
            var piece = "x".repeat(256 * 1024);
            vertx.setPeriodic(1, _ -> response.write(piece));
        })) {
            call(vendor.url(), PATIENT, 20_000, true);
            assertThat(outcome().result()).isInstanceOf(Malformed.class);
            assertThat(vendor.connectionClosed.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void sendsNothingWithoutItsCredential() throws Exception {
        try (var vendor =
                Misbehaving.http(vertx, (request, _) -> request.response().end())) {
            var provider = provider(vendor.url(), Map.of());
            RequestAuthorizer authorizer = (_, _, _) -> Future.succeededFuture(new Denied("no token", true));
            call(
                    HttpTransport.of(vertx, provider, vendor.url(), authorizer, AllowedHosts.NONE),
                    provider,
                    PATIENT,
                    10_000,
                    true);
            assertThat(outcome().result()).isEqualTo(new Uncredentialed("no token", true));
            assertThat(vendor.requests).hasValue(0);
        }
    }

    @Test
    void sendsNothingWhenCancelledBeforeItsCredentialCame() throws Exception {
        var late = Promise.<Authorization>promise();
        try (var vendor =
                Misbehaving.http(vertx, (request, _) -> request.response().end())) {
            var provider = provider(vendor.url(), Map.of());
            var asked = new CompletableFuture<RequestOptions>();
            RequestAuthorizer authorizer = (_, request, _) -> {
                asked.complete(request);
                return late.future();
            };
            call(
                    HttpTransport.of(vertx, provider, vendor.url(), authorizer, AllowedHosts.NONE),
                    provider,
                    PATIENT,
                    10_000,
                    true);
            var request = asked.get(5, TimeUnit.SECONDS);
            var cancelled = new CompletableFuture<Boolean>();
            loops.next().runOnContext(_ -> {
                attempt.join().cancel();
                late.complete(new Granted(request));
                vertx.setTimer(100, _ -> cancelled.complete(true));
            });
            assertThat(cancelled.get(5, TimeUnit.SECONDS)).isTrue();
            assertThat(vendor.requests).hasValue(0);
            assertThat(outcome).isNotDone();
        }
    }

    @Test
    void readsAWholeReply() throws Exception {
        try (var vendor = Misbehaving.http(
                vertx,
                (request, _) -> request.response()
                        .putHeader("content-type", "application/json")
                        .end(
                                "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}"))) {
            call(vendor.url(), PATIENT, 10_000, false);
            assertThat(outcome().result()).isInstanceOf(Finished.class);
            assertThat(text()).isEqualTo("hi");
        }
    }

    @Test
    void holdsTheVendorBackWhilePausedWithoutCallingItSlow() throws Exception {
        try (var vendor = Misbehaving.http(vertx, (request, _) -> {
            var response = stream(request);
            response.write(CHUNK.formatted("x"));
            vertx.setTimer(50, _ -> response.end(CHUNK.formatted("y") + FINISH + DONE));
        })) {
            call(vendor.url(), new Deadlines(5_000, 5_000, 5_000, 5_000, 250, 5_000, 0), 10_000, true);
            Awaitility.await().until(() -> !deltas.isEmpty());
            loops.next().runOnContext(_ -> attempt.join().pause());
            vertx.setTimer(
                    600, _ -> loops.next().runOnContext(_ -> attempt.join().resume()));
            assertThat(outcome().result()).isInstanceOf(Finished.class);
            assertThat(text()).isEqualTo("xy");
        }
    }

    @Test
    void refusesACertificateThatNobodyVouchesFor() throws Exception {
        var options = new HttpServerOptions().setSsl(true).setKeyCertOptions(SelfSigned.certificate());
        try (var vendor = Misbehaving.http(
                vertx, options, (request, _) -> request.response().end())) {
            call(vendor.url("https", "localhost"), PATIENT, 10_000, true);
            assertThat(outcome().result()).isInstanceOf(Unavailable.class);
            assertThat(vendor.requests).hasValue(0);
        }
    }

    @Test
    void resetsItsStreamOfASharedConnectionOnCancel() throws Exception {
        var reset = new CompletableFuture<Long>();
        var options = new HttpServerOptions().setSsl(true).setUseAlpn(true).setKeyCertOptions(SelfSigned.certificate());
        try (var vendor = Misbehaving.http(vertx, options, (request, _) -> {
            var response = stream(request).setChunked(false);
            response.exceptionHandler(_ -> reset.complete(1L));
            long timer = vertx.setPeriodic(5, _ -> response.write(CHUNK.formatted("x")));
            var _ = reset.whenComplete((_, _) -> vertx.cancelTimer(timer));
        })) {
            var url = vendor.url("https", "localhost");
            var provider = provider(url, Map.of());
            var client = vertx.createHttpClient(HttpTransport.options(url, "2").setTrustOptions(SelfSigned.trust()));
            call(new HttpTransport(client, url, CredentialScheme.bearer(), null), provider, PATIENT, 10_000, true);
            Awaitility.await().until(() -> !deltas.isEmpty());
            loops.next().runOnContext(_ -> attempt.join().cancel());
            assertThat(reset.get(5, TimeUnit.SECONDS)).isEqualTo(1L);
            assertThat(vendor.connectionClosed.getCount()).isEqualTo(1);
        }
    }
}

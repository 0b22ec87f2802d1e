package dev.millrace.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ops.bench.load.LoadGenerator;
import dev.millrace.ops.bench.load.Target;
import dev.millrace.ops.bench.load.Workload;
import dev.millrace.ops.vendor.BenchModel;
import dev.millrace.ops.vendor.MockVendor;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gates over real calls: a good vendor, and servers between it and the client that do what must be noticed. */
class GatesTest {
    private static final Workload PACED = Workload.paced(5, 20);
    private static final Workload WHOLE = Workload.whole(0);

    private final Vertx vertx = Vertx.vertx();
    private final LoadGenerator load = new LoadGenerator();
    private MockVendor vendor;

    @BeforeEach
    void start() {
        vendor = new MockVendor(vertx, 0, 1, null);
        load.learn(target(vendor.port()), PACED);
        load.learn(target(vendor.port()), WHOLE);
    }

    @AfterEach
    void close() {
        load.close();
        vendor.close();
        vertx.close().await();
    }

    private static Target target(int port) {
        return new Target(URI.create("http://127.0.0.1:" + port), Map.of(), "test/");
    }

    private HttpServer answering(String type, String body) {
        return vertx.createHttpServer()
                .requestHandler(request ->
                        request.response().putHeader("content-type", type).end(body))
                .listen(0, "127.0.0.1")
                .await();
    }

    @Test
    void holdForAVendorThatKeepsItsPace() {
        var tally = load.sequential(target(vendor.port()), PACED, 2);
        assertThat(Gates.failed(tally)).isEmpty();
        assertThat(tally.pieces()).isEqualTo(10);
        assertThat(Gates.failed(load.sequential(target(vendor.port()), WHOLE, 2)))
                .isEmpty();
    }

    @Test
    void failWhenAStreamComesAllAtOnce() {
        var frames = new StringBuilder();
        for (var piece : Pattern.compile(".{8}")
                .matcher(BenchModel.text(5, 8))
                .results()
                .map(MatchResult::group)
                .toList()) {
            frames.append("data: {\"choices\":[{\"delta\":{\"content\":\"")
                    .append(piece)
                    .append("\"}}]}\n\n");
        }
        var server = answering("text/event-stream", frames + "data: [DONE]\n\n");
        var failed = Gates.failed(load.sequential(target(server.actualPort()), PACED, 3));
        assertThat(failed).containsExactly("3 of 3 paced streams were buffered");
    }

    @Test
    void failForOtherContentAndForErrorsWithTheirReason() {
        var other = answering("application/json", "{\"choices\":[{\"message\":{\"content\":\"1 2 3\"}}]}");
        assertThat(Gates.failed(load.sequential(target(other.actualPort()), WHOLE, 1)))
                .anySatisfy(reason -> assertThat(reason).contains("1 of 1 calls failed", "differs"))
                .contains("no call completed");
        vendor.fail(1, 1, java.util.List.of("503"));
        assertThat(Gates.failed(load.sequential(target(vendor.port()), WHOLE, 2)))
                .anySatisfy(reason -> assertThat(reason).contains("2 of 2 calls failed", "status 503"));
    }
}

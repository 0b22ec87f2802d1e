package dev.millrace.worker.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.Dispatches;
import dev.millrace.worker.local.LocalAdapter;
import dev.millrace.worker.local.LocalTransport;
import dev.millrace.worker.local.LocalVendor;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.Rendering.Rendered;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ManyHungCallsTest {
    private static final int CALLS = 10_000;

    @Test
    void freesTenThousandHungCallsAtTheirDeadline() throws Exception {
        // Given
        var vertx = Vertx.vertx();
        var loops = EventLoops.on(vertx, 2);
        var adapter = new LocalAdapter(DecoderLimits.DEFAULTS, InstantSource.system());
        var transport = new LocalTransport(new LocalVendor());
        var order = Dispatches.local("echo", "hang", "{\"fail\":\"hang_before_first_token\"}");
        var call = ((Rendered) adapter.render(order, 1)).call();
        var freed = new CountDownLatch(CALLS);
        var deadlines = new Deadlines(5_000, 5_000, 2_000, 5_000, 5_000, 5_000, 0);
        long start = System.nanoTime();
        // When
        for (int i = 0; i < CALLS; i++) {
            var context = loops.next();
            context.runOnContext(_ -> VendorAttempt.start(
                    context,
                    transport,
                    call,
                    adapter.newDecoder(call),
                    deadlines,
                    Allowance.untilJobDeadline(60_000),
                    (_, result, overrun) -> {
                        if (result != null && overrun == Overrun.FIRST_TOKEN) {
                            freed.countDown();
                        }
                    }));
        }
        // Then
        assertThat(freed.await(30, TimeUnit.SECONDS)).isTrue();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertThat(millis).isBetween(2_000L, 8_000L);
        var _ = vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}

package dev.millrace.ops.bench.load;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One call from its intended moment to its end. One event loop. */
final class Exchange {
    private static final int MAX_SHOWN = 300;

    private final Workload workload;
    private final long intendedNanos;
    private final Tally tally;
    private final Content content;
    private final SseScan scan;
    private final Ended ended;
    private @Nullable Buffer whole;
    private long firstNanos = -1;
    private long lastNanos;
    private int status;
    private boolean over;

    /** Told once. */
    @FunctionalInterface
    interface Ended {
        void call(boolean completed, byte[] content);
    }

    Exchange(Workload workload, byte @Nullable [] expected, long intendedNanos, Tally tally, Ended ended) {
        this.workload = workload;
        this.intendedNanos = intendedNanos;
        this.tally = tally;
        this.content = new Content(expected);
        this.scan = new SseScan(content);
        this.ended = ended;
    }

    void answered(HttpClientResponse response) {
        status = response.statusCode();
        if (status != 200 || !workload.streaming()) {
            whole = Buffer.buffer();
        }
        response.exceptionHandler(e -> fail("broken off: " + e));
        response.handler(this::piece);
        response.endHandler(_ -> end());
    }

    private void piece(Buffer bytes) {
        if (whole != null) {
            whole.appendBuffer(bytes);
            return;
        }
        int pieces = scan.feed(bytes.getBytes());
        if (pieces == 0) {
            return;
        }
        long now = System.nanoTime();
        tally.pieces(pieces);
        if (firstNanos < 0) {
            firstNanos = now;
            tally.first(now - intendedNanos);
        } else {
            tally.gap(now - lastNanos);
        }
        lastNanos = now;
    }

    private void end() {
        long now = System.nanoTime();
        if (status != 200) {
            fail("status " + status + ": " + shown());
        } else if (whole != null) {
            endWhole(whole.getBytes(), now);
        } else {
            scan.verdict().ifPresentOrElse(this::fail, () -> complete(now));
        }
    }

    private void endWhole(byte[] body, long now) {
        content.take(body, 0, body.length);
        if (content.complete()) {
            complete(now);
        } else {
            fail("content differs from the vendor's");
        }
    }

    private String shown() {
        var text = whole == null ? "" : whole.toString(StandardCharsets.UTF_8);
        return text.substring(0, Math.min(MAX_SHOWN, text.length()));
    }

    private void complete(long now) {
        if (over) {
            return;
        }
        over = true;
        long paceNanos = (workload.deltas() - 1L) * workload.gapMillis() * 1_000_000L;
        if (workload.streaming() && paceNanos > 0 && lastNanos - firstNanos < paceNanos / 2) {
            tally.cameAtOnce();
        }
        tally.completed(now - intendedNanos, now);
        ended.call(true, content.kept());
    }

    void fail(String reason) {
        if (!over) {
            over = true;
            tally.failed(reason, System.nanoTime());
            ended.call(false, content.kept());
        }
    }
}

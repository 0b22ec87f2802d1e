package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.ops.vendor.ServedCall.Begun;
import dev.millrace.ops.vendor.ServedCall.Outcome;
import dev.millrace.worker.local.LocalEvent;
import dev.millrace.worker.local.LocalVendor;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers calls: a bench model's from ready bytes when nothing else is asked of the call, all others from the scripted vendor or a
 * recording. Thread-safe.
 */
final class VendorDesk {
    private static final Pattern WORD = Pattern.compile("\\s*\\S+|\\s+\\z");

    private final Vertx vertx;
    private final Invoice invoice;
    private final @Nullable Path recordings;
    private final LocalVendor vendor = new LocalVendor();
    private final BenchReplies benches = new BenchReplies();
    private volatile FaultSchedule faults = FaultSchedule.NONE;

    VendorDesk(Vertx vertx, Invoice invoice, @Nullable Path recordings) {
        this.vertx = vertx;
        this.invoice = invoice;
        this.recordings = recordings;
    }

    /** From now on. */
    void schedule(FaultSchedule schedule) {
        faults = schedule;
    }

    /** @param startMillis when it came in, since the epoch */
    void call(HttpServerRequest request, VendorApi api, byte[] body, long startMillis) {
        var scan = RequestScan.of(body);
        var model = api.model() == null ? scan.model() : api.model();
        var marks = CallMarks.of(request.headers(), body);
        var call = new Begun(
                invoice.nextCall(), model.toLowerCase(Locale.ROOT), marks.marker(), marks.attempt(), startMillis);
        var drawn = faults.options(call.call());
        try {
            var bench = BenchModel.isMeant(model) ? bench(api.dialect(), model) : null;
            boolean plain = drawn.isEmpty()
                    && !scan.optioned()
                    && request.getHeader(MockVendor.OPTIONS_HEADER) == null
                    && request.getHeader(MockVendor.RECORDING_HEADER) == null
                    && model.indexOf('+') < 0;
            if (bench == null || !plain) {
                script(request, api, body, new Drawn(call, marks.attempt(), model, drawn, bench), scan.usageAsked());
                return;
            }
            boolean streaming = api.streaming() == null ? scan.streaming() : api.streaming();
            var playback = new BenchPlayback(
                    vertx,
                    request.response(),
                    bench,
                    scan.usageAsked(),
                    new Ledger(call, bench.model().inputTokens()));
            if (streaming) {
                playback.stream();
            } else {
                playback.whole();
            }
        } catch (IllegalArgumentException e) {
            refuse(request, api, call, 400, String.valueOf(e.getMessage()));
        }
    }

    private BenchReply bench(WireDialect dialect, String model) {
        return benches.of(dialect, CallOptions.plain(model))
                .orElseThrow(() -> new IllegalArgumentException("not the name of a bench model: " + model));
    }

    /** A call and what the schedule has for it. */
    private record Drawn(
            Begun call,
            int attempt,
            String model,
            ObjectNode faults,
            @Nullable BenchReply bench) {}

    private void script(HttpServerRequest request, VendorApi api, byte[] body, Drawn drawn, boolean usageAsked) {
        var json = Scripts.read(body);
        if (!json.isObject()) {
            refuse(request, api, drawn.call(), 400, "not a JSON object");
            return;
        }
        var script = api.dialect().script(json, api.model(), api.streaming());
        var header = request.getHeader(MockVendor.OPTIONS_HEADER);
        var options = Scripts.options(
                benchOptions(script, drawn.bench()),
                CallOptions.ofModel(drawn.model()),
                script.path("local"),
                header == null ? Nodes.JSON.missingNode() : Scripts.read(header),
                drawn.faults());
        script.set("local", options);
        script.put("model", CallOptions.plain(drawn.model()));
        boolean streaming = script.path("stream").asBoolean();
        if (streaming) {
            // The invoice needs it; whether the client sees it is its own matter.
            script.putObject("stream_options").put("include_usage", true);
        }
        var events = events(request, script, options, Math.max(1, drawn.attempt()));
        if (events == null) {
            refuse(request, api, drawn.call(), 404, "no such recording");
            return;
        }
        var playback = new Playback(
                vertx,
                request.response(),
                api.dialect(),
                streaming,
                usageAsked,
                events,
                options,
                new Ledger(drawn.call(), words(script)));
        long acceptMillis = options.path("accept_millis").asLong();
        if (acceptMillis > 0) {
            vertx.setTimer(acceptMillis, _ -> playback.start());
        } else {
            playback.start();
        }
    }

    /** Lets the scripted vendor say what a bench model says, in the same deltas and at the same pace. */
    private static ObjectNode benchOptions(ObjectNode script, @Nullable BenchReply bench) {
        var options = Nodes.object();
        if (bench != null) {
            var model = bench.model();
            script.putArray("messages").add(Nodes.message("user", model.text()));
            script.remove("tools");
            script.remove("tool_choice");
            options.put("first_token_millis", model.firstDeltaMillis())
                    .put("gap_millis", model.gapMillis())
                    .put("delta_chars", model.deltaBytes());
        }
        return options;
    }

    /** The reply; null when a recording is asked for that is not there. */
    private @Nullable Iterator<LocalEvent> events(
            HttpServerRequest request, ObjectNode script, ObjectNode options, int attempt) {
        var recording = request.getHeader(MockVendor.RECORDING_HEADER);
        if (recording == null) {
            return vendor.answer(script.toString(), attempt);
        }
        if (recordings == null) {
            return null;
        }
        try {
            options.put("verbatim", true);
            return RecordedReply.events(
                            recordings, recording, options.path("gap_millis").asLong(-1))
                    .iterator();
        } catch (IOException e) {
            return null;
        }
    }

    /** As the scripted vendor counts a prompt. */
    private static long words(JsonNode script) {
        long count = 0;
        for (var message : script.path("messages")) {
            count += WORD.matcher(Nodes.text(message.path("content"))).results().count();
        }
        return count;
    }

    private void refuse(HttpServerRequest request, VendorApi api, Begun call, int status, String message) {
        MockVendor.answer(request, status, api.dialect().error(status, message));
        new Ledger(call, 0).refused(status);
    }

    /** Writes one call's end into the invoice. */
    private final class Ledger implements Playback.Ending {
        private final Begun call;
        private final long promptTokens;

        Ledger(Begun call, long promptTokens) {
            this.call = call;
            this.promptTokens = promptTokens;
        }

        @Override
        public void whole(long inputTokens, long outputTokens) {
            add(Outcome.WHOLE, 200, inputTokens, outputTokens, outputTokens);
        }

        @Override
        public void broken(int status, int sentTokens) {
            add(Outcome.BROKEN, status, promptTokens, 0, sentTokens);
        }

        @Override
        public void refused(int status) {
            add(Outcome.REFUSED, status, 0, 0, 0);
        }

        private void add(Outcome outcome, int status, long input, long output, long sent) {
            invoice.add(new ServedCall(call, outcome, status, input, output, sent, System.currentTimeMillis()));
        }
    }
}

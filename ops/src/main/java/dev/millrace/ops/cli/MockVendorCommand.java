package dev.millrace.ops.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.ops.client.PrivateFile;
import dev.millrace.ops.vendor.MockVendor;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "mock-vendor",
        description =
                "Answer like a vendor, in every dialect, as fast and as wrongly as told; for benchmarks and fault runs.")
final class MockVendorCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Session session;

    @Option(names = "--port", description = "Port on loopback; 0 takes a free one. Default ${DEFAULT-VALUE}.")
    private int port = 8099;

    @Option(names = "--loops", description = "Event loops; default ${DEFAULT-VALUE}.")
    private int loops = 1;

    @Option(names = "--seed", description = "Seed of the faults; default ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(names = "--fault-rate", description = "Share of calls that fail, 0 to 1; default ${DEFAULT-VALUE}.")
    private double faultRate = 0;

    @Option(
            names = "--faults",
            split = ",",
            paramLabel = "NAME",
            description = "What is drawn from, such as 503,reset,hang_mid_stream,trickle,error_in_stream,cut_at_byte,"
                    + "accept_millis,duplicate,fail=429+retry_after=3.")
    private List<String> faults = List.of();

    @Option(
            names = "--recordings",
            paramLabel = "DIR",
            description = "Recorded replies that calls may ask for by header.")
    private @Nullable Path recordings;

    @Option(
            names = "--invoice",
            paramLabel = "FILE",
            description = "Append each call that is over there, one line of JSON each.")
    private @Nullable Path invoice;

    @Option(names = "--endpoints", paramLabel = "FILE", description = "Write the address there as JSON once ready.")
    private @Nullable Path endpoints;

    MockVendorCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Logging.forProcess(session.debug());
        var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(Math.max(1, loops)));
        var vendor = start(vertx);
        Runtime.getRuntime().addShutdownHook(new Thread(vendor::close, "leave"));
        var address = JSON.createObjectNode().put("vendor", "http://127.0.0.1:" + vendor.port());
        if (endpoints != null) {
            PrivateFile.write(endpoints, address + "\n");
        }
        session.console().out().println(address);
        new CountDownLatch(1).await();
        return ExitCode.FINE;
    }

    private MockVendor start(Vertx vertx) throws IOException {
        try {
            var vendor = invoice == null
                    ? new MockVendor(vertx, port, loops, recordings)
                    : MockVendor.withInvoice(vertx, port, loops, recordings, invoice);
            Optional.of(faults)
                    .filter(names -> faultRate > 0 || !names.isEmpty())
                    .ifPresent(names -> vendor.fail(seed, faultRate, names));
            return vendor;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }
}

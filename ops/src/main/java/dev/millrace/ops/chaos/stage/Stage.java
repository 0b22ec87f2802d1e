package dev.millrace.ops.chaos.stage;

import dev.millrace.access.ApiKey;
import dev.millrace.access.Secret;
import dev.millrace.ops.chaos.proxy.Passage;
import dev.millrace.ops.fleet.Fleet;
import dev.millrace.ops.fleet.FleetException;
import dev.millrace.ops.fleet.ProcessPlan;
import dev.millrace.ops.history.InvoiceCheck;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** All processes of a run, from the cluster to the vendor, on free ports of this machine. {@link #set} returns once they serve. */
public final class Stage implements AutoCloseable {
    /** Provider whose models the mock vendor serves. */
    public static final String PROVIDER = "bench";

    /** What its tokens cost: 1 and 2 dollars a million. */
    public static final InvoiceCheck.Prices PRICES = new InvoiceCheck.Prices(1_000, 2_000);

    private static final int PARTITIONS = 2;
    private static final Duration START = Duration.ofMinutes(2);

    private final StagePlan plan;
    private final Ports ports = new Ports();
    private final Fleet fleet = new Fleet();
    private final Network network;
    private final Launch launch;
    private final TopicCatalogue topics;
    private final Map<String, SmallDisk> disks = new ConcurrentHashMap<>();
    private final Map<String, URI> doors = new LinkedHashMap<>();
    private final Map<String, ApiKey> keys = new LinkedHashMap<>();
    private final Secret pepper = new Secret("pepper-of-a-fault-run-0123456789abcdef");
    private final URI registry;
    private final int vendorPort;
    private final Thread leave = new Thread(this::leave, "leave");

    private Stage(StagePlan plan) {
        this.plan = plan;
        this.network = new Network(plan, ports);
        this.launch = new Launch(plan);
        this.topics = new TopicCatalogue(topicSettings(plan.brokers()));
        this.registry = URI.create("http://127.0.0.1:" + ports.next());
        this.vendorPort = ports.next();
        Runtime.getRuntime().addShutdownHook(leave);
    }

    /** Few partitions, for every one costs each broker something with each fetch; but one for each process of a kind. */
    private static TopicSettings topicSettings(int brokers) {
        return new TopicSettings(
                PARTITIONS,
                PARTITIONS,
                PARTITIONS,
                (short) brokers,
                Duration.ofHours(12),
                TopicSettings.DEFAULTS.pools());
    }

    /** Starts everything; nothing is left running when that fails. */
    public static Stage set(StagePlan plan, List<String> accounts) {
        var stage = new Stage(plan);
        boolean set = false;
        try {
            stage.startAll(accounts);
            set = true;
            return stage;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!set) {
                stage.close();
            }
        }
    }

    private void startAll(List<String> accounts) throws IOException {
        for (int i = 0; i < plan.brokers(); i++) {
            var name = plan.brokerNames().get(i);
            var arguments = new ArrayList<>(
                    List.of("broker", "--data", plan.work().resolve("kafka").toString()));
            arguments.addAll(network.brokerArguments(i));
            fleet.start(launch.process(name, arguments, Map.of()));
        }
        var invoice = plan.work().resolve("invoice.jsonl").toString();
        fleet.start(launch.process(
                "vendor",
                List.of("mock-vendor", "--port", Integer.toString(vendorPort), "--invoice", invoice),
                Map.of()));
        network.proxyToVendor(vendorPort);
        fleet.awaitReady(START);
        fleet.start(launch.process(
                "registry",
                List.of(
                        "registry",
                        "--bootstrap",
                        network.bootstrap("registry"),
                        "--registry-port",
                        Integer.toString(registry.getPort())),
                Map.of()));
        fleet.awaitReady("registry", START);
        keys.putAll(Groundwork.lay(bootstrap(), registry, topics, pepper, accounts));
        for (var modules : plan.moduleNames().entrySet()) {
            for (var name : modules.getValue().stream().limit(1).toList()) {
                fleet.start(module(modules.getKey(), name));
            }
        }
        fleet.awaitReady(START);
        train();
        for (var modules : plan.moduleNames().entrySet()) {
            for (var name : modules.getValue().stream().skip(1).toList()) {
                fleet.start(module(modules.getKey(), name));
            }
        }
        fleet.awaitReady(START);
    }

    /** Ends the first process of each kind in order where its archive is missing: it writes the archive then. */
    private void train() {
        var firsts = new LinkedHashMap<String, String>();
        firsts.put("broker", plan.brokerNames().getFirst());
        firsts.put("registry", "registry");
        plan.moduleNames()
                .forEach((command, names) -> names.stream().findFirst().ifPresent(name -> firsts.put(command, name)));
        firsts.keySet().removeIf(command -> !launch.lacksArchive(command));
        var ending = firsts.values().stream()
                .map(name -> Thread.ofVirtual().start(() -> fleet.process(name).terminate(START)))
                .toList();
        for (var each : ending) {
            try {
                each.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new FleetException("Interrupted while archives were written");
            }
        }
        firsts.values().forEach(fleet::restart);
        fleet.awaitReady(START);
    }

    private ProcessPlan module(String command, String name) throws IOException {
        var arguments = new ArrayList<>(List.of(command, "--management-port", "0"));
        if (command.equals("ingress") || command.equals("egress")) {
            int port = ports.next();
            doors.put(name, URI.create("http://127.0.0.1:" + port));
            if (command.equals("ingress")) {
                arguments.addAll(List.of("--port", Integer.toString(port)));
            }
        }
        var environment = new LinkedHashMap<String, String>();
        if (StagePlan.hasState(name)) {
            var state = plan.state(name);
            if (plan.onSmallDisk(name)) {
                SmallDisk.mount(state).ifPresent(disk -> disks.put(name, disk));
            }
            arguments.addAll(List.of("--state", state.toString(), "--instance", name));
        }
        if (command.equals("egress")) {
            environment.put(
                    "MILLRACE_EGRESS_PORT",
                    Integer.toString(
                            Objects.requireNonNull(doors.get(name), name).getPort()));
        }
        environment.putAll(settings(name));
        return launch.process(name, arguments, environment);
    }

    private Map<String, String> settings(String name) throws IOException {
        var catalogue = plan.work().resolve("catalogue-" + name + ".yaml");
        Files.writeString(catalogue, """
                providers:
                  %s:
                    adapter: openai-compatible
                    base-url: http://127.0.0.1:%d/v1
                    open-models: true
                    max-concurrent: 10000
                    default-prices: {input: 1, output: 2}
                """.formatted(PROVIDER, network.vendorPort(name, vendorPort)));
        return Map.ofEntries(
                Map.entry("MILLRACE_KAFKA_BOOTSTRAP_SERVERS", network.bootstrap(name)),
                Map.entry("MILLRACE_REGISTRY_URLS", registry.toString()),
                Map.entry("MILLRACE_TOPICS_REPLICATION_FACTOR", Integer.toString(plan.brokers())),
                Map.entry("MILLRACE_TOPICS_ACCOUNT_PARTITIONS", Integer.toString(PARTITIONS)),
                Map.entry("MILLRACE_TOPICS_RESULTS_PARTITIONS", Integer.toString(PARTITIONS)),
                Map.entry("MILLRACE_TOPICS_DISPATCH_PARTITIONS", Integer.toString(PARTITIONS)),
                Map.entry("MILLRACE_TOPICS_RESULTS_RETENTION", "12h"),
                Map.entry("MILLRACE_ACCESS_PEPPER", pepper.reveal()),
                Map.entry("MILLRACE_CATALOGUE_FILES", catalogue.toString()),
                // many processes on few cores: fewer idle wake-ups, at the price of some milliseconds
                Map.entry("MILLRACE_ROUTER_STREAMS_COMMIT_INTERVAL", "1s"),
                Map.entry("MILLRACE_BILLING_STREAMS_POLL", "100ms"),
                Map.entry("MILLRACE_BILLING_STREAMS_COMMIT_INTERVAL", "1s"),
                Map.entry("MILLRACE_WORKER_DEADLINES_FIRST_BYTE_MILLIS", "8000"),
                Map.entry("MILLRACE_WORKER_DEADLINES_FIRST_TOKEN_MILLIS", "10000"),
                Map.entry("MILLRACE_WORKER_DEADLINES_WHOLE_REPLY_MILLIS", "12000"),
                Map.entry("MILLRACE_WORKER_DEADLINES_BETWEEN_EVENTS_MILLIS", "8000"));
    }

    public Fleet fleet() {
        return fleet;
    }

    public StagePlan plan() {
        return plan;
    }

    public TopicCatalogue topics() {
        return topics;
    }

    /** The cluster, past all proxies. */
    public String bootstrap() {
        return network.bootstrap("");
    }

    public URI registry() {
        return registry;
    }

    public URI vendor() {
        return URI.create("http://127.0.0.1:" + vendorPort);
    }

    /** Addresses of the processes that serve HTTP, by command. */
    public List<URI> doors(String command) {
        return plan.names(command).stream().map(name -> doors.get(name)).toList();
    }

    /** Key of each account. */
    public Map<String, ApiKey> keys() {
        return Map.copyOf(keys);
    }

    /** Processes whose state lies on a disk that can be filled; none where the system did not allow it. */
    public List<String> smallDisks() {
        return List.copyOf(disks.keySet());
    }

    void cutFromKafka(String process, Passage passage) {
        network.betweenKafkaAnd(process, passage);
    }

    void cutFromVendor(String worker, Passage passage) {
        network.betweenVendorAnd(worker, passage);
    }

    /** Removes all that a process, which must not run, keeps on disk. */
    void wipeState(String process) {
        Directories.empty(plan.state(process));
    }

    /** Fills the disk of a process; false when it has none of its own. */
    boolean fillDisk(String process) {
        var disk = disks.get(process);
        if (disk != null) {
            disk.fill();
        }
        return disk != null;
    }

    void emptyDisk(String process) {
        var disk = disks.get(process);
        if (disk != null) {
            disk.empty();
        }
    }

    /** Mends the network and the disks. */
    void mend() {
        network.open();
        disks.values().forEach(SmallDisk::empty);
    }

    private synchronized void leave() {
        fleet.close();
        network.close();
        disks.values().forEach(SmallDisk::close);
        disks.clear();
    }

    @Override
    public void close() {
        leave();
        try {
            Runtime.getRuntime().removeShutdownHook(leave);
        } catch (IllegalStateException shuttingDown) {
            // it has run, or will find nothing to do
        }
    }
}

package dev.millrace.ops.chaos.stage;

import dev.millrace.ops.broker.AdvertisedListener;
import dev.millrace.ops.chaos.proxy.FaultProxy;
import dev.millrace.ops.chaos.proxy.Passage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Who reaches whom, and through which proxy. Every proxied process has a listener of its own on every broker, whose advertised address is
 * its proxy; so all its connections to the cluster can be cut, and nobody else's.
 */
final class Network implements AutoCloseable {
    private final StagePlan plan;
    private final Ports ports;
    private final List<Integer> clientPorts;
    private final List<Integer> controllerPorts;
    private final Map<String, List<AdvertisedListener>> listeners = new LinkedHashMap<>();
    private final Map<String, List<FaultProxy>> toKafka = new LinkedHashMap<>();
    private final Map<String, FaultProxy> toVendor = new LinkedHashMap<>();

    Network(StagePlan plan, Ports ports) {
        this.plan = plan;
        this.ports = ports;
        this.clientPorts = fresh();
        this.controllerPorts = fresh();
        plan.allModules().stream().filter(plan::proxied).forEach(this::proxyToKafka);
    }

    private List<Integer> fresh() {
        return IntStream.range(0, plan.brokers()).mapToObj(i -> ports.next()).toList();
    }

    private void proxyToKafka(String process) {
        var name = "VIA_" + process.toUpperCase(Locale.ROOT).replace('-', '_');
        var proxies = new ArrayList<FaultProxy>();
        var bound = new ArrayList<AdvertisedListener>();
        for (int i = 0; i < plan.brokers(); i++) {
            int port = ports.next();
            var proxy = new FaultProxy(ports.next(), port);
            proxies.add(proxy);
            bound.add(new AdvertisedListener(name, port, proxy.port()));
        }
        toKafka.put(process, List.copyOf(proxies));
        listeners.put(process, List.copyOf(bound));
    }

    /** Gives every worker a way of its own to the vendor. */
    void proxyToVendor(int vendorPort) {
        for (var worker : plan.names("worker")) {
            toVendor.put(worker, new FaultProxy(ports.next(), vendorPort));
        }
    }

    /** Arguments of {@code ./millrace broker} for node {@code i + 1}. */
    List<String> brokerArguments(int i) {
        var arguments = new ArrayList<String>();
        arguments.addAll(List.of("--node", Integer.toString(i + 1)));
        arguments.addAll(List.of("--kafka-port", Integer.toString(clientPorts.get(i))));
        arguments.addAll(List.of(
                "--voters",
                IntStream.range(0, plan.brokers())
                        .mapToObj(node -> (node + 1) + "@" + controllerPorts.get(node))
                        .collect(Collectors.joining(","))));
        for (var bound : listeners.values()) {
            var listener = bound.get(i);
            arguments.addAll(
                    List.of("--listener", listener.name() + ":" + listener.port() + ":" + listener.advertisedPort()));
        }
        return arguments;
    }

    /** The cluster as a process of this name is told, the fault run itself included. */
    String bootstrap(String process) {
        var proxies = toKafka.get(process);
        var known = proxies == null
                ? clientPorts
                : proxies.stream().map(FaultProxy::port).toList();
        return known.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    int vendorPort(String worker, int direct) {
        var proxy = toVendor.get(worker);
        return proxy == null ? direct : proxy.port();
    }

    void betweenKafkaAnd(String process, Passage passage) {
        toKafka.getOrDefault(process, List.of()).forEach(proxy -> proxy.set(passage));
    }

    void betweenVendorAnd(String worker, Passage passage) {
        var proxy = toVendor.get(worker);
        if (proxy != null) {
            proxy.set(passage);
        }
    }

    /** Mends everything. */
    void open() {
        toKafka.keySet().forEach(process -> betweenKafkaAnd(process, Passage.OPEN));
        toVendor.keySet().forEach(worker -> betweenVendorAnd(worker, Passage.OPEN));
    }

    @Override
    public void close() {
        toKafka.values().forEach(proxies -> proxies.forEach(FaultProxy::close));
        toVendor.values().forEach(FaultProxy::close);
    }
}

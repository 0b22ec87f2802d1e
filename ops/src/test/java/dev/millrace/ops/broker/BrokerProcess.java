package dev.millrace.ops.broker;

import java.nio.file.Path;

/** A broker in a process of its own, to be killed; prints its address and then waits. */
final class BrokerProcess {
    private BrokerProcess() {}

    public static void main(String[] args) throws InterruptedException {
        try (var broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(Path.of(args[0]), 0))) {
            System.out.println(broker.bootstrapServers());
            Thread.currentThread().join();
        }
    }
}

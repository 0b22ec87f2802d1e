package dev.millrace.ops.bench.profile;

import java.util.List;
import java.util.Map;

/** Names for what code belongs to. */
final class Component {
    /** Where no name fits. */
    static final String OTHER = "other";

    /** The first prefix that fits names the component; longer ones stand first. */
    private static final List<Map.Entry<String, String>> BY_PREFIX = List.of(
            Map.entry("dev.millrace.worker", "millrace worker"),
            Map.entry("dev.millrace.router", "millrace router"),
            Map.entry("dev.millrace.billing", "millrace billing"),
            Map.entry("dev.millrace.ingress", "millrace ingress"),
            Map.entry("dev.millrace.egress", "millrace egress"),
            Map.entry("dev.millrace.ops", "millrace ops"),
            Map.entry("dev.millrace", "millrace schemas"),
            Map.entry("org.rocksdb", "rocksdb"),
            Map.entry("org.apache.kafka.streams", "kafka streams"),
            Map.entry("org.apache.kafka.clients", "kafka clients"),
            Map.entry("org.apache.kafka.common", "kafka common"),
            Map.entry("org.apache.kafka", "kafka broker"),
            Map.entry("kafka.", "kafka broker"),
            Map.entry("org.apache.avro", "avro"),
            Map.entry("com.fasterxml.jackson", "jackson"),
            Map.entry("io.vertx", "vert.x"),
            Map.entry("io.netty", "netty"),
            Map.entry("io.micrometer", "micrometer"),
            Map.entry("io.prometheus", "micrometer"),
            Map.entry("ch.qos.logback", "logging"),
            Map.entry("org.slf4j", "logging"));

    private Component() {}

    /** What a class belongs to; {@link #OTHER} for the JDK's, which work for their caller. */
    static String of(String className) {
        return BY_PREFIX.stream()
                .filter(entry -> className.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(OTHER);
    }
}

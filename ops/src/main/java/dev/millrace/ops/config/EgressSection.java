package dev.millrace.ops.config;

import dev.millrace.access.Secret;
import dev.millrace.egress.EgressConfig;
import dev.millrace.egress.log.ResultsLogConfig;
import java.util.List;
import java.util.stream.Stream;

/** {@code egress}: reading results. */
public final class EgressSection {
    public static final Setting<String> HOST = new Setting<>(
            "egress.host", ValueTypes.text(), "127.0.0.1", "Address that egress listens on when it runs by itself.");
    public static final Setting<Integer> PORT = new Setting<>(
            "egress.port", ValueTypes.port(), 8080, "Port of egress when it runs by itself; 0 takes a free one.");

    static final RecordSection<ResultsLogConfig> RECORD = RecordSection.of("egress.results", ResultsLogConfig.DEFAULTS);

    static final List<Setting<?>> ALL =
            Stream.concat(Stream.of(HOST, PORT), RECORD.settings().stream()).toList();

    private EgressSection() {}

    /** Egress inside a process whose ingress serves its routes. */
    public static EgressConfig embedded(Configuration configuration, Secret pepper) {
        return new EgressConfig(RECORD.bind(configuration), pepper, null);
    }

    /** Egress with a server of its own. */
    public static EgressConfig listening(Configuration configuration, Secret pepper) {
        var listen = new EgressConfig.Listen(configuration.get(HOST), configuration.get(PORT));
        return new EgressConfig(RECORD.bind(configuration), pepper, listen);
    }
}

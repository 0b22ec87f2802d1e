package dev.millrace.ops.config;

import dev.millrace.ingress.IngressConfig;
import java.util.List;

/** {@code ingress}: the front door. */
public final class IngressSection {
    static final RecordSection<IngressConfig> RECORD = RecordSection.of("ingress", IngressConfig.DEFAULTS);

    static final List<Setting<?>> ALL = RECORD.settings();

    private IngressSection() {}

    public static IngressConfig ingress(Configuration configuration) {
        return RECORD.bind(configuration);
    }
}

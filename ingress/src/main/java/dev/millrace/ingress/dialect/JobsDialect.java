package dev.millrace.ingress.dialect;

import dev.millrace.ingress.json.StrictJson;
import java.util.Map;
import java.util.TreeMap;

/** The body of a job: that of the operation its member {@code operation} names, {@code chat} where it names none. Thread-safe. */
public final class JobsDialect implements Dialect {
    private static final String MEMBER = "operation";
    private static final String DEFAULT = "chat";
    private static final int MAX_WORD_CHARS = 64;

    private final StrictJson json;
    private final Map<String, JsonDialect> operations;

    /** @param operations by the word of the member; {@code chat} is among them */
    public JobsDialect(StrictJson json, Map<String, JsonDialect> operations) {
        this.json = json;
        this.operations = new TreeMap<>(operations);
    }

    @Override
    public Call read(Incoming request) {
        var open = OpenBody.of(request, json);
        var value = open.body().value(MEMBER);
        var dialect = operations.get(value == null ? DEFAULT : value.string(MAX_WORD_CHARS));
        if (dialect == null) {
            throw open.body().requiredValue(MEMBER).invalid("must be one of " + String.join(", ", operations.keySet()));
        }
        return dialect.read(open, JsonDialect.Endpoint.JOBS);
    }
}

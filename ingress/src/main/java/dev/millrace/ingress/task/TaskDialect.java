package dev.millrace.ingress.task;

import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.dialect.Content;
import dev.millrace.ingress.dialect.Incoming;
import dev.millrace.ingress.dialect.JsonDialect;
import dev.millrace.ingress.dialect.OpenBody;
import dev.millrace.ingress.json.StrictJson;
import java.util.List;

/** Reads one operation's requests from JSON or from a form. Thread-safe. */
abstract class TaskDialect implements JsonDialect {
    private final StrictJson json;

    TaskDialect(StrictJson json) {
        this.json = json;
    }

    /** Reads a request; throws {@link dev.millrace.ingress.json.Mistake}. */
    abstract Call read(Task task);

    @Override
    public final Call read(Incoming request) {
        return switch (request.content()) {
            case Content.Raw _ -> read(new Task(OpenBody.of(request, json), List.of(), Endpoint.OWN));
            case Content.Form form -> {
                var body = json.object(FormBody.json(form, json));
                var open = OpenBody.of(body, request, json, FormBody.digests(form));
                yield read(new Task(open, form.uploads(), Endpoint.OWN));
            }
        };
    }

    @Override
    public final Call read(OpenBody body, Endpoint endpoint) {
        return read(new Task(body, List.of(), endpoint));
    }
}

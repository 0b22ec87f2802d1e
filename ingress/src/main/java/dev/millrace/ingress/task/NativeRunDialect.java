package dev.millrace.ingress.task;

import dev.millrace.avro.Operation;
import dev.millrace.egress.jobs.NativeAnswers;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.json.StrictJson;
import java.util.Map;

/** A job of operation {@code run}: {@code model}, and the vendor's own body in {@code input}. */
public final class NativeRunDialect extends TaskDialect {
    public NativeRunDialect(StrictJson json) {
        super(json);
    }

    @Override
    Call read(Task task) {
        var input = task.body().requiredValue("input").object().node().toString();
        boolean stream = task.stream();
        return task.call(
                Operation.RUN, new Answer.Awaited(stream, true, NativeAnswers.whole()), Map.of("input", input));
    }
}

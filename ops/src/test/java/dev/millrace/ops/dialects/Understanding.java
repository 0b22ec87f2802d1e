package dev.millrace.ops.dialects;

import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.egress.log.JobEvent;
import java.util.Map;

/** Reads the normalised events of a job. */
final class Understanding {
    private Understanding() {}

    static InferenceResult record(JobEvent event) {
        return switch (event) {
            case JobEvent.Chunk(var _, var record, var _) -> record;
            case JobEvent.Ended(var _, var record, var _) -> record;
            case JobEvent.Answered _, JobEvent.Lost _ -> throw new IllegalArgumentException("no record");
        };
    }

    /** @param calls position of a call by its index */
    static void add(Said.Builder said, Map<Integer, Integer> calls, Delta delta) {
        switch (delta.getContent()) {
            case TextDelta text -> said.text(text.getText());
            case RefusalDelta refusal -> said.refusal(refusal.getText());
            case ToolCallDelta call -> {
                var position = calls.get(call.getIndex());
                if (position == null) {
                    position = said.calls();
                    calls.put(call.getIndex(), position);
                    said.beginCall(call.getName() == null ? "" : call.getName());
                }
                said.arguments(position, call.getArguments());
            }
            default -> {}
        }
    }
}

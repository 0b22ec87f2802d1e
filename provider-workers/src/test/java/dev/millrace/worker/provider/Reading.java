package dev.millrace.worker.provider;

import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A reply put together: what a reader has at the end, whichever way it was cut into pieces. */
public record Reading(Map<Integer, Choice> choices) {
    /** One choice. */
    public static final class Choice {
        public String text = "";
        public String reasoning = "";
        public String refusal = "";
        public String finish = "";
        public final List<Call> calls = new ArrayList<>();

        @Override
        public String toString() {
            return "text=" + text + " reasoning=" + reasoning + " refusal=" + refusal + " finish=" + finish + " calls="
                    + calls;
        }
    }

    /** One tool call. */
    public static final class Call {
        public String id = "";
        public String name = "";
        public String arguments = "";

        @Override
        public String toString() {
            return id + ":" + name + "(" + arguments + ")";
        }
    }

    public Reading() {
        this(new TreeMap<>());
    }

    public Choice choice(int index) {
        return choices.computeIfAbsent(index, _ -> new Choice());
    }

    /** Puts deltas together as the contract of the records says. */
    public static Reading of(List<Delta> deltas) {
        var reading = new Reading();
        for (var delta : deltas) {
            var choice = reading.choice(delta.getIndex());
            switch (delta.getContent()) {
                case TextDelta text -> choice.text += text.getText();
                case ReasoningDelta thought -> choice.reasoning += thought.getText();
                case RefusalDelta refusal -> choice.refusal += refusal.getText();
                case ToolCallDelta call -> add(choice, call);
                case FinishDelta finish -> choice.finish = finish.getVendorReason();
                case MediaDelta _ -> {}
                default -> {}
            }
        }
        return reading;
    }

    private static void add(Choice choice, ToolCallDelta delta) {
        while (choice.calls.size() <= delta.getIndex()) {
            choice.calls.add(new Call());
        }
        var call = choice.calls.get(delta.getIndex());
        call.id = delta.getId() == null ? call.id : delta.getId();
        call.name = delta.getName() == null ? call.name : delta.getName();
        call.arguments += delta.getArguments();
    }

    /** The choices without those that say nothing. */
    @Override
    public String toString() {
        return choices.toString();
    }
}

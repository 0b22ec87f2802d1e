package dev.millrace.worker.call;

import dev.millrace.avro.Delta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a model wrote, to count it in case the vendor does not; beyond a limit only its length. Not thread-safe. */
final class OutputText {
    private static final int MAX_CHARS = 1_000_000;

    private final List<String> pieces = new ArrayList<>();
    private int chars;
    private long charsBeyond;

    void add(List<Delta> deltas) {
        for (var delta : deltas) {
            switch (delta.getContent()) {
                case TextDelta text -> add(text.getText());
                case ReasoningDelta thought -> add(thought.getText());
                case RefusalDelta refusal -> add(refusal.getText());
                case ToolCallDelta call -> {
                    add(call.getName() == null ? "" : call.getName());
                    add(call.getArguments());
                }
                default -> {}
            }
        }
    }

    private void add(String text) {
        if (chars + text.length() > MAX_CHARS) {
            charsBeyond += text.length();
        } else if (!text.isEmpty()) {
            pieces.add(text);
            chars += text.length();
        }
    }

    String text() {
        return String.join("", pieces);
    }

    /** Characters that were not kept. */
    long charsBeyond() {
        return charsBeyond;
    }
}

package dev.millrace.ops.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.ops.client.ResultsTail;
import java.io.PrintStream;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/** Prints records of the output topic, one line each. */
final class ResultPrinter implements ResultsTail.Visitor {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream out;
    private final boolean json;

    ResultPrinter(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    @Override
    public void onRecord(int partition, long offset, InferenceResult record) {
        out.println(json ? jsonLine(partition, offset, record) : textLine(partition, offset, record));
    }

    @Override
    public void onUndecodable(int partition, long offset, String reason) {
        out.println(
                json
                        ? JSON.createObjectNode()
                                .put("partition", partition)
                                .put("offset", offset)
                                .put("undecodable", reason)
                        : partition + ":" + offset + " cannot be decoded: " + reason);
    }

    /** Avro prints a record as JSON. */
    private static String jsonLine(int partition, long offset, SpecificRecord record) {
        return JSON.createObjectNode()
                .put("partition", partition)
                .put("offset", offset)
                .putRawValue("record", new RawValue(record.toString()))
                .toString();
    }

    private static String textLine(int partition, long offset, InferenceResult record) {
        var line = new StringBuilder()
                .append(partition)
                .append(':')
                .append(offset)
                .append(' ')
                .append(record.getJobId())
                .append(' ')
                .append(record.getAttempt())
                .append('.')
                .append(record.getEpoch())
                .append('/')
                .append(record.getSeq());
        if (!record.getDeltas().isEmpty()) {
            line.append(' ')
                    .append(record.getDeltas().stream()
                            .map(ResultPrinter::delta)
                            .collect(Collectors.joining(" ")));
        }
        if (record.getVerdict() != null) {
            line.append(" verdict ").append(record.getVerdict().getKind());
        }
        if (record.getTerminal() != null) {
            var terminal = record.getTerminal();
            line.append(" end ").append(terminal.getStatus());
            if (terminal.getError() != null) {
                line.append(' ').append(terminal.getError().getCode());
            }
        }
        return line.toString();
    }

    private static String delta(Delta delta) {
        return switch (delta.getContent()) {
            case TextDelta text -> quoted(text.getText());
            case ReasoningDelta reasoning -> "reasoning " + quoted(reasoning.getText());
            case RefusalDelta refusal -> "refusal " + quoted(refusal.getText());
            case ToolCallDelta call -> "tool-call " + call.getIndex() + " " + quoted(call.getArguments());
            case FinishDelta finish -> "finish " + finish.getReason();
            case SpecificRecord other -> other.getSchema().getName();
            default -> String.valueOf(delta.getContent());
        };
    }

    private static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }
}

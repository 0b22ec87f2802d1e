package dev.millrace.ops.chaos.report;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.ops.chaos.load.StreamWatch.Figures;
import dev.millrace.ops.chaos.schedule.Fault;
import dev.millrace.ops.chaos.schedule.Schedule;
import dev.millrace.ops.chaos.stage.Hand.Stroke;
import dev.millrace.ops.chaos.stage.Keeper.Ending;
import dev.millrace.ops.fleet.Fleet.Use;
import dev.millrace.ops.history.Promise;
import dev.millrace.ops.history.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run showed.
 *
 * @param command that does it again
 * @param accepted jobs that clients were told are accepted
 * @param clients what else clients met, by kind
 * @param waits of streams and new jobs, by cause
 * @param smallDisks processes whose disk could be filled
 * @param uses starts and processor time of each process, the fault run itself included
 * @param quietMillis from the last heal until every accepted job had an end
 */
public record Report(
        String command,
        Schedule schedule,
        List<Stroke> strokes,
        List<Ending> endings,
        int accepted,
        Map<String, Long> clients,
        Map<String, Figures> waits,
        Verdict verdict,
        List<String> smallDisks,
        Map<String, Use> uses,
        long startMillis,
        long quietMillis,
        long tookMillis) {
    /** After a cause: how long streams waited. */
    public static final String NEXT_CHUNK = ": next chunk";

    /** After a cause: how long new jobs waited. */
    public static final String FIRST_CHUNK = ": first chunk of a new job";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** What a fault is called in the table. */
    public static String cause(Fault fault) {
        return switch (fault.kind()) {
            case KILL -> "kill " + fault.role();
            case LOSE_STATE -> "kill " + fault.role() + " and its state";
            case FREEZE -> "freeze " + fault.role();
            case TERMINATE -> "stop " + fault.role();
            case REGISTRY_OUTAGE -> "registry outage";
            case VENDOR_FAULTS -> "vendor faults";
            case DISK_FULL -> "disk full " + fault.role();
            case CUT_FROM_KAFKA -> "cut " + fault.role() + " from Kafka";
            case CUT_FROM_VENDOR -> "cut worker from vendor";
        };
    }

    /** Whether every promise held, each of them was looked at, and every fault of the schedule was carried out or passed over for a reason. */
    public boolean held() {
        return verdict.violations().isEmpty()
                && notLookedAt().isEmpty()
                && strokes.stream().anyMatch(Stroke::happened)
                && strokes.size() >= schedule.faults().size();
    }

    /** Promises that this run says nothing about. */
    public List<Promise> notLookedAt() {
        return Stream.of(Promise.values())
                .filter(promise -> verdict.looked().getOrDefault(promise, 0L) == 0)
                .toList();
    }

    /** Kills that happened. */
    public long kills() {
        return strokes.stream()
                .filter(Stroke::happened)
                .filter(stroke -> stroke.fault().kills())
                .count();
    }

    /** Writes {@code report.md} and {@code report.json}. */
    public void write(Path directory) throws IOException {
        Files.writeString(directory.resolve("report.md"), new ReportText(this).markdown());
        Files.writeString(directory.resolve("report.json"), JSON.writeValueAsString(ReportJson.of(this)) + "\n");
    }
}

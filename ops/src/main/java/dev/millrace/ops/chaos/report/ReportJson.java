package dev.millrace.ops.chaos.report;

import dev.millrace.ops.chaos.stage.Hand.Stroke;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The report for programs. */
final class ReportJson {
    private ReportJson() {}

    static Map<String, Object> of(Report report) {
        var json = new LinkedHashMap<String, Object>();
        json.put("command", report.command());
        json.put("seed", report.schedule().seed());
        json.put("held", report.held());
        json.put("accepted_jobs", report.accepted());
        json.put("kills", report.kills());
        json.put("took_millis", report.tookMillis());
        json.put("start_millis", report.startMillis());
        json.put("quiet_millis", report.quietMillis());
        json.put("looked_at", report.verdict().looked());
        json.put("figures", report.verdict().figures());
        json.put("clients", report.clients());
        json.put("waits", report.waits());
        json.put("small_disks", report.smallDisks());
        json.put("uses", report.uses());
        json.put("faults", report.strokes().stream().map(ReportJson::stroke).toList());
        json.put("ended_by_themselves", report.endings());
        json.put(
                "broken",
                report.verdict().violations().stream()
                        .map(each -> Map.of("promise", each.promise().name(), "job", each.job(), "what", each.what()))
                        .toList());
        return json;
    }

    private static List<Object> stroke(Stroke stroke) {
        return List.of(stroke.fault().toString(), stroke.happened(), stroke.note());
    }
}

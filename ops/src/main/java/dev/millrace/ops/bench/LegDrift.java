package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.report.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Whether the machine was the same in two legs, by the arms that others are compared with and that were measured in both. Pure. */
final class LegDrift {
    private static final double MOST = 2;
    private static final Set<String> REFERENCES = Set.of(Arm.Kind.CHAIN.word(), Arm.Kind.PORTKEY.word());

    private LegDrift() {}

    /**
     * One note for each leg in which such an arm was more than twice as slow as in the other.
     *
     * @param figures of both legs
     * @param scope put before the later leg's metrics; the earlier leg's have nothing before them
     */
    static List<String> notes(List<Figure> figures, String scope) {
        var slowHere = new ArrayList<String>();
        var slowThere = new ArrayList<String>();
        for (var here : figures) {
            if (!here.metric().startsWith(scope) || !REFERENCES.contains(here.arm()) || !isTime(here.metric())) {
                continue;
            }
            var metric = here.metric().substring(scope.length());
            figures.stream()
                    .filter(there ->
                            there.metric().equals(metric) && there.arm().equals(here.arm()))
                    .findFirst()
                    .ifPresent(there -> {
                        double ratio = here.value().median() / there.value().median();
                        if (ratio > MOST) {
                            slowHere.add(line(metric, here, there));
                        } else if (ratio > 0 && ratio < 1 / MOST) {
                            slowThere.add(line(metric, there, here));
                        }
                    });
        }
        var notes = new ArrayList<String>();
        if (!slowHere.isEmpty()) {
            notes.add("ratios of " + scope + "* are of a machine that was busy: " + String.join("; ", slowHere));
        }
        if (!slowThere.isEmpty()) {
            notes.add("ratios of the leg before " + scope + "* are of a machine that was busy: "
                    + String.join("; ", slowThere));
        }
        return notes;
    }

    private static boolean isTime(String metric) {
        return metric.contains(".p50") || metric.contains(".p99");
    }

    private static String line(String metric, Figure slow, Figure quick) {
        return String.format(
                Locale.ROOT,
                "%s's %s was %.2f %s, and %.2f in the other leg",
                slow.arm(),
                metric,
                slow.value().median(),
                slow.unit(),
                quick.value().median());
    }
}

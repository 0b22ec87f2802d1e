package dev.millrace.ops.bench.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Samples of a recording by component and by kind of thread. A sample belongs to the topmost frame that has a component: what the JDK
 * does is done for its caller.
 */
record Samples(Map<String, Long> byComponent, Map<String, Long> byThread) {
    private static final String CPU_TIME = "jdk.CPUTimeSample";
    private static final String EXECUTION = "jdk.ExecutionSample";

    Samples {
        byComponent = Map.copyOf(byComponent);
        byThread = Map.copyOf(byThread);
    }

    /** Those after a moment. CPU-time samples where the recording has them, else the sampler of Java frames. */
    static Samples of(Path recording, Instant since) throws IOException {
        var precise = of(recording, since, CPU_TIME);
        return precise.byComponent().isEmpty() ? of(recording, since, EXECUTION) : precise;
    }

    private static Samples of(Path recording, Instant since, String type) throws IOException {
        var components = new TreeMap<String, Long>();
        var threads = new TreeMap<String, Long>();
        try (var file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                var event = file.readEvent();
                if (event.getEventType().getName().equals(type)
                        && event.getStartTime().isAfter(since)) {
                    components.merge(component(event), 1L, Long::sum);
                    threads.merge(thread(event), 1L, Long::sum);
                }
            }
        }
        return new Samples(components, threads);
    }

    private static String component(RecordedEvent event) {
        var trace = event.getStackTrace();
        if (trace == null) {
            return Component.OTHER;
        }
        return trace.getFrames().stream()
                .filter(frame -> frame.getMethod() != null)
                .map(frame -> Component.of(frame.getMethod().getType().getName()))
                .filter(component -> !component.equals(Component.OTHER))
                .findFirst()
                .orElse(Component.OTHER);
    }

    private static String thread(RecordedEvent event) {
        var thread = event.getThread(event.hasField("eventThread") ? "eventThread" : "sampledThread");
        var name = thread == null ? null : thread.getJavaName();
        return name == null || name.isEmpty() ? "(without a name)" : ThreadCpu.kind(name);
    }
}

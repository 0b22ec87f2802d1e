package dev.millrace.router.processor;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.processor.TaskId;

/** One alarm per task, shared by the processors of that task. */
public final class Alarms {
    private final Duration shortest;
    private final Map<TaskId, Alarm> byTask = new ConcurrentHashMap<>();

    /**
     * Alarms that are not set.
     *
     * @param shortest time from setting one to its ringing: the resolution of due times
     */
    public Alarms(Duration shortest) {
        this.shortest = shortest;
    }

    Alarm of(TaskId task) {
        return byTask.computeIfAbsent(task, _ -> new Alarm(shortest));
    }
}

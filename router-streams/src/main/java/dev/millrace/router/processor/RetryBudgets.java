package dev.millrace.router.processor;

import dev.millrace.router.course.RetryBudget;
import dev.millrace.router.course.RetryPolicy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.processor.TaskId;

/** One retry budget per task, shared by the processors of that task. */
public final class RetryBudgets {
    private final RetryPolicy policy;
    private final Map<TaskId, RetryBudget> byTask = new ConcurrentHashMap<>();

    public RetryBudgets(RetryPolicy policy) {
        this.policy = policy;
    }

    RetryBudget of(TaskId task) {
        return byTask.computeIfAbsent(task, _ -> new RetryBudget(policy));
    }
}

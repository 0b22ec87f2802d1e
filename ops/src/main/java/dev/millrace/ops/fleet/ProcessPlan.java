package dev.millrace.ops.fleet;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How one process is started, each time.
 *
 * @param name unique in the fleet
 * @param home its working directory, made when missing
 * @param log file that its output is appended to
 * @param jvmOptions options of its JVM
 * @param arguments of {@code ./millrace}, the command first
 * @param environment its {@code MILLRACE_} variables; it inherits no others of that prefix
 */
public record ProcessPlan(
        String name,
        Path home,
        Path log,
        List<String> jvmOptions,
        List<String> arguments,
        Map<String, String> environment) {
    public ProcessPlan {
        jvmOptions = List.copyOf(jvmOptions);
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }
}

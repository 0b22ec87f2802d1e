package dev.millrace.ops.cli;

import dev.millrace.error.ErrorCode;
import dev.millrace.ops.broker.BrokerStartException;
import dev.millrace.ops.client.ApiException;
import dev.millrace.ops.client.UnreachableException;
import dev.millrace.ops.config.ConfigurationException;
import dev.millrace.ops.registry.RegistryStartException;
import dev.millrace.ops.stack.StackException;
import dev.millrace.registry.RegistryException;
import dev.millrace.topic.TopicsUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what a command throws into one sentence and an exit code; the stack trace comes with {@code --debug} only. */
final class Failures implements IExecutionExceptionHandler {
    private final Session session;

    Failures(Session session) {
        this.session = session;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        var err = session.console().err();
        err.println(sentence(failure));
        if (session.debug()) {
            failure.printStackTrace(err);
        }
        return exitCode(failure);
    }

    private static int exitCode(Exception failure) {
        return switch (failure) {
            case CommandFailure known -> known.exitCode();
            case ConfigurationException _ -> ExitCode.USAGE;
            case ApiException refused -> exitCode(refused);
            default -> ExitCode.INFRASTRUCTURE;
        };
    }

    private static int exitCode(ApiException refused) {
        return switch (ErrorCode.ofCode(refused.code())) {
            case LOG_UNAVAILABLE, OVERLOADED -> ExitCode.INFRASTRUCTURE;
            default -> ExitCode.NO;
        };
    }

    private static String sentence(Exception failure) {
        return switch (failure) {
            case CommandFailure known -> message(known);
            case ConfigurationException mistakes -> "The configuration cannot be used:\n" + message(mistakes);
            case ApiException refused ->
                message(refused)
                        + (refused.code().isEmpty() ? "" : " [" + refused.code() + "]")
                        + refused.jobId().map(id -> " (" + id + ")").orElse("");
            case UnreachableException unreachable -> message(unreachable);
            case StackException stack -> message(stack);
            case BrokerStartException broker -> message(broker);
            case RegistryStartException registry -> message(registry);
            case RegistryException registry -> "The schema registry cannot be used: " + message(registry);
            case TopicsUnavailableException topics -> "Kafka cannot be used: " + message(topics);
            case KafkaException kafka -> "Kafka cannot be used: " + message(kafka);
            case UncheckedIOException io -> message(io);
            case IOException io -> io.getClass().getSimpleName() + ": " + message(io);
            default -> "This should not have happened: " + failure + " (run it again with --debug for the details)";
        };
    }

    private static String message(Exception failure) {
        return String.valueOf(failure.getMessage());
    }
}

package dev.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;

class StreamsFailuresTest {
    private final StreamsFailures failures = new StreamsFailures("router-streams");

    @Test
    void startsAnotherThreadForWhatMayPass() {
        var answer = failures.handle(new StreamsException("task failed", new TimeoutException("broker is slow")));

        assertThat(answer).isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
        assertThat(failures.fatal()).isNull();
    }

    @Test
    void stopsForABugAndKeepsTheFirstCause() {
        var bug = new StreamsException("task failed", new IllegalStateException("stores disagree"));

        assertThat(failures.handle(bug)).isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
        failures.handle(new IllegalStateException("later"));
        assertThat(failures.fatal()).isSameAs(bug);
    }
}

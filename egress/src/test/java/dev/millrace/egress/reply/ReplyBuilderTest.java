package dev.millrace.egress.reply;

import static dev.millrace.egress.Results.deltas;
import static dev.millrace.egress.Results.finish;
import static dev.millrace.egress.Results.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.FinishReason;
import dev.millrace.job.JobId;
import org.junit.jupiter.api.Test;

class ReplyBuilderTest {
    private static final JobId JOB = new JobId("job-1");

    @Test
    void leavesOutWhatIsBeyondTheLimitAndSaysSo() {
        // Given
        var reply = new ReplyBuilder(5);
        // When
        reply.add(text(JOB, 0, "abc"), false);
        reply.add(text(JOB, 1, "def"), false);
        reply.add(deltas(JOB, 2, finish(FinishReason.STOP)), false);
        // Then
        var built = reply.build();
        assertThat(built.truncated()).isTrue();
        assertThat(built.choices().getFirst().text()).isEqualTo("abc");
        assertThat(built.choices().getFirst().finish()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void forgetsWhatARestartMadeVoid() {
        // Given
        var reply = new ReplyBuilder(5);
        reply.add(text(JOB, 0, "old!"), false);
        // When
        reply.add(text(JOB, 1, 2, 0, "new"), true);
        // Then
        assertThat(reply.build().choices().getFirst().text()).isEqualTo("new");
        assertThat(reply.truncated()).isFalse();
    }
}

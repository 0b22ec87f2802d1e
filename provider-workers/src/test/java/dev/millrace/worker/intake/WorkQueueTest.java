package dev.millrace.worker.intake;

import static dev.millrace.avro.Lane.BATCH;
import static dev.millrace.avro.Lane.INTERACTIVE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.Lane;
import dev.millrace.worker.Dispatches;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private final WorkQueue queue = new WorkQueue();
    private long offset;

    private void add(Lane lane, String account, String provider, String job) {
        var order =
                Dispatches.order(provider, "m", Dispatches.chat("x").build()).build();
        queue.add(Dispatches.work(offset++, lane, Dispatches.dispatch(job, account, 1, order)));
    }

    private List<String> drain(Set<String> full, boolean batchAllowed) {
        var jobs = new ArrayList<String>();
        for (var work = queue.next(provider -> !full.contains(provider), batchAllowed);
                work != null;
                work = queue.next(provider -> !full.contains(provider), batchAllowed)) {
            jobs.add(work.dispatch().getJobId());
        }
        return jobs;
    }

    @Test
    void takesAccountsInTurn() {
        add(INTERACTIVE, "noisy", "p", "n1");
        add(INTERACTIVE, "noisy", "p", "n2");
        add(INTERACTIVE, "noisy", "p", "n3");
        add(INTERACTIVE, "quiet", "p", "q1");
        assertThat(drain(Set.of(), true)).containsExactly("n1", "q1", "n2", "n3");
        assertThat(queue.size()).isZero();
    }

    @Test
    void takesInteractiveBeforeBatch() {
        add(BATCH, "a", "p", "b1");
        add(INTERACTIVE, "a", "p", "i1");
        add(BATCH, "a", "p", "b2");
        assertThat(drain(Set.of(), true)).containsExactly("i1", "b1", "b2");
    }

    @Test
    void leavesBatchWhenItsShareIsUsed() {
        add(BATCH, "a", "p", "b1");
        add(INTERACTIVE, "a", "p", "i1");
        assertThat(drain(Set.of(), false)).containsExactly("i1");
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void passesOverAProviderWithoutRoom() {
        add(INTERACTIVE, "a", "slow", "s1");
        add(INTERACTIVE, "a", "slow", "s2");
        add(INTERACTIVE, "a", "fast", "f1");
        assertThat(drain(Set.of("slow"), true)).containsExactly("f1");
        assertThat(drain(Set.of(), true)).containsExactly("s1", "s2");
    }

    @Test
    void dropsWhatMatches() {
        add(INTERACTIVE, "a", "p", "x1");
        add(BATCH, "b", "p", "x2");
        var dropped = queue.removeIf(work -> work.dispatch().getAccount().equals("a"));
        assertThat(dropped).hasSize(1);
        assertThat(queue.size()).isEqualTo(1);
        assertThat(drain(Set.of(), true)).containsExactly("x2");
    }
}

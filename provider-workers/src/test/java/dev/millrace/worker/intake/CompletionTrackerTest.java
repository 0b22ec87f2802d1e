package dev.millrace.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.intake.CompletionTracker.Commit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CompletionTrackerTest {
    private static CompletionTracker startingAt(long offset) {
        return new CompletionTracker(new Commit(offset, new BitSet()));
    }

    @Test
    void commitsThePrefixAndRemembersWhatIsDoneBeyondIt() {
        // Given
        var tracker = startingAt(10);
        for (long offset = 10; offset < 15; offset++) {
            tracker.admit(offset);
        }
        // When
        tracker.complete(10);
        tracker.complete(12);
        tracker.complete(14);
        // Then
        var commit = tracker.commit();
        assertThat(commit.offset()).isEqualTo(11);
        assertThat(commit.done()).isEqualTo(BitSet.valueOf(new long[] {0b1010}));
    }

    @Test
    void isNotHeldUpByOffsetsThatWereNeverDelivered() {
        var tracker = startingAt(0);
        tracker.admit(3);
        tracker.admit(7);
        tracker.complete(3);
        tracker.complete(7);
        assertThat(tracker.commit().offset()).isEqualTo(8);
    }

    @Test
    void aNewOwnerSkipsWhatIsDoneBeyondThePrefix() {
        // Given
        var before = startingAt(0);
        LongStream.range(0, 5).forEach(before::admit);
        before.complete(1);
        before.complete(3);
        // When
        var after = new CompletionTracker(before.commit());
        // Then
        assertThat(LongStream.range(0, 5).filter(after::admit).boxed()).containsExactly(0L, 2L, 4L);
        after.complete(0);
        assertThat(after.commit().offset()).isEqualTo(2);
    }

    @Test
    void claimedCallsAreCommittedAsDone() {
        var tracker = startingAt(0);
        LongStream.range(0, 3).forEach(tracker::admit);
        tracker.claim(List.of(0L, 2L));
        assertThat(tracker.commit().offset()).isEqualTo(1);
    }

    @Test
    void commitsAgainAfterAFailedCommit() {
        var tracker = startingAt(0);
        tracker.admit(0);
        tracker.complete(0);
        tracker.commit();
        assertThat(tracker.dirty()).isFalse();
        tracker.commitFailed();
        assertThat(tracker.dirty()).isTrue();
    }

    static LongStream seeds() {
        var seed = System.getProperty("seed");
        return seed == null ? LongStream.rangeClosed(1, 200) : LongStream.of(Long.parseLong(seed));
    }

    /** Owners come and go at random points: no order is lost, and none that a commit called done runs again. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void neverLosesAnOrderNorRepeatsACommittedOne(long seed) {
        var random = new SplittableRandom(seed);
        var log = new ArrayList<Long>();
        for (long offset = 0; log.size() < 300; offset += 1 + (random.nextInt(5) == 0 ? random.nextInt(3) : 0)) {
            log.add(offset);
        }
        var everDone = new HashSet<Long>();
        var committedDone = new HashSet<Long>();
        var committed = new Commit(0, new BitSet());
        while (everDone.size() < log.size()) {
            var tracker = new CompletionTracker(
                    new Commit(committed.offset(), CommitMetadata.decode(CommitMetadata.encode(committed.done()))));
            long from = committed.offset();
            var running = new ArrayList<Long>();
            int steps = random.nextInt(200);
            var feed = log.stream().filter(offset -> offset >= from).iterator();
            for (int step = 0; step < steps; step++) {
                if (feed.hasNext() && random.nextInt(3) > 0) {
                    long offset = feed.next();
                    if (tracker.admit(offset)) {
                        assertThat(committedDone)
                                .as("ran although committed as done")
                                .doesNotContain(offset);
                        running.add(offset);
                    }
                } else if (!running.isEmpty()) {
                    long done = running.remove(random.nextInt(running.size()));
                    tracker.complete(done);
                    everDone.add(done);
                }
                if (random.nextInt(10) == 0) {
                    committed = tracker.commit();
                    remember(committed, log, committedDone);
                }
            }
        }
        assertThat(everDone).containsExactlyInAnyOrderElementsOf(log);
    }

    private static void remember(Commit commit, List<Long> log, Set<Long> committedDone) {
        for (long offset : log) {
            boolean beyond = offset >= commit.offset() && commit.done().get((int) (offset - commit.offset()));
            if (offset < commit.offset() || beyond) {
                committedDone.add(offset);
            }
        }
    }

    @Test
    void metadataStaysBelowTheBrokersLimit() {
        var random = new SplittableRandom(1);
        var done = new BitSet();
        for (int i = 0; i < CommitMetadata.MAX_SPAN; i++) {
            done.set(i, random.nextBoolean());
        }
        done.set(CommitMetadata.MAX_SPAN - 1);
        var text = CommitMetadata.encode(done);
        assertThat(text.length()).isLessThan(4096);
        assertThat(CommitMetadata.decode(text)).isEqualTo(done);
    }

    @Test
    void readsForeignMetadataAsNothingKnown() {
        assertThat(CommitMetadata.decode(null)).isEqualTo(new BitSet());
        assertThat(CommitMetadata.decode("")).isEqualTo(new BitSet());
        assertThat(CommitMetadata.decode("m1:***")).isEqualTo(new BitSet());
        assertThat(CommitMetadata.decode("v9:AAAA")).isEqualTo(new BitSet());
    }
}

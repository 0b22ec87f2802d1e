package dev.millrace.worker.intake;

import java.util.BitSet;
import java.util.Collection;
import java.util.TreeSet;

/**
 * Remembers which offsets of one partition are done, so that a commit says neither too much nor too little.
 *
 * <p>Calls end in any order. The committed offset is the first that is not done; what is done beyond it travels in the commit's metadata,
 * and an owner that starts there does not run it again. Offsets that were never delivered (transaction markers) hold nothing up.
 * Pure; not thread-safe.
 *
 * <pre>
 * delivered = outstanding ∪ done
 * prefix    = min(outstanding), or the position after the last delivered when nothing is outstanding
 * commit    = (prefix, {o ∈ done : o > prefix})
 * </pre>
 */
public final class CompletionTracker {
    private final TreeSet<Long> outstanding = new TreeSet<>();
    private final TreeSet<Long> doneBeyond = new TreeSet<>();
    private long nextPosition;
    private boolean dirty;

    /** Starts at a committed offset with what is known to be done beyond it. */
    public CompletionTracker(Commit committed) {
        this.nextPosition = committed.offset();
        committed.done().stream().forEach(bit -> doneBeyond.add(committed.offset() + bit));
    }

    /**
     * What is to be committed.
     *
     * @param offset the first that is not done
     * @param done bit <i>i</i>: {@code offset + i} is done
     */
    public record Commit(long offset, BitSet done) {
        public Commit {
            done = (BitSet) done.clone();
        }

        @Override
        public BitSet done() {
            return (BitSet) done.clone();
        }
    }

    /** Takes the next delivered offset; false when it is known to be done and must not run again. */
    public boolean admit(long offset) {
        nextPosition = Math.max(nextPosition, offset + 1);
        if (doneBeyond.contains(offset)) {
            dirty = true;
            return false;
        }
        outstanding.add(offset);
        return true;
    }

    /** Marks a delivered offset as done; unknown ones are ignored. */
    public void complete(long offset) {
        if (outstanding.remove(offset)) {
            doneBeyond.add(offset);
            dirty = true;
        }
    }

    /** Marks offsets as done whose calls go on elsewhere in this process; see the intake's rule for revoked partitions. */
    public void claim(Collection<Long> offsets) {
        offsets.forEach(this::complete);
    }

    /** Whether there is something to commit since the last {@link #commit}. */
    public boolean dirty() {
        return dirty;
    }

    /** Offsets delivered and not done. */
    public int outstandingCount() {
        return outstanding.size();
    }

    /** Distance from the first offset not done to the end of what was delivered: the length of a commit's bit set. */
    public long span() {
        return nextPosition - prefix();
    }

    private long prefix() {
        return outstanding.isEmpty() ? nextPosition : outstanding.first();
    }

    /** The state to commit now; clears {@link #dirty}. */
    public Commit commit() {
        long prefix = prefix();
        doneBeyond.headSet(prefix).clear();
        var bits = new BitSet();
        for (long offset : doneBeyond) {
            bits.set(Math.toIntExact(offset - prefix));
        }
        dirty = false;
        return new Commit(prefix, bits);
    }

    /** To be called when a commit failed, so that the next one tries again. */
    public void commitFailed() {
        dirty = true;
    }
}

package dev.millrace.worker.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MembershipTest {
    private static final long SECOND = 1_000_000_000;
    private final Membership membership = new Membership(5_000, 0);

    @Test
    void isGoodWhileTheBeatGoesOn() {
        membership.tick(SECOND);
        assertThat(membership.stale(5 * SECOND)).isFalse();
    }

    @Test
    void isStaleAfterAGapEvenOnceTheBeatGoesOnAgain() {
        assertThat(membership.stale(6 * SECOND)).isTrue();
        membership.tick(6 * SECOND);
        assertThat(membership.stale(6 * SECOND)).isTrue();
        membership.renewed(7 * SECOND);
        assertThat(membership.stale(8 * SECOND)).isFalse();
    }

    @Test
    void neverComesBackAfterTheWorkerFailed() {
        membership.end();
        membership.renewed(SECOND);
        assertThat(membership.stale(SECOND)).isTrue();
    }
}

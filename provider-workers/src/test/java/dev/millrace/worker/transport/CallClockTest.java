package dev.millrace.worker.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallClockTest {
    private static final long MILLI = 1_000_000;
    private static final Deadlines DEADLINES = new Deadlines(10, 20, 40, 200, 30, 100, 50);

    private static CallClock clock(boolean streaming) {
        return new CallClock(DEADLINES, streaming, Allowance.untilJobDeadline(1000), 0);
    }

    private static long at(long millis) {
        return millis * MILLI;
    }

    @Test
    void connectsInTimeOrNotAtAll() {
        var clock = clock(true);
        assertThat(clock.check(at(9))).isNull();
        assertThat(clock.check(at(10))).isEqualTo(Overrun.CONNECT);
        assertThat(clock.nextCheckNanos(0)).isEqualTo(at(10));
    }

    @Test
    void waitsForTheHeadFromTheTimeOfSending() {
        var clock = clock(true);
        clock.connected(at(5));
        assertThat(clock.check(at(24))).isNull();
        assertThat(clock.check(at(25))).isEqualTo(Overrun.FIRST_BYTE);
    }

    @Test
    void waitsForTheFirstTokenFromTheTimeOfSendingWhateverComesBefore() {
        var clock = clock(true);
        clock.connected(at(5));
        clock.head(at(6));
        clock.progress(at(40), 1000);
        assertThat(clock.check(at(44))).isNull();
        assertThat(clock.check(at(45))).isEqualTo(Overrun.FIRST_TOKEN);
    }

    @Test
    void givesAWholeReplyItsOwnTime() {
        var clock = clock(false);
        clock.connected(at(5));
        assertThat(clock.check(at(204))).isNull();
        assertThat(clock.check(at(205))).isEqualTo(Overrun.FIRST_BYTE);
    }

    @Test
    void countsOnlyWhatCarriesSomethingAsProgress() {
        var clock = reading(at(10));
        clock.progress(at(30), 500);
        clock.progress(at(55), 500);
        assertThat(clock.check(at(59))).isNull();
        assertThat(clock.check(at(60))).isEqualTo(Overrun.BETWEEN_EVENTS);
    }

    @Test
    void endsATrickle() {
        var clock = reading(at(10));
        for (long millis = 20; millis < 110; millis += 20) {
            clock.progress(at(millis), millis / 20);
            assertThat(clock.check(at(millis))).isNull();
        }
        clock.progress(at(110), 10);
        assertThat(clock.check(at(110))).isEqualTo(Overrun.RATE);
    }

    @Test
    void letsASteadyStreamGoOn() {
        var clock = reading(at(10));
        for (long millis = 20; millis < 900; millis += 10) {
            clock.progress(at(millis), millis);
            assertThat(clock.check(at(millis))).isNull();
        }
    }

    @Test
    void neverRunsPastTheTotal() {
        var clock = reading(at(10));
        clock.progress(at(999), 5000);
        assertThat(clock.check(at(1000))).isEqualTo(Overrun.TOTAL);
        clock.paused(at(1000));
        assertThat(clock.check(at(1001))).isEqualTo(Overrun.TOTAL);
    }

    @Test
    void neverRunsPastWhatTheRequestAllowsAnAttemptWhateverPhaseItIsIn() {
        for (boolean streaming : new boolean[] {true, false}) {
            var clock = new CallClock(DEADLINES, streaming, new Allowance(15, 1000), 0);
            clock.connected(at(5));
            assertThat(clock.nextCheckNanos(at(5))).isEqualTo(at(10));
            assertThat(clock.check(at(14))).isNull();
            assertThat(clock.check(at(15))).isEqualTo(Overrun.ATTEMPT);
            clock.head(at(14));
            clock.token(at(14));
            clock.progress(at(14), 5000);
            assertThat(clock.check(at(15))).isEqualTo(Overrun.ATTEMPT);
            clock.paused(at(14));
            assertThat(clock.check(at(15))).isEqualTo(Overrun.ATTEMPT);
        }
    }

    @Test
    void endsTheJobWhenItsDeadlineComesNoLaterThanTheAttempts() {
        var clock = new CallClock(DEADLINES, true, new Allowance(5, 5), 0);
        assertThat(clock.check(at(5))).isEqualTo(Overrun.TOTAL);
    }

    @Test
    void takesTheFirstTokenDeadlineOfARequestForTheHeadOfAWholeReplyToo() {
        var clock = new CallClock(DEADLINES.withFirstToken(50), false, Allowance.untilJobDeadline(1000), 0);
        clock.connected(at(5));
        assertThat(clock.check(at(54))).isNull();
        assertThat(clock.check(at(55))).isEqualTo(Overrun.FIRST_BYTE);
    }

    @Test
    void givesAWholeReplyMoreThanTheDefaultWhenTheRequestDoes() {
        var clock = new CallClock(DEADLINES.withWholeReply(500), false, new Allowance(500, 1000), 0);
        clock.connected(at(5));
        assertThat(clock.check(at(499))).isNull();
        assertThat(clock.check(at(500))).isEqualTo(Overrun.ATTEMPT);
    }

    @Test
    void doesNotBlameTheVendorForOurOwnPause() {
        var clock = reading(at(10));
        clock.progress(at(20), 500);
        clock.paused(at(25));
        assertThat(clock.check(at(300))).isNull();
        clock.resumed(at(300));
        assertThat(clock.check(at(320))).isNull();
        assertThat(clock.check(at(325))).isEqualTo(Overrun.BETWEEN_EVENTS);
    }

    private static CallClock reading(long nanos) {
        var clock = clock(true);
        clock.connected(0);
        clock.head(nanos);
        clock.token(nanos);
        return clock;
    }
}

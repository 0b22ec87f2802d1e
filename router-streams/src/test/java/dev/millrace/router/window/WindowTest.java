package dev.millrace.router.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.avro.Lane;
import dev.millrace.router.window.Window.Room;
import dev.millrace.router.window.WindowPolicy.Limit;
import org.junit.jupiter.api.Test;

class WindowTest {
    private static final Limit TWO = new Limit(2, 1);

    @Test
    void letsJobsGoUntilTheWindowIsFull() {
        assertThat(Window.EMPTY.roomForNew(TWO)).isEqualTo(Room.DISPATCH);
        assertThat(new Window(1, 0).roomForNew(TWO)).isEqualTo(Room.DISPATCH);
        assertThat(new Window(2, 0).roomForNew(TWO)).isEqualTo(Room.HOLD);
    }

    @Test
    void letsNobodyOvertakeThoseWhoWait() {
        assertThat(new Window(1, 1).roomForNew(new Limit(2, 5))).isEqualTo(Room.HOLD);
    }

    @Test
    void refusesWhenAsManyWaitAsMay() {
        assertThat(new Window(2, 1).roomForNew(TWO)).isEqualTo(Room.FULL);
    }

    @Test
    void releasesAsManyAsWaitAndThereIsRoomFor() {
        assertThat(new Window(0, 1).releasable(TWO)).isEqualTo(1);
        assertThat(new Window(0, 9).releasable(TWO)).isEqualTo(2);
        assertThat(new Window(2, 9).releasable(TWO)).isZero();
        assertThat(new Window(7, 9).releasable(TWO)).isZero();
    }

    @Test
    void countsWhatComesAndGoes() {
        assertThat(Window.EMPTY
                        .entered()
                        .entered()
                        .left()
                        .dispatched()
                        .dispatched()
                        .returned())
                .isEqualTo(new Window(1, 1));
    }

    @Test
    void refusesToCountBelowNothing() {
        assertThatThrownBy(Window.EMPTY::returned).hasMessageContaining("must not be negative");
        assertThatThrownBy(Window.EMPTY::left).hasMessageContaining("must not be negative");
    }

    @Test
    void anAccountsOwnLimitStandsBeforeTheDefault() {
        var policy = WindowPolicy.DEFAULTS;

        assertThat(policy.limit(Lane.INTERACTIVE, null).maxOutstanding()).isEqualTo(256);
        assertThat(policy.limit(Lane.BATCH, null).maxOutstanding()).isEqualTo(64);
        assertThat(policy.limit(Lane.BATCH, 3).maxOutstanding()).isEqualTo(3);
        assertThat(policy.limit(Lane.BATCH, 0).maxOutstanding()).isEqualTo(1);
    }

    @Test
    void namesTheSettingThatIsWrong() {
        assertThatThrownBy(() -> new WindowPolicy(0, 1, 1)).hasMessageContaining("windows.interactive: must be 1..");
        assertThatThrownBy(() -> new WindowPolicy(1, 0, 1)).hasMessageContaining("windows.batch: must be 1..");
        assertThatThrownBy(() -> new WindowPolicy(1, 1, -1)).hasMessageContaining("windows.max-held: must be 0..");
    }
}

package dev.nettest.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.internal.sync.Timers;
import org.junit.jupiter.api.Test;

/** The wait of a close for the ACK of its FIN, on a clock that the test sets. */
class LingerTest {
    private final ManualTimers timers = new ManualTimers();
    private final Linger linger = new Linger(timers);

    @Test
    void aCloseDoesNotWaitInitially() {
        assertThat(linger.time()).isNegative();
        assertThat(linger.isActive()).isFalse();
        assertThat(linger.isFinUnacknowledged()).isFalse();

        linger.time(7);
        assertThat(linger.time()).isEqualTo(7);
    }

    @Test
    void theWaitEndsWithTheAckOfTheFin() {
        linger.begin();
        assertThat(linger.endsAt()).as("the FIN has not arrived").isEqualTo(Timers.NEVER);
        timers.now = 3;
        linger.finArrived(false, 10);

        assertThat(linger.endsAt()).isEqualTo(13);
        timers.now = 12;
        assertThat(linger.isFinUnacknowledged()).isTrue();
        linger.receive(12);
        assertThat(linger.isActive()).isTrue();
        timers.now = 13;
        assertThat(linger.isFinUnacknowledged()).isFalse();
        linger.receive(13);

        assertThat(linger.isActive()).isFalse();
        assertThat(linger.endsAt()).isEqualTo(Timers.NEVER);
    }

    @Test
    void anAckThatCannotLeaveIsReleasedLater() {
        linger.begin();
        linger.finArrived(true, 10);
        assertThat(linger.isFinUnacknowledged()).isTrue();
        assertThat(linger.endsAt()).isEqualTo(Timers.NEVER);
        timers.now = 20;

        linger.acksReleased(5);
        linger.acksReleased(50);

        assertThat(linger.endsAt()).isEqualTo(25);
        timers.now = 25;
        assertThat(linger.isFinUnacknowledged()).isFalse();
    }

    @Test
    void aReleaseWithoutAFinChangesNothing() {
        linger.begin();

        linger.acksReleased(5);

        assertThat(linger.endsAt()).isEqualTo(Timers.NEVER);
        linger.end();
        assertThat(linger.isActive()).isFalse();
    }
}

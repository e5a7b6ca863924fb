package dev.nettest.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.VirtualClock;
import dev.nettest.internal.time.ClockTimers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A timer that follows a state, on a clock that only the test moves. */
class DeferredTimerTest {
    private final VirtualClock clock = VirtualClock.manual();
    private final Monitor monitor = new Monitor();
    private final List<Long> due = new ArrayList<>();
    private long wanted = Timers.NEVER;

    private final DeferredTimer timer = new DeferredTimer(monitor, new ClockTimers(clock, null)) {
        @Override
        protected long wantedAt() {
            return wanted;
        }

        @Override
        protected void onDue(long instant) {
            due.add(instant);
            wanted = Timers.NEVER;
        }
    };

    private void change(long instant) {
        monitor.lock();
        wanted = instant;
        Deferred chain = timer.chainIfDue(null);
        monitor.unlock();
        if (chain != null) {
            timer.run();
        }
    }

    @Test
    void itFiresAtItsInstant() {
        change(10);
        assertThat(due).isEmpty();

        clock.advanceUntilIdle();

        assertThat(due).containsExactly(10L);
        assertThat(clock.nanoTime()).isEqualTo(10);
    }

    @Test
    void aReplacedInstantDoesNotFire() {
        change(10);
        change(20);
        change(Timers.NEVER);

        assertThat(clock.advanceToNext()).isFalse();
        assertThat(due).isEmpty();
    }

    /** The clock has moved between the computation of the instant and the start of the timer. */
    @Test
    void anInstantThatIsPastFiresAtOnceAlthoughTheClockStands() {
        clock.advanceTimeBy(Duration.ofNanos(7));

        change(5);

        assertThat(due).containsExactly(5L);
        assertThat(clock.advanceToNext()).isFalse();
    }
}

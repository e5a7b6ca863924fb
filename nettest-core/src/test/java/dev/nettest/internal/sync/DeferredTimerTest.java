package dev.nettest.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.VirtualClock;
import dev.nettest.internal.time.ClockTimers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

    // ---- timers that fire or are replaced while they are started

    private final List<String> calls = new ArrayList<>();
    private Runnable whenScheduled = () -> {};
    private long now;

    private final Timers scripted = new Timers() {
        @Override
        public long now() {
            return now;
        }

        @Override
        public Timer schedule(long at, Runnable action) {
            calls.add("start " + at);
            firing = action;
            whenScheduled.run();
            return () -> calls.add("cancel " + at);
        }

        @Override
        public Timer deliver(long at, Runnable arrival) {
            calls.add("deliver " + at);
            return () -> {};
        }

        @Override
        public boolean isVirtual() {
            return true;
        }

        @Override
        public long realTime() {
            return 0;
        }

        @Override
        public void checkMayWait() {}
    };

    private Runnable firing = () -> {};

    private final Monitor lock = new Monitor();

    private final DeferredTimer following = new DeferredTimer(lock, scripted) {
        @Override
        protected long wantedAt() {
            return wanted;
        }

        @Override
        protected void onDue(long instant) {
            calls.add("due " + instant);
            wanted = Timers.NEVER;
        }
    };

    private void follow(long instant) {
        lock.lock();
        wanted = instant;
        Deferred chain = following.chainIfDue(null);
        lock.unlock();
        if (chain != null) {
            following.run();
        }
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void aReplacedTimerIsCancelledBeforeTheNextOneStarts() {
        follow(10);
        follow(20);
        follow(20);
        follow(Timers.NEVER);

        assertThat(calls).containsExactly("start 10", "cancel 10", "start 20", "cancel 20");
    }

    @Test
    void aTimerThatFiresWhileItIsStartedIsCancelled() {
        whenScheduled = () -> firing.run();

        follow(10);

        assertThat(calls).containsExactly("start 10", "due 10", "cancel 10");
        assertThat(following.armedAt()).isEqualTo(Timers.NEVER);
    }

    @Test
    void anInstantThatIsReachedWhileTheTimerStartsFiresAtOnce() {
        whenScheduled = () -> now = 10;

        follow(10);

        assertThat(calls).containsExactly("start 10", "cancel 10", "due 10");
    }

    @Test
    void aStateThatChangesWhileTheTimerStartsReplacesIt() {
        whenScheduled = () -> {
            whenScheduled = () -> {};
            wanted = 20;
        };

        follow(10);

        assertThat(calls).containsExactly("start 10", "cancel 10", "start 20");
        assertThat(following.armedAt()).isEqualTo(20);
    }

    @Test
    void aFiredTimerIsNotCancelled() {
        follow(10);
        firing.run();
        follow(20);

        assertThat(calls).containsExactly("start 10", "due 10", "start 20");
    }

    @Test
    void aTimerThatNeedsNoChangeKeepsTheChain() {
        Deferred other = new Deferred() {
            @Override
            protected void run() {}
        };
        follow(10);
        lock.lock();

        assertThat(following.chainIfDue(other)).isSameAs(other);

        wanted = 20;
        assertThat(following.chainIfDue(other)).isSameAs(following);
        assertThat(following.chainIfDue(other)).as("chained already").isSameAs(other);
        lock.unlock();
    }

    @Test
    void leavingTheLockArmsTheTimer() {
        new Pollable(lock) {
            @Override
            protected boolean holds(int condition, long amount) {
                return false;
            }

            @Override
            protected @Nullable Deferred deferAfterWakeUps(@Nullable Deferred chain) {
                return following.chainIfDue(chain);
            }
        };
        lock.lock();
        wanted = 10;

        lock.leave();

        assertThat(calls).containsExactly("start 10");
    }
}

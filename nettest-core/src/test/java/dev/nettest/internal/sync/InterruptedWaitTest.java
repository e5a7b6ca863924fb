package dev.nettest.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A wait that ignores interrupts can have a limit after one. */
@Timeout(30)
class InterruptedWaitTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final EventCount count = new EventCount();

    @Test
    void failsASecondAfterTheInterrupt() {
        SteppingTimers timers = new SteppingTimers(() -> new AssertionError("late"), 0, SECOND - 1, SECOND);

        assertThatThrownBy(() -> await(timers, Timers.NEVER, false)).hasMessage("late");

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(timers.instants).isEmpty();
        assertThat(count.waiters()).isEmpty();
    }

    @Test
    void theFailureIsMadeWhileItWaits() {
        SteppingTimers timers =
                new SteppingTimers(() -> new AssertionError(count.waiters().size() + " waits"), 0, SECOND);

        assertThatThrownBy(() -> await(timers, Timers.NEVER, false)).hasMessage("1 waits");
    }

    @Test
    void aWaitThatEndsBeforeKeepsTheInterrupt() {
        SteppingTimers timers = new SteppingTimers(() -> new AssertionError("late"), 0);
        timers.onInterrupt = () -> count.advanceTo(2);

        assertThat(await(timers, Timers.NEVER, false)).isEqualTo(ThreadWaiter.WaitResult.READY);

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void aDeadlineBeforeTheLimitIsATimeout() {
        SteppingTimers timers = new SteppingTimers(() -> new AssertionError("late"), 0, 0, SECOND / 2);
        timers.virtual = false;
        count.spinsToSkip = 1;

        assertThat(await(timers, SECOND / 2, false)).isEqualTo(ThreadWaiter.WaitResult.TIMED_OUT);
    }

    @Test
    void withoutALimitItGoesOn() {
        SteppingTimers timers = new SteppingTimers(null, 0, SECOND - 1, SECOND);
        timers.onInterrupt = () -> count.advanceTo(2);

        assertThat(await(timers, Timers.NEVER, false)).isEqualTo(ThreadWaiter.WaitResult.READY);

        assertThat(timers.instants).hasSize(3);
    }

    @Test
    void anInterruptEndsAnInterruptibleWaitAtOnce() {
        SteppingTimers timers = new SteppingTimers(() -> new AssertionError("late"));
        timers.onInterrupt = () -> {
            throw new AssertionError("asked");
        };

        assertThat(await(timers, Timers.NEVER, true)).isEqualTo(ThreadWaiter.WaitResult.INTERRUPTED);
    }

    /** Waits on an interrupted thread. */
    private ThreadWaiter.WaitResult await(Timers timers, long deadline, boolean interruptible) {
        count.advanceTo(1);
        Thread.currentThread().interrupt();
        return ThreadWaiter.awaitTurn(count, ReadyBits.CHANGED, timers, deadline, interruptible);
    }

    /** Real time that takes one instant after the other. On a virtual clock no thread spins. */
    private static final class SteppingTimers implements Timers {
        final Queue<Long> instants = new ArrayDeque<>();
        private final @Nullable Supplier<AssertionError> failure;
        boolean virtual = true;
        Runnable onInterrupt = () -> {};

        SteppingTimers(@Nullable Supplier<AssertionError> failure, long... instants) {
            this.failure = failure;
            LongStream.of(instants).forEach(this.instants::add);
        }

        @Override
        public @Nullable Supplier<AssertionError> failureAfterInterrupt() {
            onInterrupt.run();
            return failure;
        }

        @Override
        public long now() {
            return instants.remove();
        }

        @Override
        public long realTime() {
            return instants.remove();
        }

        @Override
        public boolean isVirtual() {
            return virtual;
        }

        @Override
        public Timer schedule(long at, Runnable action) {
            throw new AssertionError("a timer at " + at);
        }

        @Override
        public Timer deliver(long at, Runnable arrival) {
            throw new AssertionError("a delivery at " + at);
        }

        @Override
        public void checkMayWait() {}
    }
}

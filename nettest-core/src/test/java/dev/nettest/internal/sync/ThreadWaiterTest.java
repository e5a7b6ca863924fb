package dev.nettest.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.internal.sync.ThreadWaiter.WaitResult;
import dev.nettest.testing.Background;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a wait ends if several ends meet. The clock acts within the waiting thread, between two steps of its wait. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SAME_THREAD)
class ThreadWaiterTest {
    private final Gate gate = new Gate();
    private final ScriptedTimers timers = new ScriptedTimers();

    /** A condition that the test may change without waking the waiters. */
    private static final class Gate extends Pollable {
        private boolean open;

        Gate() {
            super(new Monitor());
        }

        void open() {
            monitor.lock();
            open = true;
            monitor.leave();
        }

        ThreadWaiter waiter() {
            return (ThreadWaiter) waiters().get(0);
        }

        @Override
        protected boolean holds(int condition, long amount) {
            return condition == ReadyBits.OPEN && open;
        }
    }

    /** A clock that moves by one at each reading, and runs what the test gave. */
    private static final class ScriptedTimers implements Timers {
        private Runnable beforeWait = () -> {};
        private Runnable whenQueued = () -> {};
        private Runnable atReading = () -> {};
        private boolean virtual = true;
        private long now;
        private long realTime;
        private int readings;
        private int cancelled;
        private Runnable timer = () -> {};

        @Override
        public long now() {
            readings++;
            atReading.run();
            return now++;
        }

        @Override
        public Timer schedule(long at, Runnable action) {
            timer = action;
            return () -> cancelled++;
        }

        @Override
        public Timer deliver(long at, Runnable arrival) {
            throw new AssertionError("a wait delivers nothing");
        }

        /** The first question after the waiter was queued. */
        @Override
        public boolean isVirtual() {
            whenQueued.run();
            return virtual;
        }

        @Override
        public long realTime() {
            readings++;
            return realTime++;
        }

        @Override
        public void checkMayWait() {
            beforeWait.run();
        }
    }

    /** The threads park at once, since a clock of the test would end their spins late. */
    @BeforeEach
    void doNotSpin() {
        gate.spinsToSkip = 10;
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(gate.waiters()).isEmpty();
        assertThat(Thread.interrupted()).isFalse();
    }

    private WaitResult awaitTurn(long deadline) {
        return ThreadWaiter.awaitTurn(gate, ReadyBits.OPEN, timers, deadline, true);
    }

    private WaitResult observe(long deadline, long realTimeLimit) {
        return ThreadWaiter.observe(gate, ReadyBits.OPEN, 1, timers, deadline, realTimeLimit);
    }

    @Test
    void theClockMayRefuseAWait() {
        timers.beforeWait = () -> {
            throw new IllegalStateException("refused");
        };

        assertThatThrownBy(() -> awaitTurn(1)).hasMessage("refused");
        assertThatThrownBy(() -> observe(1, Timers.NEVER)).hasMessage("refused");
    }

    @Test
    void aWaitIsLimitedByADeadlineOnEitherClock() {
        List<Boolean> limited = new ArrayList<>();
        timers.whenQueued = () -> {
            limited.add(gate.waiter().isLimited());
            gate.open();
        };
        for (long deadline : new long[] {Timers.NEVER, 9}) {
            gate.open = false;
            assertThat(awaitTurn(deadline)).isEqualTo(WaitResult.READY);
            for (long limit : new long[] {Timers.NEVER, 9}) {
                gate.open = false;
                assertThat(observe(deadline, limit)).isEqualTo(WaitResult.READY);
            }
        }

        assertThat(limited).containsExactly(false, false, true, true, true, true);
    }

    @Test
    void anInterruptComesBeforeAFailureAndBeforeTheDeadline() {
        timers.whenQueued = () -> {
            ThreadWaiter waiter = gate.waiter();
            waiter.interrupt();
            waiter.failWith(AssertionError::new);
            waiter.wakeToFail();
        };

        assertThat(observe(Timers.NEVER, Timers.NEVER)).isEqualTo(WaitResult.INTERRUPTED);

        timers.whenQueued = () -> gate.waiter().interrupt();
        timers.atReading = () -> timers.timer.run();
        assertThat(observe(5, Timers.NEVER)).isEqualTo(WaitResult.INTERRUPTED);
    }

    /** The real-time limit has passed too: a waiter that is not woken would meet it. */
    @Test
    void aFailureIsThrownByTheThreadThatWaits() {
        timers.whenQueued = () -> {
            gate.waiter().failWith(() -> new AssertionError("hang"));
            gate.waiter().wakeToFail();
        };

        assertThatThrownBy(() -> observe(Timers.NEVER, 0)).hasMessage("hang");

        assertThat(gate.waiters()).isEmpty();
    }

    /** The timer did not fire: the clock passed the deadline before it knew of it. */
    @Test
    void aDeadlineOfNowEndsTheWaitBeforeTheThreadParks() {
        timers.now = 5;

        assertThat(observe(5, 100)).isEqualTo(WaitResult.TIMED_OUT);

        assertThat(timers.readings).isEqualTo(1);
        assertThat(timers.cancelled).isEqualTo(1);
        assertThat(gate.waiters()).isEmpty();
    }

    @Test
    void aConditionThatHoldsAtTheDeadlineComesFirst() {
        timers.atReading = () -> gate.open = true;

        assertThat(observe(0, Timers.NEVER)).isEqualTo(WaitResult.READY);
    }

    @Test
    void theRealTimeLimitEndsAWaitOnAStandingClock() {
        timers.realTime = 7;

        assertThat(observe(Timers.NEVER, 7)).isEqualTo(WaitResult.TIMED_OUT);

        assertThat(timers.readings).as("the limit itself has come").isEqualTo(1);
    }

    @Test
    void aConditionThatHoldsWhenTheTimeIsUpComesFirst() {
        timers.virtual = false;
        timers.atReading = () -> gate.open = true;

        assertThat(awaitTurn(0)).isEqualTo(WaitResult.READY);
    }

    @Test
    void anInterruptComesBeforeAConditionThatHoldsMeanwhile() {
        timers.virtual = false;
        timers.atReading = () -> gate.open = true;
        Thread.currentThread().interrupt();

        assertThat(awaitTurn(100)).isEqualTo(WaitResult.INTERRUPTED);

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anUninterruptibleWaitGoesOnAndKeepsTheInterrupt() {
        timers.virtual = false;
        timers.atReading = () -> {
            if (timers.readings == 2) {
                gate.open();
            }
        };
        Thread.currentThread().interrupt();

        WaitResult result = ThreadWaiter.awaitTurn(gate, ReadyBits.OPEN, timers, TimeUnit.HOURS.toNanos(1), false);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(result).isEqualTo(WaitResult.READY);
    }

    @Test
    void aWaitOnARealClockIsCounted() {
        List<String> calls = new ArrayList<>();
        ThreadTracking tracking = ThreadTracking.ofCurrentThread(new InterruptHook() {
            @Override
            public void begin(Runnable whenInterrupted) {}

            @Override
            public void end() {}
        });
        RunnableListener listener = new RunnableListener() {
            @Override
            public void runnable() {
                calls.add("runnable");
            }

            @Override
            public void waiting() {
                calls.add("waiting");
            }
        };
        tracking.add(listener);
        timers.virtual = false;
        timers.whenQueued = () -> {
            assertThat(tracking.waiter()).isSameAs(gate.waiter());
            assertThat(tracking.currentWait()).isSameAs(gate.waiter());
        };
        try {
            assertThat(awaitTurn(0)).isEqualTo(WaitResult.TIMED_OUT);
        } finally {
            tracking.remove(listener);
        }

        assertThat(calls).containsExactly("waiting", "runnable");
        assertThat(tracking.waiter()).isNull();
    }

    @Test
    void theStackBeginsWithTheWaitAndEndsWithIt() {
        List<StackTraceElement> top = new ArrayList<>();
        timers.whenQueued = () -> {
            ThreadWaiter waiter = gate.waiter();
            StackTraceElement[] stack = waiter.stack();
            top.add(stack[0]);
            top.add(stack[1]);
            gate.open();
            assertThat(waiter.stack()).isNull();
        };

        assertThat(awaitTurn(Timers.NEVER)).isEqualTo(WaitResult.READY);

        assertThat(top).extracting(StackTraceElement::getMethodName).containsExactly("await", "awaitTurn");
        assertThat(top).extracting(StackTraceElement::getClassName).containsOnly(ThreadWaiter.class.getName());
    }

    @Test
    void aWokenWaiterDoesNotBeginToSpin() {
        List<Boolean> spins = new ArrayList<>();
        timers.whenQueued = () -> {
            ThreadWaiter waiter = gate.waiter();
            gate.open();
            spins.add(waiter.beginSpin());
        };

        awaitTurn(Timers.NEVER);

        assertThat(spins).containsExactly(false);
    }

    @Test
    void aThreadWithADeadlineParks() {
        timers.virtual = false;
        Background<WaitResult> waiting = Background.call(() -> awaitTurn(TimeUnit.HOURS.toNanos(1)));
        waiting.awaitParked();

        gate.open();

        assertThat(waiting.result()).isEqualTo(WaitResult.READY);
    }
}

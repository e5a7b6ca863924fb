package dev.nettest.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.VirtualClock;
import dev.nettest.internal.sync.ThreadWaiter.WaitResult;
import dev.nettest.internal.time.ClockTimers;
import dev.nettest.testing.Background;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The registration of a thread, and what it shows during a wait. */
@Timeout(30)
class ThreadTrackingTest {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final RunnableListener first = new Noting("first");
    private final RunnableListener second = new Noting("second");
    private final DialGate gate = new DialGate();
    private final Timers timers = new ClockTimers(VirtualClock.manual(), null);

    private final class Noting implements RunnableListener {
        private final String name;

        Noting(String name) {
            this.name = name;
        }

        @Override
        public void runnable() {
            calls.add(name + " runnable");
        }

        @Override
        public void waiting() {
            calls.add(name + " waiting");
        }
    }

    private final InterruptHook hook = new InterruptHook() {
        @Override
        public void begin(Runnable whenInterrupted) {
            calls.add("begin");
            whenWaiting = whenInterrupted;
        }

        @Override
        public void end() {
            calls.add("end");
        }
    };

    private Runnable whenWaiting = () -> {};

    @AfterEach
    void leaveTheThreadUnregistered() {
        ThreadTracking left = ThreadTracking.current();
        if (left != null) {
            left.listeners().forEach(left::remove); // other tests use this thread too
        }
        assertThat(left).isNull();
    }

    private ThreadTracking register(RunnableListener listener) {
        ThreadTracking tracking = ThreadTracking.ofCurrentThread(hook);
        tracking.add(listener);
        return tracking;
    }

    @Test
    void aThreadIsRegisteredUntilItsLastListenerIsRemoved() {
        assertThat(ThreadTracking.current()).isNull();
        ThreadTracking tracking = register(first);
        assertThat(register(second)).isSameAs(tracking);
        assertThat(ThreadTracking.current()).isSameAs(tracking);
        assertThat(tracking.thread()).isSameAs(Thread.currentThread());

        tracking.remove(first);
        assertThat(ThreadTracking.current()).isSameAs(tracking);
        assertThat(tracking.listeners()).containsExactly(second);
        tracking.remove(second);

        assertThat(ThreadTracking.current()).isNull();
    }

    @Test
    void anotherThreadRemovesListenersOnly() {
        ThreadTracking tracking = register(first);

        Background.run(() -> tracking.remove(first)).result();

        assertThat(tracking.listeners()).isEmpty();
        assertThat(ThreadTracking.current()).isSameAs(tracking);
        tracking.remove(first);
    }

    @Test
    void theRemovalOfAnotherThreadsListenerKeepsThisOneRegistered() {
        ThreadTracking other = Background.call(() -> register(second)).result();
        ThreadTracking tracking = register(first);

        other.remove(second);

        assertThat(ThreadTracking.current()).isSameAs(tracking);
        tracking.remove(first);
    }

    @Test
    void listenersChangeFromSeveralThreads() {
        ThreadTracking tracking = register(first);
        Background.run(() -> tracking.add(second)).result();
        tracking.add(first);
        tracking.remove(first);

        Background.run(() -> tracking.remove(second)).result();

        tracking.remove(first);
        assertThat(tracking.listeners()).isEmpty();
    }

    @Test
    void aWaitIsCountedAndObservedForInterrupts() {
        gate.setClosed(true);
        ThreadTracking tracking = register(first);
        Background<Void> opener = Background.run(() -> {
            while (!calls.contains("first waiting")) {
                Thread.onSpinWait();
            }
            gate.setClosed(false);
        });

        assertThat(ThreadWaiter.awaitTurn(gate, ReadyBits.OPEN, timers, Timers.NEVER, true))
                .isEqualTo(WaitResult.READY);

        opener.result();
        assertThat(calls).containsExactly("begin", "first waiting", "first runnable", "end");
        assertThat(tracking.isInWait()).isFalse();
        assertThat(tracking.isWoken()).isFalse();
        tracking.remove(first);
    }

    @Test
    void anInterruptOfAnObservedWaitEndsIt() {
        gate.setClosed(true);
        ThreadTracking tracking = register(new RunnableListener() {
            @Override
            public void runnable() {}

            @Override
            public void waiting() {
                whenWaiting.run(); // what the hook runs if the thread is interrupted now
            }
        });

        assertThat(ThreadWaiter.awaitTurn(gate, ReadyBits.OPEN, timers, Timers.NEVER, true))
                .isEqualTo(WaitResult.INTERRUPTED);

        assertThat(gate.waiters()).isEmpty();
        tracking.listeners().forEach(tracking::remove);
    }

    @Test
    void anUninterruptibleWaitIsNotObserved() {
        gate.setClosed(true);
        ThreadTracking tracking = register(new RunnableListener() {
            @Override
            public void runnable() {}

            @Override
            public void waiting() {
                gate.setClosed(false);
            }
        });

        assertThat(ThreadWaiter.awaitTurn(gate, ReadyBits.OPEN, timers, Timers.NEVER, false))
                .isEqualTo(WaitResult.READY);

        assertThat(calls).isEmpty();
        tracking.listeners().forEach(tracking::remove);
    }

    @Test
    void aWaitShowsIfItWasWoken() {
        gate.setClosed(true);
        List<String> shown = new CopyOnWriteArrayList<>();
        ThreadTracking tracking = ThreadTracking.ofCurrentThread(hook);
        tracking.add(new RunnableListener() {
            @Override
            public void runnable() {}

            @Override
            public void waiting() {
                shown.add(tracking.isInWait() + " " + tracking.isWoken());
                gate.setClosed(false);
                shown.add(tracking.isInWait() + " " + tracking.isWoken());
            }
        });

        ThreadWaiter.awaitTurn(gate, ReadyBits.OPEN, timers, Timers.NEVER, true);

        assertThat(shown).containsExactly("true false", "true true");
        tracking.listeners().forEach(tracking::remove);
    }

    @Test
    void aThreadInterruptedBeforeItsWaitNeverCountsAsWaiting() {
        gate.setClosed(true);
        TrackedThread thread = new TrackedThread(
                () -> {
                    Thread.currentThread().interrupt();
                    calls.add(ThreadWaiter.awaitTurn(gate, ReadyBits.OPEN, timers, Timers.NEVER, true) + "");
                    calls.add("interrupted " + Thread.interrupted());
                },
                "interrupted",
                tracking -> first);
        assertThat(thread.isDaemon()).isTrue();
        thread.start();
        join(thread);

        assertThat(calls).containsExactly("first runnable", "first waiting", "INTERRUPTED", "interrupted true");
    }

    @Test
    void aTrackedThreadIsInterruptedInItsWaitOnly() {
        TrackedThread thread = new TrackedThread(
                () -> {
                    gate.setClosed(true);
                    Thread.currentThread().interrupt(); // in no wait: nothing is counted
                    calls.add("interrupted " + Thread.interrupted());
                },
                "interrupted",
                tracking -> first);
        thread.start();
        join(thread);

        assertThat(calls).containsExactly("interrupted true");
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

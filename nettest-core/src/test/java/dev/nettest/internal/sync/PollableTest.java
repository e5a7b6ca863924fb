package dev.nettest.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** The queue of waiters: which of them leaving the lock wakes, and in which order. */
class PollableTest {
    private static final int READ = ReadyBits.READABLE;
    private static final int WRITE = ReadyBits.WRITABLE;

    private final Monitor monitor = new Monitor();
    private final Switches first = new Switches(monitor);
    private final Switches second = new Switches(monitor);
    private final List<String> woken = new ArrayList<>();

    /** Conditions that the test sets: a bit for each that holds, and for each that cannot happen any more. */
    private static final class Switches extends Pollable {
        private int holding;
        private int impossible;
        private long amount = Long.MAX_VALUE;

        Switches(Monitor monitor) {
            super(monitor);
        }

        @Override
        protected boolean holds(int condition, long wanted) {
            return (holding & condition) != 0 && wanted <= amount;
        }

        @Override
        protected boolean cannotHappen(int condition, long wanted) {
            return (impossible & condition) != 0;
        }

        void set(int bits) {
            monitor.lock();
            holding = bits;
            monitor.leave();
        }
    }

    private CallbackWaiter competing(String name, int mask) {
        return enlist(name, mask, true, false);
    }

    private CallbackWaiter observing(String name, int mask) {
        return enlist(name, mask, false, true);
    }

    private CallbackWaiter enlist(String name, int mask, boolean competes, boolean observes) {
        CallbackWaiter waiter = new CallbackWaiter(first, mask, 1, competes, observes, () -> woken.add(name));
        assertThat(first.enlist(waiter)).isTrue();
        return waiter;
    }

    private void leave() {
        monitor.lock();
        monitor.leave();
    }

    @Test
    void competingWaitersAreWokenOneAtATime() {
        competing("a", READ);
        competing("b", READ);
        competing("c", READ);

        first.set(READ);
        assertThat(woken).containsExactly("a");
        leave();
        assertThat(woken).containsExactly("a", "b");
        first.set(0);
        assertThat(woken).containsExactly("a", "b");
        first.set(READ);
        assertThat(woken).containsExactly("a", "b", "c");
    }

    @Test
    void observersAreAllWokenBetweenThem() {
        observing("x", READ);
        competing("a", READ);
        observing("y", READ);
        competing("b", READ);
        observing("z", READ);

        first.set(READ);

        assertThat(woken).containsExactly("x", "a", "y", "z");
    }

    @Test
    void waitersForDifferentConditionsDoNotCompete() {
        competing("reader", READ);
        competing("writer", WRITE);

        first.set(READ | WRITE);

        assertThat(woken).containsExactly("reader", "writer");
    }

    @Test
    void aWaiterForTwoConditionsCompetesForBoth() {
        competing("either", READ | WRITE);
        competing("writer", WRITE);
        competing("reader", READ);

        first.set(READ | WRITE);

        assertThat(woken).containsExactly("either");
    }

    @Test
    void aWaiterWhoseConditionDoesNotHoldLeavesTheTurnToTheNext() {
        CallbackWaiter patient = new CallbackWaiter(first, READ, 5, true, false, () -> woken.add("five"));
        first.enlist(patient);
        competing("one", READ);
        first.amount = 1;

        first.set(READ);

        assertThat(woken).containsExactly("one");
    }

    @Test
    void aWithdrawnWaiterLeavesTheQueue() {
        CallbackWaiter head = competing("head", READ);
        competing("a", READ);
        CallbackWaiter middle = competing("middle", READ);
        competing("b", READ);
        CallbackWaiter tail = competing("tail", READ);

        middle.cancel();
        tail.cancel();
        head.cancel();
        competing("c", READ);
        middle.cancel(); // again, without effect

        assertThat(first.waiters()).hasSize(3);
        first.set(READ);
        leave();
        leave();
        leave();
        assertThat(woken).containsExactly("a", "b", "c");
        assertThat(first.waiters()).isEmpty();
        assertThat(first.hasWaiters()).isFalse();
    }

    @Test
    void aWaiterThatIsNotQueuedAnyMorePassesItsTurnOn() {
        CallbackWaiter a = competing("a", READ);
        competing("b", READ);
        first.set(READ);

        a.cancel();

        assertThat(woken).containsExactly("a", "b");
    }

    @Test
    void aConditionThatHoldsAlreadyIsNotWaitedFor() {
        first.set(READ);
        CallbackWaiter waiter = new CallbackWaiter(first, READ | WRITE, 1, true, false, () -> woken.add("a"));

        assertThat(first.enlist(waiter)).isFalse();
        assertThat(first.waiters()).isEmpty();
        assertThat(woken).isEmpty();

        CallbackWaiter.enlist(first, READ, 1, false, () -> woken.add("b"));
        assertThat(woken).containsExactly("b");
    }

    @Test
    void onlyObserversEndIfTheConditionCannotHappen() {
        observing("observer", READ);
        competing("reader", READ);

        first.impossible = READ;
        leave();

        assertThat(woken).containsExactly("observer");
        assertThat(first.cannotHappenNow(READ, 1)).isTrue();
        assertThat(first.cannotHappenNow(WRITE, 1)).isFalse();
        first.set(READ);
        assertThat(first.cannotHappenNow(READ, 1)).isFalse();
    }

    @Test
    void anEnlistedWaiterWakesTheOneThatAskedForIt() {
        Pollable asksForWriters = new Pollable(new Monitor()) {
            @Override
            protected boolean holds(int condition, long amount) {
                return condition == ReadyBits.WRITE_BLOCKED && hasOperationWaiting(WRITE | READ);
            }
        };
        CallbackWaiter.enlist(asksForWriters, ReadyBits.WRITE_BLOCKED, 1, true, () -> woken.add("asked"));

        CallbackWaiter.enlist(asksForWriters, WRITE, 1, true, () -> {});
        assertThat(woken).isEmpty();
        CallbackWaiter.enlist(asksForWriters, ReadyBits.DRAINED, 1, false, () -> {});
        assertThat(woken).isEmpty();
        CallbackWaiter.enlist(asksForWriters, WRITE, 1, false, () -> {});
        assertThat(woken).containsExactly("asked");
    }

    @Test
    void bothPollablesOfALockWakeTheirWaiters() {
        CallbackWaiter.enlist(second, READ, 1, false, () -> woken.add("second"));
        competing("first", READ);
        monitor.lock();
        first.holding = READ;
        second.holding = READ;

        monitor.leave();

        assertThat(woken).containsExactly("first", "second");
        assertThat(monitor.isLocked()).isFalse();
    }

    @Test
    void theLockIsFreeWhileAWaiterIsWokenAndAfterEachQuestion() {
        ReentrantLock lock = monitor;
        CallbackWaiter.enlist(first, READ, 1, false, () -> woken.add("locked: " + lock.isLocked()));

        first.set(READ);
        first.isReady(READ, 1);
        first.cannotHappenNow(READ, 1);
        first.waiters();

        assertThat(woken).containsExactly("locked: false");
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void readinessIsAnyConditionOfTheMask() {
        first.set(WRITE);

        assertThat(first.isReady(READ | WRITE, 1)).isTrue();
        assertThat(first.isReady(WRITE | ReadyBits.ACCEPTABLE, 1)).isTrue();
        assertThat(first.isReady(READ, 1)).isFalse();
    }

    @Test
    void isOverIfClosed() {
        assertThat(first.isOver()).isFalse();
        first.set(ReadyBits.CLOSED);
        assertThat(first.isOver()).isTrue();
    }

    @Test
    void theMaskOfAWaiterIsAsked() {
        CallbackWaiter waiter = competing("a", READ | WRITE);

        assertThat(waiter.isFor(WRITE | ReadyBits.CLOSED)).isTrue();
        assertThat(waiter.isFor(ReadyBits.CLOSED)).isFalse();
    }

    @Test
    void aCallbackMayNameTheFutureThatItCompletes() {
        CallbackWaiter waiter = competing("a", READ);
        assertThat(waiter.future()).isNull();
        CompletableFuture<String> future = new CompletableFuture<>();

        waiter.future(future);

        assertThat(waiter.future()).isSameAs(future);
    }
}

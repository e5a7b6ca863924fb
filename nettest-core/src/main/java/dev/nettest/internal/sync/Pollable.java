package dev.nettest.internal.sync;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object that can be ready: an endpoint, an accept queue, the bind table. It evaluates its conditions and keeps its
 * waiters. Guarded by its monitor.
 */
public abstract class Pollable {

    public final Monitor monitor;

    /** How many waits park at once after the last spin that did not pay: a hint to {@link AdaptiveSpin}. */
    int spinsSkipped;

    /** How many of these waits are still to come. */
    int spinsToSkip;

    private @Nullable Waiter firstWaiter;
    private @Nullable Waiter lastWaiter;

    protected Pollable(Monitor monitor) {
        this.monitor = monitor;
        monitor.add(this);
    }

    /** True if {@code condition} (one bit) holds for {@code amount}. The lock is held. */
    protected abstract boolean holds(int condition, long amount);

    /** True if {@code condition} cannot hold any more. The lock is held. */
    protected boolean cannotHappen(int condition, long amount) {
        return false;
    }

    /** True if it is closed, so that no operation waits any more. The lock is held. */
    public final boolean isOver() {
        return holds(ReadyBits.CLOSED, 1);
    }

    /** Chains the work to run after unlocking and before the wake-ups. The lock is held. */
    protected @Nullable Deferred deferBeforeWakeUps(@Nullable Deferred chain) {
        return chain;
    }

    /** Chains the work to run after the wake-ups. The lock is held. */
    protected @Nullable Deferred deferAfterWakeUps(@Nullable Deferred chain) {
        return chain;
    }

    /** True if any condition of {@code mask} holds now. Takes the lock. */
    public final boolean isReady(int mask, long amount) {
        monitor.lock();
        try {
            return anyHolds(mask, amount);
        } finally {
            monitor.unlock();
        }
    }

    /** True if {@code condition} does not hold and never will. Takes the lock. */
    public final boolean cannotHappenNow(int condition, long amount) {
        monitor.lock();
        try {
            return !holds(condition, amount) && cannotHappen(condition, amount);
        } finally {
            monitor.unlock();
        }
    }

    /**
     * Queues {@code waiter}, unless its condition already holds. An observer is not queued either if its condition can
     * never hold.
     *
     * @return true if it was queued and will be woken
     */
    public final boolean enlist(Waiter waiter) {
        monitor.lock();
        boolean queued = !waiter.isSatisfiedBy(this);
        if (queued) {
            append(waiter);
        }
        monitor.leave(); // this waiter may be the blocked writer that WRITE_BLOCKED asks for
        return queued;
    }

    /**
     * Has {@code hook} wait for the conditions of {@code mask} instead of those before; 0 for none.
     *
     * @return false if one holds already: the hook is not queued then
     */
    final boolean rearm(HookWaiter hook, int mask) {
        monitor.lock();
        if (hook.queued) {
            remove(hook);
        }
        hook.mask = mask;
        boolean holds = anyHolds(mask, hook.amount);
        if (mask != 0 && !holds) {
            append(hook);
        }
        monitor.leave();
        return !holds;
    }

    /** Removes {@code waiter} if it is still queued. Otherwise the wake-up that it took goes to the next waiter. */
    public final void withdraw(Waiter waiter) {
        monitor.lock();
        if (waiter.queued) {
            remove(waiter);
        }
        monitor.leave();
    }

    final boolean anyHolds(int mask, long amount) {
        for (int left = mask; left != 0; left &= left - 1) {
            if (holds(Integer.lowestOneBit(left), amount)) {
                return true;
            }
        }
        return false;
    }

    final boolean hasWaiters() {
        return firstWaiter != null;
    }

    /** The queued waiters, in order of arrival. Takes the lock. */
    public final List<Waiter> waiters() {
        List<Waiter> waiters = new ArrayList<>();
        monitor.lock();
        try {
            for (Waiter waiter = firstWaiter; waiter != null; waiter = waiter.next) {
                waiters.add(waiter);
            }
        } finally {
            monitor.unlock();
        }
        return waiters;
    }

    /** True if an operation, not just an observer, waits for a condition of {@code mask}. The lock is held. */
    public final boolean hasOperationWaiting(int mask) {
        for (Waiter waiter = firstWaiter; waiter != null; waiter = waiter.next) {
            if ((waiter.mask & mask) != 0 && !waiter.observes) {
                return true;
            }
        }
        return false;
    }

    /**
     * Removes the waiters whose condition holds, in order of arrival, and chains them. If several waiters compete
     * for one operation, only the first is removed. The next one follows when that leaves the lock.
     */
    final @Nullable Waiter collectReady(@Nullable Waiter chain) {
        Waiter woken = chain;
        int competed = 0;
        for (Waiter waiter = firstWaiter; waiter != null; ) {
            Waiter next = waiter.next;
            boolean turn = !waiter.competes || (competed & waiter.mask) == 0;
            if (turn && waiter.isSatisfiedBy(this) && waiter.beginWake()) {
                if (waiter.competes) {
                    competed |= waiter.mask;
                }
                remove(waiter);
                waiter.nextWoken(woken);
                woken = waiter;
            }
            waiter = next;
        }
        return woken;
    }

    private void append(Waiter waiter) {
        waiter.queued = true;
        waiter.previous = lastWaiter;
        if (lastWaiter == null) {
            firstWaiter = waiter;
        } else {
            lastWaiter.next = waiter;
        }
        lastWaiter = waiter;
    }

    private void remove(Waiter waiter) {
        Waiter before = waiter.previous;
        Waiter after = waiter.next;
        if (before == null) {
            firstWaiter = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            lastWaiter = before;
        } else {
            after.previous = before;
        }
        waiter.queued = false;
        waiter.previous = null;
        waiter.next = null;
    }
}

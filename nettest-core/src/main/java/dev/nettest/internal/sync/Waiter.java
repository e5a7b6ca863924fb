package dev.nettest.internal.sync;

import org.jspecify.annotations.Nullable;

/** Waits once for a condition of one pollable. It stands in at most one queue. */
public abstract class Waiter {

    /** Changes only for a {@link HookWaiter}, under the lock. */
    int mask;

    final long amount;

    /** True if it competes with waiters of its condition for one operation, so that one of them is woken at a time. */
    final boolean competes;

    /** True if it only observes: also woken if its condition can never hold, and never counted as a blocked writer. */
    final boolean observes;

    boolean queued;

    @Nullable
    Waiter previous;

    @Nullable
    Waiter next;

    Waiter(int mask, long amount, boolean competes, boolean observes) {
        this.mask = mask;
        this.amount = amount;
        this.competes = competes;
        this.observes = observes;
    }

    /** True if it waits for a condition of {@code mask}. */
    public final boolean isFor(int mask) {
        return (this.mask & mask) != 0;
    }

    /** The next one in a chain of waiters that left their queues to be woken. */
    @Nullable
    Waiter nextWoken() {
        return next;
    }

    void nextWoken(@Nullable Waiter waiter) {
        next = waiter;
    }

    /** Called once, outside every lock, after it left its queue. */
    abstract void wake();

    /** Called when it would leave its queue to be woken; false to stay in it. The lock is held. */
    boolean beginWake() {
        return true;
    }

    final boolean isSatisfiedBy(Pollable pollable) {
        return pollable.anyHolds(mask, amount) || (observes && pollable.cannotHappen(mask, amount));
    }

    /** Wakes a chain that was collected last in, first out, in the order of its queue. */
    static void wakeAll(@Nullable Waiter chain) {
        Waiter reversed = null;
        for (Waiter waiter = chain; waiter != null; ) {
            Waiter rest = waiter.nextWoken();
            waiter.nextWoken(reversed);
            reversed = waiter;
            waiter = rest;
        }
        for (Waiter waiter = reversed; waiter != null; ) {
            Waiter rest = waiter.nextWoken();
            waiter.nextWoken(null);
            waiter.wake();
            waiter = rest;
        }
    }
}

package dev.nettest.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Something that can be ready: an end, a backlog, the address book. It answers what holds now and keeps those who wait;
 * it never waits itself. Guarded by its monitor.
 */
public abstract class Pollable {

    final Monitor monitor;

    /** How many waits here park at once after a spin that did not pay, and how many of them are to come: hints to {@link Spin}. */
    int spinsSkipped;

    int spinsToSkip;

    private @Nullable Waiter firstWaiter;
    private @Nullable Waiter lastWaiter;

    Pollable(Monitor monitor) {
        this.monitor = monitor;
        monitor.add(this);
    }

    /** Whether {@code condition} (one bit) holds for {@code amount}. The lock is held. */
    abstract boolean holds(int condition, long amount);

    /** Whether {@code condition} can no longer come to hold. The lock is held. */
    boolean isHopeless(int condition, long amount) {
        return false;
    }

    /** Chains the gates that need something done once the lock is free. The lock is held. */
    @Nullable
    Gate collectWork(@Nullable Gate chain) {
        return chain;
    }

    /** What has a timer to start or to stop once the lock is free. The lock is held. */
    @Nullable
    Transit unsettled() {
        return null;
    }

    /** Whether any condition of {@code mask} holds now. Takes the lock. */
    public final boolean isReady(int mask, long amount) {
        monitor.lock();
        try {
            return anyHolds(mask, amount);
        } finally {
            monitor.unlock();
        }
    }

    /** Whether {@code condition} does not hold and never will. Takes the lock. */
    public final boolean isHopelessNow(int condition, long amount) {
        monitor.lock();
        try {
            return !holds(condition, amount) && isHopeless(condition, amount);
        } finally {
            monitor.unlock();
        }
    }

    /**
     * Queues {@code waiter}, unless what it waits for holds already, or can never hold and it only observes.
     *
     * @return whether it was queued and will be woken
     */
    public final boolean enlist(Waiter waiter) {
        monitor.lock();
        boolean queued = !waiter.isSatisfiedBy(this);
        if (queued) {
            append(waiter);
        }
        monitor.leave(); // a writer that now waits is news to those who wait for just that
        return queued;
    }

    /** Takes {@code waiter} out, if it is still queued; passes a wake-up on that it may have used up. */
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

    /** Whether somebody who would write, not just look, waits here. The lock is held. */
    final boolean hasWaiter(int mask) {
        for (Waiter waiter = firstWaiter; waiter != null; waiter = waiter.next) {
            if ((waiter.mask & mask) != 0 && !waiter.observes) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes out those whose condition holds, first come first served, and chains them. Of the threads that compete for
     * one operation only the first is taken: when it has had its turn, it leaves the lock and the next one's comes.
     */
    final @Nullable Waiter collectReady(@Nullable Waiter chain) {
        Waiter woken = chain;
        int competed = 0;
        for (Waiter waiter = firstWaiter; waiter != null; ) {
            Waiter next = waiter.next;
            boolean turn = !waiter.competes || (competed & waiter.mask) == 0;
            if (turn && waiter.isSatisfiedBy(this)) {
                if (waiter.competes) {
                    competed |= waiter.mask;
                }
                remove(waiter);
                waiter.next = woken;
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

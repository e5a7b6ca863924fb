package dev.nettest.kernel;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one lock over one or two {@linkplain Pollable pollables}. It is entered with {@link #lock()} and left with
 * {@link #leave()}, which works out what became ready: no path that changes state can forget to signal, because
 * leaving is the signal. Wake-ups, callbacks and the judging of faults happen after the lock is free.
 *
 * <p>A {@code ReentrantLock}, so that virtual threads do not pin; never two of them at once.
 */
public final class Monitor extends ReentrantLock {

    private static final long serialVersionUID = 1;

    /** Tries before a thread parks for the lock: it is never held longer than a copy takes, and waking up costs more. */
    private static final int TRIES = Runtime.getRuntime().availableProcessors() > 1 ? 256 : 0;

    private transient @Nullable Pollable first;
    private transient @Nullable Pollable second;

    /** Whether any operation here has a fault's verdict to wait for. */
    transient boolean gated;

    /** Whether anything here takes, or took, time on its way. */
    transient boolean travelled;

    void add(Pollable pollable) {
        if (first == null) {
            first = pollable;
        } else {
            second = pollable;
        }
    }

    @Override
    public void lock() {
        for (int tried = 0; tried < TRIES; tried++) {
            if (tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        super.lock();
    }

    /** Unlocks, then wakes exactly those who can proceed. */
    public void leave() {
        if (!gated && !travelled && isQuiet(first) && isQuiet(second)) {
            unlock();
            return;
        }
        Gate work = gated ? collectWork(second, collectWork(first, null)) : null;
        Waiter woken = collectReady(second, collectReady(first, null));
        Transit here = travelled ? unsettled(first) : null;
        Transit there = travelled ? unsettled(second) : null;
        unlock();
        settle(here);
        settle(there);
        Waiter.wakeAll(woken);
        Gate.settleAll(work);
    }

    private static boolean isQuiet(@Nullable Pollable pollable) {
        return pollable == null || !pollable.hasWaiters();
    }

    private static @Nullable Transit unsettled(@Nullable Pollable pollable) {
        return pollable == null ? null : pollable.unsettled();
    }

    private static void settle(@Nullable Transit transit) {
        if (transit != null) {
            transit.settle();
        }
    }

    private static @Nullable Waiter collectReady(@Nullable Pollable pollable, @Nullable Waiter chain) {
        return pollable == null ? chain : pollable.collectReady(chain);
    }

    private static @Nullable Gate collectWork(@Nullable Pollable pollable, @Nullable Gate chain) {
        return pollable == null ? chain : pollable.collectWork(chain);
    }
}

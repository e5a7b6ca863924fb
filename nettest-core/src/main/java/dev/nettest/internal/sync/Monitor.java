package dev.nettest.internal.sync;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one lock over one or two {@linkplain Pollable pollables}. It is entered with {@link #lock()} and left with {@link
 * #leave()}, which computes what became ready. No path that changes state can forget to signal, because leaving is the
 * signal. Wake-ups, callbacks and {@linkplain Deferred deferred work} run after the lock is free.
 *
 * <p>It is a {@code ReentrantLock}, so that virtual threads are not pinned. A thread never holds two of them at once.
 */
public final class Monitor extends ReentrantLock {

    private static final long serialVersionUID = 1;

    /**
     * Attempts before a thread parks for the lock. It is never held longer than a copy takes, and a park costs more.
     */
    private static final int TRIES = Runtime.getRuntime().availableProcessors() > 1 ? 256 : 0;

    private transient @Nullable Pollable first;
    private transient @Nullable Pollable second;

    /** True if leaving this lock may leave work to be done. False on the fast path, which then asks nothing. */
    private transient boolean defers;

    void add(Pollable pollable) {
        if (first == null) {
            first = pollable;
        } else {
            second = pollable;
        }
    }

    /** From here on every leave asks the pollables for deferred work. The lock is held. */
    public void enableDeferred() {
        defers = true;
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

    /** Unlocks, then wakes exactly the waiters that can proceed. */
    public void leave() {
        if (!defers && isQuiet(first) && isQuiet(second)) {
            unlock();
            return;
        }
        Deferred late = defers ? deferAfterWakeUps(second, deferAfterWakeUps(first, null)) : null;
        Waiter woken = collectReady(second, collectReady(first, null));
        Deferred early = defers ? deferBeforeWakeUps(first, deferBeforeWakeUps(second, null)) : null;
        unlock();
        Deferred.runAll(early);
        Waiter.wakeAll(woken);
        Deferred.runAll(late);
    }

    private static boolean isQuiet(@Nullable Pollable pollable) {
        return pollable == null || !pollable.hasWaiters();
    }

    private static @Nullable Waiter collectReady(@Nullable Pollable pollable, @Nullable Waiter chain) {
        return pollable == null ? chain : pollable.collectReady(chain);
    }

    private static @Nullable Deferred deferBeforeWakeUps(@Nullable Pollable pollable, @Nullable Deferred chain) {
        return pollable == null ? chain : pollable.deferBeforeWakeUps(chain);
    }

    private static @Nullable Deferred deferAfterWakeUps(@Nullable Pollable pollable, @Nullable Deferred chain) {
        return pollable == null ? chain : pollable.deferAfterWakeUps(chain);
    }
}

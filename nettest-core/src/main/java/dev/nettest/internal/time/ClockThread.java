package dev.nettest.internal.time;

import org.jspecify.annotations.Nullable;

/**
 * A clock's own thread. It is not registered, yet the idle probe must check it: it may have released a lock whose
 * next owner is not awake yet.
 */
final class ClockThread {

    private volatile @Nullable Thread thread;
    private volatile @Nullable ProcThread osThread;

    /** The current thread is the clock's thread from now on. */
    void begin() {
        thread = Thread.currentThread();
        osThread = ProcThread.current(false);
    }

    /** The thread to check; null if there is none, or if it is the current thread. */
    @Nullable
    ProcThread unlessCurrent() {
        return thread == Thread.currentThread() ? null : osThread;
    }
}

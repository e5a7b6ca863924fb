package dev.nettest;

import org.jspecify.annotations.Nullable;

/** A thread of a clock's own. It takes no part, but may have just left a lock for which a thread that does still has to be woken. */
final class Helper {

    private volatile @Nullable Thread thread;
    private volatile @Nullable OsThread osThread;

    /** The current thread is the one now. */
    void begin() {
        thread = Thread.currentThread();
        osThread = OsThread.current();
    }

    /** Null where there is none, or none to be asked: the current thread itself. */
    @Nullable
    OsThread other() {
        return thread == Thread.currentThread() ? null : osThread;
    }
}

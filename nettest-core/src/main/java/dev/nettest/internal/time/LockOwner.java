package dev.nettest.internal.time;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The owner of the monitor or lock for which a thread waits. A lock with an owner will be released, unless its owner
 * waits too.
 *
 * @param id the thread's identifier; {@link #UNKNOWN} between two owners, or if the JDK does not tell
 * @param name the thread's name; null if it is unknown
 */
record LockOwner(long id, @Nullable String name) {

    private static final long UNKNOWN = -1;

    private static final LockOwner NOT_TOLD = new LockOwner(UNKNOWN, null);

    /** A lock of this class has an owner whenever a thread waits for it, apart from the moment of its release. */
    private static final String ALWAYS_OWNED = "java.util.concurrent.locks.ReentrantLock$";

    /** Null if the runtime lacks the module {@code java.management}. */
    private static final @Nullable Bean BEAN = find();

    /** Keeps the types of the module out of the fields and signatures of this class. */
    private static final class Bean {
        private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

        /** Stops no thread, because no stack is requested. Null if the lock has no owner. */
        @Nullable
        LockOwner ownerOfLockOf(Thread waiting) {
            ThreadInfo info = threads.getThreadInfo(waiting.getId());
            if (info == null || info.getLockInfo() == null) {
                return NOT_TOLD; // it has just stopped waiting
            }
            if (info.getLockOwnerId() != UNKNOWN) {
                return new LockOwner(info.getLockOwnerId(), info.getLockOwnerName());
            }
            boolean hasOwner = info.getThreadState() == Thread.State.BLOCKED
                    || info.getLockInfo().getClassName().startsWith(ALWAYS_OWNED);
            return hasOwner ? NOT_TOLD : null;
        }
    }

    private static @Nullable Bean find() {
        try {
            return new Bean();
        } catch (LinkageError e) {
            return null;
        }
    }

    /** True if {@code thread} waits for a monitor or a lock that may have an owner. Cheap. */
    static boolean mayExistFor(Thread thread) {
        return thread.getState() == Thread.State.BLOCKED
                || LockSupport.getBlocker(thread) instanceof AbstractOwnableSynchronizer;
    }

    /**
     * The owner of the lock for which the platform thread {@code waiting} waits; null if that lock has none, like a
     * latch.
     */
    static @Nullable LockOwner of(Thread waiting) {
        return BEAN == null ? NOT_TOLD : BEAN.ownerOfLockOf(waiting);
    }
}

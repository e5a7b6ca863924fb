package dev.nettest.internal.sync;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A platform thread whose running and waiting is reported to a clock. {@link ThreadWaiter} reports its waits in the
 * network; its executor reports its tasks. A thread that interrupts it marks it runnable, like any other waker.
 */
public final class TrackedThread extends Thread {

    /** Held during an interrupt, so that an interrupt of one wait does not end the next. */
    private final ReentrantLock interrupting = new ReentrantLock();

    /** The wait that an interrupt ends, if there is one. Guarded by {@link #interrupting}. */
    private @Nullable ThreadWaiter interruptible;

    private final ThreadTracking tracking = new ThreadTracking(this, null);

    private final boolean runnableFromStart;

    /** Written before the thread starts. */
    private boolean reportedByStart;

    /** @param listener creates the listener that counts this thread */
    public TrackedThread(Runnable work, String name, Function<ThreadTracking, ? extends RunnableListener> listener) {
        this(work, name, listener, false);
    }

    /**
     * @param runnableFromStart true if {@link #start} reports that this thread is runnable, before it can run. The work
     *     reports it unless {@link #isReportedByStart()}.
     */
    public TrackedThread(
            Runnable work,
            String name,
            Function<ThreadTracking, ? extends RunnableListener> listener,
            boolean runnableFromStart) {
        super(null, work, name);
        this.runnableFromStart = runnableFromStart;
        setDaemon(true);
        tracking.add(listener.apply(tracking));
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // only the start of the superclass needs the lock
    public void start() {
        if (!runnableFromStart) {
            super.start();
            return;
        }
        List<RunnableListener> told = tracking.listeners();
        told.forEach(RunnableListener::runnable);
        reportedByStart = true;
        boolean started = false;
        try {
            super.start();
            started = true;
        } finally {
            if (!started) {
                told.forEach(RunnableListener::waiting);
            }
        }
    }

    /** False in a thread of a JDK pool: since JDK 21 these start their threads without a call of {@link #start}. */
    public boolean isReportedByStart() {
        return reportedByStart;
    }

    public ThreadTracking tracking() {
        return tracking;
    }

    void interruptible(@Nullable ThreadWaiter waiter) {
        interrupting.lock();
        try {
            interruptible = waiter;
        } finally {
            interrupting.unlock();
        }
    }

    /**
     * Without the lock for the current thread, which alone changes {@code interruptible}: the JDK interrupts it again
     * while it holds the lock of a class loader, which another thread may need to finish its interrupt of this one.
     */
    @Override
    public void interrupt() {
        if (Thread.currentThread() == this) {
            interruptWait();
            return;
        }
        interrupting.lock();
        try {
            interruptWait();
        } finally {
            interrupting.unlock();
        }
    }

    private void interruptWait() {
        super.interrupt();
        if (interruptible != null) {
            interruptible.interrupt();
        }
    }
}

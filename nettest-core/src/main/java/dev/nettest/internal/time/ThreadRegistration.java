package dev.nettest.internal.time;

import dev.nettest.internal.sync.RunnableListener;
import dev.nettest.internal.sync.ThreadTracking;
import dev.nettest.internal.sync.Threads;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The registration of one thread in one network. */
public final class ThreadRegistration implements RunnableListener {

    private final ActivityTracker activity;
    private final ThreadTracking tracking;
    private final ReentrantLock lock = new ReentrantLock();

    /** Current runnable count; for executor threads, relative to the task's own count. Guarded by {@link #lock}. */
    private int count;

    /** Guarded by {@link #lock}. */
    private boolean ended;

    private volatile boolean hasWork;

    private volatile @Nullable ProcThread osThread;

    /** The wait in which the thread was probed last. */
    private volatile @Nullable Object probedWait;

    ThreadRegistration(ActivityTracker activity, ThreadTracking tracking) {
        this.activity = activity;
        this.tracking = tracking;
    }

    ActivityTracker activity() {
        return activity;
    }

    ThreadTracking tracking() {
        return tracking;
    }

    /** True while the thread has something to run, waits included. */
    boolean hasWork() {
        return hasWork;
    }

    /** Null until the thread has begun. */
    @Nullable
    ProcThread osThread() {
        return osThread;
    }

    /**
     * The mark of the latest proof that the thread slept; negative if there is none in the same wait. With it a cheaper
     * proof will probably do.
     *
     * @param wait the present wait in the network, or a constant for any wait outside
     */
    long markProvenIn(Object wait) {
        ProcThread known = osThread;
        return wait == probedWait && known != null ? known.provenMark() : ProcThread.AWAKE;
    }

    /** The thread is about to be probed in {@code wait}. */
    void probedIn(Object wait) {
        probedWait = wait;
    }

    /** The thread itself calls this first. */
    void begin() {
        osThread = ProcThread.current(true);
        if (Threads.isVirtual(Thread.currentThread())) {
            VirtualThreadStats.learnCarriers();
        }
        activity.registrations().add(this);
    }

    void setHasWork(boolean now) {
        hasWork = now;
    }

    @Override
    public void runnable() {
        lock.lock();
        try {
            if (!ended) {
                count++;
                activity.increment();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void waiting() {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            count--;
        } finally {
            lock.unlock();
        }
        activity.decrement();
    }

    /** True if the thread has ended and has woken the threads that join it. */
    boolean isGone() {
        ProcThread known = osThread;
        return tracking.thread().getState() == Thread.State.TERMINATED
                && (known == null || known.markIfAsleep() == ProcThread.GONE);
    }

    /** Ends the registration. Any thread may call this, even while the registered thread waits. */
    void end() {
        int counted;
        lock.lock();
        try {
            ended = true;
            hasWork = false;
            counted = count;
            count = 0;
        } finally {
            lock.unlock();
        }
        tracking.remove(this);
        closeFiles();
        for (int i = 0; i < counted; i++) {
            activity.decrement();
        }
    }

    /** The thread or its registration ends. */
    void closeFiles() {
        ProcThread known = osThread;
        if (known != null) {
            known.close();
        }
    }
}

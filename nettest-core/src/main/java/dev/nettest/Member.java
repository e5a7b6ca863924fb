package dev.nettest;

import dev.nettest.kernel.Membership;
import dev.nettest.kernel.Participant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One thread's part in one network. */
final class Member implements Membership {

    private final Activity activity;
    private final Participant participant;
    private final ReentrantLock lock = new ReentrantLock();

    /** How often it is counted now; of a thread that runs tasks, relative to the task. Guarded by {@link #lock}. */
    private int weight;

    /** Guarded by {@link #lock}. */
    private boolean ended;

    /** Whether it has something to run, waits included. */
    private volatile boolean running;

    private volatile @Nullable OsThread osThread;

    Member(Activity activity, Participant participant) {
        this.activity = activity;
        this.participant = participant;
    }

    Activity activity() {
        return activity;
    }

    Participant participant() {
        return participant;
    }

    boolean isRunning() {
        return running;
    }

    /** Null until the thread has begun. */
    @Nullable
    OsThread osThread() {
        return osThread;
    }

    /** Called by the thread itself, first. */
    void begin() {
        osThread = OsThread.current();
        activity.members().add(this);
    }

    void running(boolean now) {
        running = now;
    }

    @Override
    public void runnable() {
        lock.lock();
        try {
            if (!ended) {
                weight++;
                activity.raise();
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
            weight--;
        } finally {
            lock.unlock();
        }
        activity.lower();
    }

    /** Whether the thread has ended, and is not even about to wake those who join it. */
    boolean isGone() {
        OsThread asked = osThread;
        return participant.thread().getState() == Thread.State.TERMINATED
                && (asked == null || asked.asleepSince() == OsThread.GONE);
    }

    /** Takes no part any more. By any thread, also while this one waits. */
    void end() {
        int counted;
        lock.lock();
        try {
            ended = true;
            running = false;
            counted = weight;
            weight = 0;
        } finally {
            lock.unlock();
        }
        participant.leave(this);
        for (int i = 0; i < counted; i++) {
            activity.lower();
        }
    }
}

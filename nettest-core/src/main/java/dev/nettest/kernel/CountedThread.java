package dev.nettest.kernel;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A platform thread whose running and waiting the clock is told of. {@link ThreadWaiter} reports its waits in the network;
 * whoever gives it work reports the work. Whoever interrupts it marks it runnable, as any other waker does.
 */
public final class CountedThread extends Thread {

    /** Held while it is interrupted, so that an interrupt meant for one wait does not end the next. */
    private final ReentrantLock interrupting = new ReentrantLock();

    /** The wait that an interrupt ends, where there is one. Guarded by {@link #interrupting}. */
    private @Nullable ThreadWaiter interruptible;

    private final Participant participant = new Participant(this, null);
    private final Membership membership;
    private final boolean fromStart;

    /**
     * @param fromStart whether it is marked runnable when it is started, and not by whoever gives it work
     * @param membership makes its part in a network
     */
    public CountedThread(
            Runnable work, String name, boolean fromStart, Function<Participant, ? extends Membership> membership) {
        super(null, work, name);
        setDaemon(true);
        this.fromStart = fromStart;
        this.membership = membership.apply(participant);
        participant.join(this.membership);
    }

    public Participant participant() {
        return participant;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // the thread's own start is, and refuses a second one
    public void start() {
        if (!fromStart) {
            super.start();
            return;
        }
        membership.runnable(); // before it can run
        try {
            super.start();
        } catch (Throwable e) {
            membership.waiting();
            throw e;
        }
    }

    void interruptible(@Nullable ThreadWaiter waiter) {
        interrupting.lock();
        try {
            interruptible = waiter;
        } finally {
            interrupting.unlock();
        }
    }

    @Override
    public void interrupt() {
        interrupting.lock();
        try {
            super.interrupt();
            if (interruptible != null) {
                interruptible.interrupt();
            }
        } finally {
            interrupting.unlock();
        }
    }
}

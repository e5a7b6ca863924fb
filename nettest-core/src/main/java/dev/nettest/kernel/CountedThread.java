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

    /** @param membership makes its part in a network */
    public CountedThread(Runnable work, String name, Function<Participant, ? extends Membership> membership) {
        super(null, work, name);
        setDaemon(true);
        participant.join(membership.apply(participant));
    }

    public Participant participant() {
        return participant;
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

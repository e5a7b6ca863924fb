package dev.nettest.kernel;

import org.jspecify.annotations.Nullable;

/**
 * A platform thread whose running and waiting the clock is told of. {@link ThreadWaiter} reports its waits in the network;
 * whoever gives it work reports the work. Whoever interrupts it marks it runnable, as any other waker does.
 */
public final class CountedThread extends Thread {

    /** The wait that an interrupt ends, where there is one. */
    private volatile @Nullable ThreadWaiter interruptible;

    public CountedThread(Runnable work, String name) {
        super(null, work, name);
        setDaemon(true);
    }

    void interruptible(@Nullable ThreadWaiter waiter) {
        interruptible = waiter;
    }

    @Override
    public void interrupt() {
        super.interrupt();
        ThreadWaiter waiter = interruptible;
        if (waiter != null) {
            waiter.interrupt();
        }
    }
}

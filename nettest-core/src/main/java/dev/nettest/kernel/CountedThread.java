package dev.nettest.kernel;

/**
 * A platform thread whose running and waiting the clock is told of. {@link ThreadWaiter} reports its waits in the network;
 * whoever gives it work reports the work.
 */
public final class CountedThread extends Thread {

    public CountedThread(Runnable work, String name) {
        super(null, work, name);
        setDaemon(true);
    }
}

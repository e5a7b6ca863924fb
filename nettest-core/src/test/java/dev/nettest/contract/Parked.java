package dev.nettest.contract;

import java.util.concurrent.locks.LockSupport;

/**
 * Waits until a thread is blocked in a network inside this process: it is parked, and its blocker belongs to the
 * network. The API can await a blocked write. Only tests of the network itself need that for reads, accepts and
 * connects.
 */
final class Parked {
    private Parked() {}

    /** Returns too if the thread has ended. */
    static void await(Thread thread) {
        PollingWait.until(() -> !thread.isAlive() || isParkedInNetwork(thread), () -> thread + " blocks in a network");
    }

    private static boolean isParkedInNetwork(Thread thread) {
        Object blocker = LockSupport.getBlocker(thread);
        return blocker != null && blocker.getClass().getName().startsWith("dev.nettest.");
    }
}

package dev.nettest.contract;

import java.util.concurrent.locks.LockSupport;

/**
 * Tells when a thread waits in a network inside this process: it is parked, and what it is parked on is the network's.
 * There is an await for a blocked write, but none for a blocked read, accept or dial, because nobody but a test of the
 * network itself needs to know.
 */
final class Parked {
    private Parked() {}

    /** Returns also when the thread has ended. */
    static void await(Thread thread) {
        Spin.until(() -> !thread.isAlive() || isParkedInNetwork(thread), () -> thread + " waits in a network");
    }

    private static boolean isParkedInNetwork(Thread thread) {
        Object blocker = LockSupport.getBlocker(thread);
        return blocker != null && blocker.getClass().getName().startsWith("dev.nettest.");
    }
}

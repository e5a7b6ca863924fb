package dev.nettest.kernel;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A brief wait on the processor before parking, worth it because waking a parked thread costs some 30 microseconds and an
 * answer over this network often less than one. It adapts: a monitor where spinning paid spins up to {@link #LONGEST} rounds, one
 * where it did not halves its patience down to none, and tries again now and then. It never takes more than half of the
 * cores, so that those who should answer can run.
 */
final class Spin {

    /** Rounds to start with; one takes some 20 to 50 nanoseconds. */
    static final int FIRST = 256;

    private static final int LONGEST = 512;
    private static final int SHORTEST = 32;
    private static final int PROBE_EVERY = 32;
    private static final int MOST_SPINNERS = Runtime.getRuntime().availableProcessors() / 2;

    /** About the processor, not about any network. */
    private static final AtomicInteger SPINNERS = new AtomicInteger();

    private Spin() {}

    /** Spins a while; says whether {@code waiter} was woken meanwhile. */
    static boolean until(ThreadWaiter waiter, Monitor monitor) {
        int patience = monitor.patience;
        if (patience < SHORTEST) {
            monitor.patience = patience + SHORTEST / PROBE_EVERY + 1;
            return waiter.isWoken();
        }
        if (Threads.isVirtual(Thread.currentThread())) {
            return waiter.isWoken();
        }
        if (SPINNERS.incrementAndGet() > MOST_SPINNERS) {
            SPINNERS.decrementAndGet();
            return waiter.isWoken();
        }
        try {
            for (int round = 0; round < patience; round++) {
                if (waiter.isWoken()) {
                    monitor.patience = Math.min(LONGEST, patience * 2);
                    return true;
                }
                Thread.onSpinWait();
            }
            monitor.patience = patience / 2;
            return waiter.isWoken();
        } finally {
            SPINNERS.decrementAndGet();
        }
    }
}

package dev.nettest.kernel;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A brief wait on the processor before parking, worth it because waking a parked thread costs some 30 microseconds and an
 * answer over this network often less than one. It adapts: a monitor where spinning paid spins up to {@link #LONGEST}, one
 * where it did not halves its patience down to none, and tries again now and then. It never takes more than half of the
 * cores, so that those who should answer can run.
 */
final class Spin {

    /** Nanoseconds to start with. */
    static final int FIRST = 10_000;

    private static final int LONGEST = 20_000;
    private static final int SHORTEST = 500;
    private static final int PROBE_EVERY = 32;
    private static final int MOST_SPINNERS = Runtime.getRuntime().availableProcessors() / 2;

    /** About the processor, not about any network. */
    private static final AtomicInteger SPINNERS = new AtomicInteger();

    private Spin() {}

    /** Spins a while; says whether {@code waiter} was woken meanwhile. */
    static boolean until(ThreadWaiter waiter, Monitor monitor) {
        int patience = monitor.spinNanos;
        if (patience < SHORTEST) {
            monitor.spinNanos = patience + SHORTEST / PROBE_EVERY + 1;
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
            long start = System.nanoTime();
            do {
                for (int i = 0; i < 8; i++) {
                    if (waiter.isWoken()) {
                        monitor.spinNanos = Math.min(LONGEST, patience * 2);
                        return true;
                    }
                    Thread.onSpinWait();
                }
            } while (System.nanoTime() - start < patience);
            monitor.spinNanos = patience / 2;
            return waiter.isWoken();
        } finally {
            SPINNERS.decrementAndGet();
        }
    }
}

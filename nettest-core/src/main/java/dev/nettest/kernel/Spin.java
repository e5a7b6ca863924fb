package dev.nettest.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * A brief wait on the processor before parking. Waking a parked thread costs some 30 microseconds, an answer over this
 * network often takes less than one; so it waits somewhat longer than the other may take to wake up. It adapts: where spinning
 * paid, the next wait spins too; where it did not, ever more waits park at once before one tries again. It never takes
 * more than half of the cores, so that those who should answer can run. It does not yield: two threads that yield to each
 * other stay on one core, while one that parks lets the other be woken on a free one.
 */
final class Spin {

    private static final long LONGEST_NANOS = 50_000;

    /** Rounds between two looks at the time. */
    private static final int ROUNDS = 16;

    private static final int MOST_SKIPPED = 1_023;
    private static final int MOST_SPINNERS = Runtime.getRuntime().availableProcessors() / 2;

    /** About the processor, not about any network. */
    private static final AtomicInteger SPINNERS = new AtomicInteger();

    private Spin() {}

    /**
     * Spins a while, unless that seems to be no use at {@code pollable}; says whether {@code waiter} was woken meanwhile.
     *
     * @param now the real time in nanoseconds
     */
    static boolean until(ThreadWaiter waiter, Pollable pollable, LongSupplier now) {
        if (waiter.isWoken()) {
            return true;
        }
        if (pollable.spinsToSkip > 0) {
            pollable.spinsToSkip--;
            return false;
        }
        if (Threads.isVirtual(Thread.currentThread())) {
            return false;
        }
        if (SPINNERS.incrementAndGet() > MOST_SPINNERS || !waiter.beginSpin()) {
            ended();
            return waiter.isWoken();
        }
        long end = now.getAsLong() + LONGEST_NANOS;
        do {
            for (int round = 0; round < ROUNDS; round++) {
                if (waiter.isWoken()) {
                    pollable.spinsSkipped = 0;
                    return true;
                }
                Thread.onSpinWait();
            }
        } while (now.getAsLong() - end < 0);
        pollable.spinsSkipped = Math.min(MOST_SKIPPED, 2 * pollable.spinsSkipped + 1);
        pollable.spinsToSkip = pollable.spinsSkipped;
        return !waiter.endSpin();
    }

    /** One spins no more: it gave up, or its waker says so, before it has noticed itself. */
    static void ended() {
        SPINNERS.decrementAndGet();
    }
}

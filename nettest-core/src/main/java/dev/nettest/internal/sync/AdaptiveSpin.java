package dev.nettest.internal.sync;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * A brief busy wait before parking. Waking a parked thread costs about 30 microseconds; an answer over this network
 * often takes less than one. The spin therefore lasts somewhat longer than a parked peer needs to wake up.
 *
 * <p>It adapts. After a spin that paid, the next wait spins too. After each spin that did not, twice as many waits park
 * at once before the next try. Spinning threads take at most half of the cores, so that the answering threads can run.
 * The spin does not yield: two threads that yield to each other stay on one core, while a parked thread can be woken on
 * a free one.
 */
final class AdaptiveSpin {

    private static final long LONGEST_NANOS = 50_000;

    /** Rounds between two readings of the time. */
    private static final int ROUNDS = 16;

    private static final int MOST_SKIPPED = 1_023;
    private static final int MOST_SPINNERS = Runtime.getRuntime().availableProcessors() / 2;

    /** Spinning threads of all networks, since they share the processor. */
    private static final AtomicInteger SPINNERS = new AtomicInteger();

    private AdaptiveSpin() {}

    /**
     * Spins until {@code waiter} is woken, but briefly, and not if earlier spins at {@code pollable} did not pay.
     *
     * @param now the real time in nanoseconds
     */
    static void spinBriefly(ThreadWaiter waiter, Pollable pollable, LongSupplier now) {
        if (waiter.isWoken()) {
            return;
        }
        if (pollable.spinsToSkip > 0) {
            pollable.spinsToSkip--;
            return;
        }
        if (Threads.isVirtual(Thread.currentThread())) {
            return;
        }
        if (SPINNERS.incrementAndGet() > MOST_SPINNERS || !waiter.beginSpin()) {
            ended();
            return;
        }
        long end = now.getAsLong() + LONGEST_NANOS;
        do {
            for (int round = 0; round < ROUNDS; round++) {
                if (waiter.isWoken()) {
                    pollable.spinsSkipped = 0;
                    return;
                }
                Thread.onSpinWait();
            }
        } while (now.getAsLong() - end < 0);
        pollable.spinsSkipped = Math.min(MOST_SKIPPED, 2 * pollable.spinsSkipped + 1);
        pollable.spinsToSkip = pollable.spinsSkipped;
        waiter.endSpin();
    }

    /** One thread spins no more. Called by that thread if it gave up, otherwise by its waker. */
    static void ended() {
        SPINNERS.decrementAndGet();
    }
}

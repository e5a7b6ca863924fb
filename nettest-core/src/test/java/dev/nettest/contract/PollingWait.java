package dev.nettest.contract;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for a condition by polling it: the kernel sends no signal when a packet arrives or a thread blocks.
 */
final class PollingWait {
    private static final long LIMIT_NANOS = 20_000_000_000L;

    private PollingWait() {}

    static void until(BooleanSupplier condition, Supplier<String> description) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > LIMIT_NANOS) {
                throw new AssertionError("not reached in time: " + description.get());
            }
            Thread.yield();
        }
    }
}

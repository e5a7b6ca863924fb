package dev.nettest.contract;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Loopback only: the kernel tells nobody when a packet has arrived or a thread has gone to sleep, so one has to look.
 */
final class Spin {
    private static final long LIMIT_NANOS = 20_000_000_000L;

    private Spin() {}

    static void until(BooleanSupplier condition, Supplier<String> picture) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > LIMIT_NANOS) {
                throw new AssertionError("never came true: " + picture.get());
            }
            Thread.yield();
        }
    }
}

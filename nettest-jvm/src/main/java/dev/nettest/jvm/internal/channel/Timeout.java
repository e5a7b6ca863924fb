package dev.nettest.jvm.internal.channel;

import java.util.concurrent.TimeUnit;

/**
 * How long a select waits.
 *
 * @param millisLeft for the next wait; 0 to look only, negative for no limit
 * @param deadline of {@link System#nanoTime()}, if there is a limit
 */
record Timeout(long millisLeft, long deadline) {

    /** Does not wait. Compared by identity. */
    static final Timeout NOW = new Timeout(0, 0);

    static final Timeout NONE = new Timeout(-1, 0);

    /**
     * @param timeout zero means none
     * @throws IllegalArgumentException if it is negative
     */
    static Timeout millis(long timeout) {
        if (timeout < 0) {
            throw new IllegalArgumentException("Negative timeout");
        }
        return timeout == 0 ? NONE : new Timeout(timeout, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeout));
    }

    /** For a further wait, rounded up: {@link #NOW} if the time has passed. */
    Timeout rest() {
        if (this == NONE || this == NOW) {
            return this;
        }
        long left = deadline - System.nanoTime();
        return left <= 0 ? NOW : new Timeout(TimeUnit.NANOSECONDS.toMillis(left - 1) + 1, deadline);
    }
}

package dev.nettest.jvm.internal.channel;

import java.util.concurrent.TimeUnit;

/**
 * How long a select waits.
 *
 * @param isLimited false if it waits for ever
 * @param deadline of {@link System#nanoTime()}, if it is limited
 */
record Timeout(boolean isLimited, long deadline) {

    /** Does not wait. Compared by identity. */
    static final Timeout NOW = new Timeout(true, 0);

    static final Timeout NONE = new Timeout(false, 0);

    /**
     * @param timeout zero means none
     * @throws IllegalArgumentException if it is negative
     */
    static Timeout millis(long timeout) {
        if (timeout < 0) {
            throw new IllegalArgumentException("Negative timeout");
        }
        return timeout == 0 ? NONE : new Timeout(true, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeout));
    }

    /** For a further wait: {@link #NOW} if the time has passed. */
    Timeout rest() {
        return isLimited && deadline - System.nanoTime() <= 0 ? NOW : this;
    }

    /** Rounded up; 0 to look only, negative for no limit. */
    long millisLeft() {
        if (this == NOW) {
            return 0;
        }
        if (!isLimited) {
            return -1;
        }
        long left = deadline - System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1) - 1;
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(left));
    }
}

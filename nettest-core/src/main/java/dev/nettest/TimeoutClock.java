package dev.nettest;

/** The clock on which a timeout runs. On a network with the system clock both are the same. */
public enum TimeoutClock {

    /**
     * {@link System#nanoTime}, for code that computes its timeouts from it. A virtual clock does not regard such a
     * timeout, and may move on before it has passed.
     */
    SYSTEM,

    /** {@link Network#clock()}, for code that takes its time from there. */
    NETWORK
}

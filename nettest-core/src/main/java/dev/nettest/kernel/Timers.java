package dev.nettest.kernel;

/** Time, as the kernel sees it. Instants are nanoseconds; timers of one instant run in the order they were scheduled. */
public interface Timers {

    /** No deadline. */
    long NEVER = Long.MAX_VALUE;

    /** The present instant. */
    long now();

    /** Runs {@code action} outside every lock when the clock reaches {@code at}. */
    Timer schedule(long at, Runnable action);

    /** The same, for something that is in flight until then: a network is not idle meanwhile, unless only the test can let time pass. */
    Timer deliver(long at, Runnable arrival);

    /** Whether time moves by other means than passing. */
    boolean isVirtual();

    /** Nanoseconds of real time, for the backstop of those who wait on a virtual clock. */
    long realTime();

    /** Throws {@link IllegalStateException} where the current thread would stop the clock by waiting. */
    void checkMayWait();

    /** {@code at + nanos}, or {@link #NEVER} where that would overflow. */
    static long deadline(long at, long nanos) {
        long deadline = at + nanos;
        return nanos > 0 && deadline < at ? NEVER : deadline;
    }

    /** What was scheduled. */
    interface Timer {

        /** Takes it out of the clock; nothing happens where it ran already. */
        void cancel();
    }
}

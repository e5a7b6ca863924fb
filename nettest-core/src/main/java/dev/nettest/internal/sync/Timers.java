package dev.nettest.internal.sync;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The network's clock. Instants are nanoseconds. Timers of one instant run in the order in which they were scheduled.
 */
public interface Timers {

    /** No deadline. */
    long NEVER = Long.MAX_VALUE;

    /** The present instant. */
    long now();

    /** Runs {@code action} outside every lock when the clock reaches {@code at}. */
    Timer schedule(long at, Runnable action);

    /**
     * Like {@link #schedule}, for a delivery in flight: until then the network is busy, unless only the test advances
     * time. It ends with the network.
     */
    Timer deliver(long at, Runnable arrival);

    /** True if time does not pass by itself. */
    boolean isVirtual();

    /** Real time in nanoseconds, for the real-time limit of a wait on a virtual clock. */
    long realTime();

    /**
     * Called before the current thread waits. It may register the thread.
     *
     * @throws IllegalStateException if the wait would stop the clock
     */
    void checkMayWait();

    /**
     * The failure of a wait of the current thread that ignores interrupts and goes on after one; null if it has no
     * limit.
     */
    default @Nullable Supplier<AssertionError> failureAfterInterrupt() {
        return null;
    }

    /** {@code at + nanos}, or {@link #NEVER} if that would overflow. */
    static long deadline(long at, long nanos) {
        long deadline = at + nanos;
        return nanos > 0 && deadline < at ? NEVER : deadline;
    }

    /** True if {@code at} has come by {@code now}. */
    static boolean isPast(long at, long now) {
        return at != NEVER && now - at >= 0;
    }

    /** A scheduled action. */
    interface Timer {

        /** Removes the action from the clock; no effect if it ran already. */
        void cancel();
    }
}

package dev.nettest;

import dev.nettest.internal.time.ClockTimers;
import dev.nettest.internal.time.JavaClock;
import dev.nettest.internal.time.SystemClock;
import dev.nettest.internal.util.Checks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * The time of a network. Every timeout, delay and limit of a network runs on its clock and on nothing else. It is the
 * {@linkplain #system() system's} clock, a {@link VirtualClock}, or the scheduler of a coroutine test.
 *
 * <p>Instants are nanoseconds from an origin of the clock's own, like {@link System#nanoTime()}. Timers of the same
 * instant run in the order in which they were scheduled.
 *
 * <p>A network reports to its clock how many of its registered threads can run; see {@link Network#participate()}. It
 * calls {@link #threadRunnable()} before a thread is woken or given work, and {@link #threadWaiting()} when the thread
 * waits in a network or has finished. A virtual clock must not move while such a thread can run. The threads of a
 * closed network no longer count: its shutdown calls {@link #threadWaiting()} for each that can run. Any thread may
 * call any method.
 */
public interface NetworkClock {

    /** A new clock that follows the operating system's. */
    static NetworkClock system() {
        return new SystemClock();
    }

    /** The present instant in nanoseconds. */
    long nanoTime();

    /**
     * The present instant as a date and time, for messages and {@link #toClock()}. Each clock chooses its initial
     * value.
     */
    Instant now();

    /**
     * Runs {@code action} once, when {@link #nanoTime()} reaches {@code instant}. If that has passed, the action is
     * due at once. The action must not block.
     *
     * <p>An exception of the action goes to the uncaught-exception handler of the thread that runs it. The clock and
     * its other actions continue. This holds for every clock, and an implementation of this interface has to do the
     * same.
     */
    Timer schedule(long instant, Runnable action);

    /** True if this clock does not follow real time. */
    boolean isVirtual();

    /**
     * Called before a thread waits in the network.
     *
     * @param counted true if the thread is registered in a network on this clock, so that its waits are reported
     * @throws IllegalStateException if the thread may not wait, because the clock needs the report
     */
    default void checkMayWait(boolean counted) {}

    /** A registered thread becomes able to run. Called before it runs. */
    default void threadRunnable() {}

    /**
     * A registered thread waits in a network or has finished its work, or its network was closed. Called outside every
     * lock, by that thread or by the one that closes the network.
     */
    default void threadWaiting() {}

    /**
     * Waits until {@code duration} has passed on this clock. If only the calling thread moves the clock, this does
     * not return.
     *
     * @throws IllegalArgumentException if {@code duration} is negative
     * @throws InterruptedException if the thread is interrupted before or during the wait
     */
    default void sleep(Duration duration) throws InterruptedException {
        long nanos = Checks.nanos(duration, "duration");
        new ClockTimers(this, null).sleep(nanos);
    }

    /** This clock as a {@link Clock} in UTC, for code that reads the time of day. */
    default Clock toClock() {
        return new JavaClock(this, ZoneOffset.UTC);
    }

    /** A scheduled action. */
    @FunctionalInterface
    interface Timer {

        /** Cancels the action, unless it is running or has run. Idempotent. */
        void cancel();
    }
}

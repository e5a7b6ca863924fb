package dev.nettest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * The time of a network. Every timeout, delay and limit of a network runs on its clock and on nothing else: the
 * {@linkplain #system() system's} clock, a {@link VirtualClock}, or the scheduler of a coroutine test.
 *
 * <p>Instants are nanoseconds from an origin of the clock's own, as {@link System#nanoTime()} has it. Timers that are due at the
 * same instant run in the order in which they were scheduled.
 *
 * <p>A network tells its clock of the threads that take part in it (see {@link Network#participate()}) how many can run:
 * {@link #threadRunnable()} before a thread is woken or given work, {@link #threadWaiting()} when it waits in a network or has
 * finished. A virtual clock must not move while such a thread can run. All methods may be called by any thread.
 */
public interface NetworkClock {

    /** A clock that follows the operating system's; virtual in nothing. Each call makes one. */
    static NetworkClock system() {
        return new SystemClock();
    }

    /** The present instant in nanoseconds. */
    long nanoTime();

    /** The present moment, for people and for the views; what it is at the start is up to the clock. */
    Instant now();

    /**
     * Runs {@code action} once, when {@link #nanoTime()} reaches {@code instant}; soon, where it has passed already. The
     * action must not block.
     */
    Timer schedule(long instant, Runnable action);

    /** Whether this clock moves by other means than the passing of time. */
    boolean isVirtual();

    /**
     * Called before a thread waits in the network.
     *
     * @param counted whether it takes part in a network on this clock, so that the clock is told of it
     * @throws IllegalStateException where the clock could not move while this thread waits
     */
    default void checkMayWait(boolean counted) {}

    /** A thread that takes part became able to run. Called before it does. */
    default void threadRunnable() {}

    /** A thread that takes part waits in a network, or has finished its work. Called by it, outside every lock. */
    default void threadWaiting() {}

    /**
     * Waits until {@code duration} has passed on this clock. Not for a thread that should move a virtual clock itself.
     *
     * @throws IllegalArgumentException if {@code duration} is negative
     * @throws InterruptedException if the thread is interrupted before or meanwhile
     */
    default void sleep(Duration duration) throws InterruptedException {
        long nanos = Checks.nanos(duration, "duration");
        new ClockTimers(this, null).sleep(nanos);
    }

    /** This clock as a {@link Clock} in UTC, for code under test that asks for the time of day. */
    default Clock toClock() {
        return new ClockView(this, ZoneOffset.UTC);
    }

    /** Something scheduled. */
    @FunctionalInterface
    interface Timer {

        /** The action will not run any more, unless it is running or has run. Idempotent. */
        void cancel();
    }
}

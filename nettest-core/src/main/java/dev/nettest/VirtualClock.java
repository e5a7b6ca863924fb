package dev.nettest;

import dev.nettest.internal.time.ManualClock;
import dev.nettest.internal.time.SelfAdvancingClock;
import dev.nettest.internal.time.VirtualClockImpl;
import dev.nettest.internal.util.Checks;
import java.time.Duration;
import java.time.Instant;

/**
 * A virtual clock for blocking Java code: manual or self-advancing.
 *
 * <p>{@link #advanceTimeBy}, {@link #advanceToNext} and {@link #advanceUntilIdle} move the time explicitly. They run
 * the timers on the calling thread, in the order of their instants. Timers of the same instant run in the order in
 * which they were scheduled. Timers at the target instant run too, and so do timers that other timers schedule up to
 * it.
 *
 * <p>After each instant such a move waits until no registered thread can run, apart from the calling one; see
 * {@link Network#participate()}. The clock does not know of other threads. They may still be running when the move
 * returns.
 *
 * <p>A {@linkplain #selfAdvancing() self-advancing} clock also moves by itself whenever no registered thread can run:
 * to the next timer at once, whatever its distance. So blocking code with timeouts of minutes runs in no time. The
 * thread that goes to wait last runs the timers. Pending calls of {@link Network#awaitIdle()} return before the time
 * moves.
 *
 * <p>A self-advancing clock stands while no {@link Participation} is open. An unregistered thread may not wait in its
 * networks, because time could overtake it: it gets an {@link IllegalStateException}.
 *
 * <p>Any thread may read the time and schedule timers. Threads that move the clock take turns. A timer's action that
 * moves the clock gets an {@link IllegalStateException}.
 */
public sealed interface VirtualClock extends NetworkClock permits VirtualClockImpl {

    /** The initial time of every virtual clock: midnight UTC on 1 January 2000. */
    Instant START = Instant.parse("2000-01-01T00:00:00Z");

    /** A clock at {@link #START} with no timers, which only explicit moves advance. */
    static VirtualClock manual() {
        return new ManualClock();
    }

    /**
     * A clock at {@link #START} that also moves to its next timer whenever no registered thread can run:
     *
     * <pre>{@code
     * NetworkConfig config =
     *         NetworkConfig.builder().clocks(VirtualClock::selfAdvancing).build();
     * }</pre>
     */
    static VirtualClock selfAdvancing() {
        return new SelfAdvancingClock();
    }

    /**
     * Like {@link #selfAdvancing()}, but it moves by itself only to timers up to {@code horizon} after {@link #START}.
     * A test needs one if it waits for something real while a task repeats in virtual time. Without it the task would
     * run again and again meanwhile. Explicit moves pass the horizon.
     *
     * @throws IllegalArgumentException if {@code horizon} is negative
     */
    static VirtualClock selfAdvancing(Duration horizon) {
        return new SelfAdvancingClock(Checks.nanos(horizon, "horizon"));
    }

    /** True for a {@linkplain #selfAdvancing() self-advancing} clock. */
    boolean isSelfAdvancing();

    /**
     * Moves the time by {@code duration} and runs the timers that become due.
     *
     * @throws IllegalArgumentException if {@code duration} is negative
     * @throws IllegalStateException if called from a timer's action
     * @throws AssertionError if a registered thread keeps running for 30 real seconds
     */
    void advanceTimeBy(Duration duration);

    /**
     * Moves the time to the next timer's instant and runs its timers.
     *
     * @return true if there was a timer
     * @throws IllegalStateException if called from a timer's action
     * @throws AssertionError if a registered thread keeps running for 30 real seconds
     */
    boolean advanceToNext();

    /**
     * Moves the time from timer to timer until no timer is left. Then every network on this clock is idle: no
     * registered thread can run, and nothing is in flight, because each delivery is a timer too. This does not return
     * if timers schedule new ones for ever.
     *
     * @throws IllegalStateException if called from a timer's action
     * @throws AssertionError if a registered thread keeps running for 30 real seconds
     */
    void advanceUntilIdle();

    @Override
    default Instant now() {
        return START.plusNanos(nanoTime());
    }
}

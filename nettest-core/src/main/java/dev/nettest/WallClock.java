package dev.nettest;

import dev.nettest.internal.time.HostClock;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;

/**
 * The wall clock of a {@link Host}, for code that reads the time of day and compares it across machines. It follows
 * the {@linkplain Network#clock() network's clock}, plus an offset that steps and a drift change:
 *
 * <pre>{@code
 * Clock clock = db.clock(); // for the code under test on db
 * db.clock().step(Duration.ofSeconds(-30)).drift(50);
 * }</pre>
 *
 * <p>Only the time of day differs. Timeouts, delays and links of the host stay on the network's clock, like those of a
 * kernel on {@code CLOCK_MONOTONIC}. A crash does not change the clock. Code that reads {@code Instant.now()} without a
 * clock gets the time of the test's machine.
 *
 * <p>No method waits. Any thread may call any method.
 */
public abstract sealed class WallClock extends Clock permits HostClock {

    /** For this library only. */
    protected WallClock() {}

    /**
     * Changes the time at once, as {@code clock_settime(2)} does. The clock goes back if {@code by} is negative.
     *
     * @throws ArithmeticException if the offset exceeds the range of a {@code Duration}
     */
    public abstract WallClock step(Duration by);

    /**
     * Makes the clock gain {@code partsPerMillion} microseconds a second from now on, or lose them if negative; 0 ends
     * the drift. The time reached stays. Crystals of computers drift by up to 100 parts per million; the kernel
     * corrects up to 500 ({@code adjtimex(2)}).
     *
     * @throws IllegalArgumentException if it is not a number above -1,000,000, at which the clock would stand
     */
    public abstract WallClock drift(double partsPerMillion);

    /** The drift in parts per million; initially 0. */
    public abstract double drift();

    /** The difference from the network's clock now: the steps, and what the drift has added. Initially zero. */
    public abstract Duration offset();

    /** This clock in another time zone; steps and drift change both. */
    @Override
    public abstract WallClock withZone(ZoneId zone);
}

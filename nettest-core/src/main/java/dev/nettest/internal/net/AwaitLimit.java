package dev.nettest.internal.net;

import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.time.ClockTimers;
import dev.nettest.internal.time.SelfAdvancingClock;
import dev.nettest.internal.util.Checks;
import dev.nettest.internal.util.Durations;
import java.time.Duration;
import java.util.function.Supplier;

/** The limit of one await, from its construction on, and the failures of the await. */
final class AwaitLimit {

    /** A limit that never passes. */
    static final Duration UNLIMITED = Duration.ofSeconds(Long.MAX_VALUE);

    private final NetworkImpl network;
    private final ClockTimers timers;
    private final Duration limit;
    private final long nanos;
    private final long start;

    /** @throws IllegalArgumentException if {@code limit} is negative */
    AwaitLimit(NetworkImpl network, Duration limit) {
        this.network = network;
        this.timers = network.timers();
        this.limit = limit;
        this.nanos = Checks.nanos(limit, "limit");
        this.start = timers.now();
    }

    /** The limit in nanoseconds. */
    long nanos() {
        return nanos;
    }

    /** The end of the limit on the network's clock. */
    long deadline() {
        return nanos == Long.MAX_VALUE ? Timers.NEVER : Timers.deadline(start, nanos);
    }

    /** The end of the await in real time, in case a virtual clock stands still. */
    long realTimeDeadline() {
        return timers.isVirtual() ? Timers.deadline(timers.realTime(), realTimeLimit()) : Timers.NEVER;
    }

    /** The longest real time, in nanoseconds, that an await on a virtual clock may take. */
    long realTimeLimit() {
        return Checks.nanos(network.config().awaitLimit(), "awaitLimit");
    }

    /** Fails {@code stage} with {@link #late} at the deadline. Call it once the stage waits for what completes it. */
    void apply(ReadyFuture<?> stage, Supplier<String> goal) {
        stage.failAt(deadline(), timers, () -> late(goal.get()));
    }

    /** The failure of an await whose limit has passed. It names the reason if a virtual clock stood still. */
    AssertionError late(String goal) {
        return failure("after " + passed() + " still waiting for " + goal + (isInTime() ? reasonClockStood() : ""));
    }

    /** The time after which the await ended: its limit, or the longest real time while a virtual clock stood. */
    String passed() {
        return isInTime() ? Durations.text(network.config().awaitLimit()) + " of real time" : Durations.text(limit);
    }

    /** True if the limit has not passed on the network's clock. */
    private boolean isInTime() {
        return timers.now() - start < nanos;
    }

    private String reasonClockStood() {
        SelfAdvancingClock clock = network.activity().selfAdvancing();
        if (clock != null) {
            return clock.reasonItStood(deadline());
        }
        return "; the virtual clock was not advanced "
                + (limit.equals(UNLIMITED) ? "far enough" : "by the limit of " + Durations.text(limit));
    }

    AssertionError interrupted(String goal) {
        return failure("interrupted while waiting for " + goal);
    }

    AssertionError failure(String message) {
        return network.failure(message);
    }
}

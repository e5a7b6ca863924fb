package dev.nettest.internal.net;

import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.util.Checks;
import java.time.Duration;

/** Timeouts of the API, in which zero means no timeout, as nanoseconds for {@link Timers}. */
final class Timeouts {

    private Timeouts() {}

    /** The nanoseconds of {@code timeout}; {@link Timers#NEVER} for zero. */
    static long nanos(Duration timeout) {
        long nanos = Checks.nanos(timeout, "timeout");
        return nanos == 0 ? Timers.NEVER : nanos;
    }

    /** The reverse of {@link #nanos}. */
    static Duration duration(long nanos) {
        return nanos == Timers.NEVER ? Duration.ZERO : Duration.ofNanos(nanos);
    }
}

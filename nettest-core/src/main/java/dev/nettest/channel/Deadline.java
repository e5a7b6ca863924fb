package dev.nettest.channel;

import dev.nettest.Network;
import dev.nettest.TimeoutClock;
import java.time.Duration;

/** The end of a wait. */
final class Deadline {

    private static final Duration OVER = Duration.ofNanos(-1);

    private final Duration timeout;
    private final TimeoutClock clock;
    private final Network network;
    private final long begin;

    private Deadline(Duration timeout, TimeoutClock clock, Network network) {
        this.timeout = timeout;
        this.clock = clock;
        this.network = network;
        this.begin = timeout.isZero() ? 0 : now();
    }

    /** @param timeout zero means that there is no end */
    static Deadline in(Duration timeout, TimeoutClock clock, Network network) {
        return new Deadline(timeout, clock, network);
    }

    /** The rest of the timeout: zero if there is none, negative if it has passed. */
    Duration left() {
        if (timeout.isZero()) {
            return timeout;
        }
        Duration left = timeout.minusNanos(now() - begin);
        return left.isZero() || left.isNegative() ? OVER : left;
    }

    private long now() {
        return clock == TimeoutClock.SYSTEM
                ? System.nanoTime()
                : network.clock().nanoTime();
    }
}

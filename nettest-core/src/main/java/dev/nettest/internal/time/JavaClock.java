package dev.nettest.internal.time;

import dev.nettest.NetworkClock;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;

/** A network's clock as a {@link Clock} of the JDK. */
public final class JavaClock extends Clock {

    private final NetworkClock clock;
    private final ZoneId zone;

    public JavaClock(NetworkClock clock, ZoneId zone) {
        this.clock = clock;
        this.zone = zone;
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new JavaClock(clock, zone);
    }

    @Override
    public Instant instant() {
        return clock.now();
    }
}

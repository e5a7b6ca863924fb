package dev.nettest;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;

/** A network's clock as the JDK's. */
final class ClockView extends Clock {

    private final NetworkClock clock;
    private final ZoneId zone;

    ClockView(NetworkClock clock, ZoneId zone) {
        this.clock = clock;
        this.zone = zone;
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new ClockView(clock, zone);
    }

    @Override
    public Instant instant() {
        return clock.now();
    }
}

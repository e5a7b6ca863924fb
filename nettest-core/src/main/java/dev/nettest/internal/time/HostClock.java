package dev.nettest.internal.time;

import dev.nettest.NetworkClock;
import dev.nettest.WallClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.function.BiFunction;

/** The implementation of {@link WallClock}. */
public final class HostClock extends WallClock {

    private static final double MILLION = 1_000_000;

    private final NetworkClock clock;
    private final Deviations deviations;
    private final ZoneId zone;

    public HostClock(NetworkClock clock) {
        this(clock, new Deviations(clock.nanoTime()), ZoneOffset.UTC);
    }

    private HostClock(NetworkClock clock, Deviations deviations, ZoneId zone) {
        this.clock = clock;
        this.deviations = deviations;
        this.zone = zone;
    }

    /** The difference from the network's clock: {@code base} at the instant {@code since}, and the drift from then. */
    private record Deviation(long since, Duration base, double drift) {

        Duration at(long now) {
            return base.plusNanos(Math.round((now - since) * (drift / MILLION)));
        }
    }

    /** The present deviation, which all views of one clock share. */
    private static final class Deviations {

        private volatile Deviation last;

        Deviations(long now) {
            this.last = new Deviation(now, Duration.ZERO, 0);
        }

        Deviation get() {
            return last;
        }

        synchronized void change(long now, BiFunction<Long, Deviation, Deviation> next) {
            last = next.apply(now, last);
        }
    }

    @Override
    public HostClock step(Duration by) {
        Objects.requireNonNull(by, "by");
        return change((now, last) -> new Deviation(now, last.at(now).plus(by), last.drift()));
    }

    @Override
    public HostClock drift(double partsPerMillion) {
        if (!(partsPerMillion > -MILLION && partsPerMillion < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "drift must be a number of parts per million above -1,000,000: " + partsPerMillion);
        }
        return change((now, last) -> new Deviation(now, last.at(now), partsPerMillion));
    }

    private HostClock change(BiFunction<Long, Deviation, Deviation> next) {
        deviations.change(clock.nanoTime(), next);
        return this;
    }

    @Override
    public double drift() {
        return deviations.get().drift();
    }

    @Override
    public Duration offset() {
        return deviations.get().at(clock.nanoTime());
    }

    @Override
    public Instant instant() {
        return clock.now().plus(offset());
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public HostClock withZone(ZoneId zone) {
        return new HostClock(clock, deviations, Objects.requireNonNull(zone, "zone"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostClock that && deviations == that.deviations && zone.equals(that.zone);
    }

    @Override
    public int hashCode() {
        return Objects.hash(System.identityHashCode(deviations), zone);
    }

    @Override
    public String toString() {
        return "clock of a host, " + offset() + " from the network's";
    }
}

package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Host;
import dev.nettest.testing.NetworkFixture;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wall clocks of hosts: steps and drift against the network's clock. */
class HostClockTest extends NetworkFixture {
    private final Host app = network.host("app", "10.0.0.2");
    private final Host db = network.host("db", "10.0.0.5");

    @Test
    void clocksOfHostsInitiallyShowTheTimeOfTheNetwork() {
        clock.advanceTimeBy(Duration.ofSeconds(3));

        assertThat(app.clock().instant())
                .isEqualTo(clock.now())
                .isEqualTo(db.clock().instant());
        assertThat(app.clock().offset()).isZero();
        assertThat(app.clock()).isSameAs(app.clock());
    }

    @Test
    void aStepMovesTheClockOfOneHost() {
        Instant before = db.clock().instant();

        db.clock().step(Duration.ofSeconds(-30));
        clock.advanceTimeBy(Duration.ofSeconds(1));

        assertThat(Duration.between(before, db.clock().instant())).isEqualTo(Duration.ofSeconds(-29));
        assertThat(Duration.between(before, app.clock().instant())).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aDriftAddsUpUntilItEnds() {
        db.clock().drift(100);
        clock.advanceTimeBy(Duration.ofHours(1));
        assertThat(db.clock().offset()).isEqualTo(Duration.ofMillis(360));

        db.clock().step(Duration.ofSeconds(1)).drift(0);
        clock.advanceTimeBy(Duration.ofHours(1));

        assertThat(db.clock().offset()).isEqualTo(Duration.ofMillis(1_360));
        assertThat(db.clock().drift()).isZero();
    }

    @Test
    void aClockTellsItsDriftAndItsDeviation() {
        db.clock().step(Duration.ofSeconds(2)).drift(100);

        assertThat(db.clock().drift()).isEqualTo(100);
        assertThat(db.clock()).hasToString("clock of a host, PT2S from the network's");
    }

    @Test
    void equalViewsHaveEqualHashCodes() {
        Clock tokyo = db.clock().withZone(ZoneId.of("Asia/Tokyo"));

        assertThat(db.clock().withZone(ZoneId.of("Asia/Tokyo")))
                .isEqualTo(tokyo)
                .hasSameHashCodeAs(tokyo);
        assertThat(tokyo.hashCode()).isNotEqualTo(db.clock().hashCode());
        assertThat(app.clock().withZone(ZoneId.of("Asia/Tokyo"))).isNotEqualTo(tokyo);
    }

    @Test
    void aNegativeDriftSlowsTheClock() {
        app.clock().drift(-50);
        clock.advanceTimeBy(Duration.ofSeconds(20));

        assertThat(app.clock().offset()).isEqualTo(Duration.ofMillis(-1));
    }

    @Test
    void viewsInOtherZonesShareStepsAndDrift() {
        Clock view = db.clock().withZone(ZoneId.of("Europe/Paris"));
        db.clock().step(Duration.ofDays(1)).drift(1_000);
        clock.advanceTimeBy(Duration.ofSeconds(1));

        assertThat(view.instant()).isEqualTo(db.clock().instant());
        assertThat(view.getZone()).isEqualTo(ZoneId.of("Europe/Paris"));
        assertThat(view).isEqualTo(db.clock().withZone(view.getZone())).isNotEqualTo(db.clock());
    }

    @Test
    void aCrashAndTheClockOfTheNetworkIgnoreTheOffset() {
        db.clock().step(Duration.ofDays(-1));
        db.crash();
        db.restart();

        assertThat(db.clock().offset()).isEqualTo(Duration.ofDays(-1));
        assertThat(network.clock().now()).isEqualTo(app.clock().instant());
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1_000_000, Double.NaN, Double.POSITIVE_INFINITY})
    void aDriftThatStopsTheClockIsRefused(double drift) {
        assertThatThrownBy(() -> db.clock().drift(drift))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("drift must be a number of parts per million above -1,000,000: " + drift);
    }
}

package dev.nettest.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.internal.sync.Timers;
import org.junit.jupiter.api.Test;

/** ACKs on their way: the bytes that they have not yet credited, and the instant at which the next one arrives. */
class AckWindowTest {
    private final ManualTimers timers = new ManualTimers();
    private final AckWindow acks = new AckWindow(timers);

    /** A route of which only the ACKs are asked. */
    private record AckRoute(long latency, boolean losesAll) implements DelayLine {
        @Override
        public long arrival(long now, int bytes) {
            throw new AssertionError("an ACK is no segment");
        }

        @Override
        public long lastDeparture() {
            throw new AssertionError("an ACK is not retransmitted");
        }

        @Override
        public long resetArrival(long now) {
            throw new AssertionError("an ACK is no RST");
        }

        @Override
        public boolean isSegmented() {
            return false;
        }
    }

    private void route(long latency) {
        acks.route(new AckRoute(latency, false));
    }

    @Test
    void withoutARouteAnAckArrivesAtOnce() {
        acks.acknowledge(5);

        assertThat(acks.unacknowledged()).isZero();
        assertThat(acks.nextArrival()).isEqualTo(Timers.NEVER);
        assertThat(acks.latency()).isZero();
        assertThat(acks.isSilent()).isFalse();
    }

    @Test
    void anAckArrivesAfterTheLatency() {
        route(10);
        assertThat(acks.latency()).isEqualTo(10);
        acks.acknowledge(5);
        timers.now = 4;
        acks.acknowledge(3);

        assertThat(acks.nextArrival()).isEqualTo(10);
        timers.now = 9;
        assertThat(acks.unacknowledged()).isEqualTo(8);
        timers.now = 10;
        assertThat(acks.unacknowledged()).isEqualTo(3);
        assertThat(acks.nextArrival()).isEqualTo(14);
        acks.receive(14);
        assertThat(acks.nextArrival()).isEqualTo(Timers.NEVER);
        assertThat(acks.unacknowledged()).isZero();
    }

    @Test
    void aFasterRouteDoesNotOvertake() {
        route(10);
        acks.acknowledge(5);
        timers.now = 1;
        acks.route(null);

        acks.acknowledge(3);

        assertThat(acks.unacknowledged()).isEqualTo(8);
        timers.now = 10;
        assertThat(acks.unacknowledged()).isZero();
    }

    @Test
    void anAckThatArrivesAtOnceOrCreditsNothingNeedsNoTimer() {
        route(0);
        acks.acknowledge(5);
        assertThat(acks.nextArrival()).isEqualTo(Timers.NEVER);

        route(10);
        acks.acknowledge(0);
        assertThat(acks.nextArrival()).isEqualTo(Timers.NEVER);
        assertThat(acks.unacknowledged()).isZero();
    }

    @Test
    void aHeldAckLeavesWhenItIsReleased() {
        route(10);
        acks.hold(true);
        assertThat(acks.isHeld()).isTrue();
        assertThat(acks.isSilent()).isTrue();
        acks.acknowledge(5);
        acks.hold(true);
        acks.acknowledge(3);
        timers.now = 50;
        assertThat(acks.unacknowledged()).isEqualTo(8);
        assertThat(acks.nextArrival()).isEqualTo(Timers.NEVER);

        acks.hold(false);

        assertThat(acks.isHeld()).isFalse();
        assertThat(acks.nextArrival()).isEqualTo(60);
        assertThat(acks.unacknowledged()).isEqualTo(8);
        timers.now = 60;
        assertThat(acks.unacknowledged()).isZero();
    }

    @Test
    void aReleaseCreditsTheHeldBytesOnce() {
        acks.hold(true);
        acks.acknowledge(5);
        acks.hold(false);
        assertThat(acks.unacknowledged()).isZero();

        acks.hold(false);
        acks.hold(true);
        acks.hold(false);

        assertThat(acks.unacknowledged()).isZero();
    }

    @Test
    void aRouteThatLosesAllIsSilentButHoldsNothing() {
        acks.route(new AckRoute(10, true));

        assertThat(acks.isSilent()).isTrue();
        assertThat(acks.isHeld()).isFalse();
    }
}

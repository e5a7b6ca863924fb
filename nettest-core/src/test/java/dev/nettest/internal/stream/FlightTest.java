package dev.nettest.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.KeepAlive;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.Timers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Bytes, FIN and RST in flight in one direction, without their timer: the test says when segments arrive. The lock of
 * the connection is held.
 */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SAME_THREAD)
class FlightTest {
    private static final long USER = 1_000;

    private final ManualTimers timers = new ManualTimers();
    private final TcpTimeouts timeouts = new TcpTimeouts(timers, USER, USER, 1);
    private final StreamEndpoint writer = StreamEndpoint.pair(new SegmentPool(), 100, 100, false);
    private final StreamEndpoint reader = writer.peer();
    private final Route route = new Route();
    private final InFlight flight = reader.in.inFlight(reader, reader.monitor, timeouts);

    /** A route whose answers the test gives. */
    private static final class Route implements DelayLine {
        private final List<Integer> sent = new ArrayList<>();
        private long latency = 10;
        private long growth;
        private long departure = Long.MIN_VALUE;
        private boolean lost;
        private boolean losesAll;
        private int segment = Integer.MAX_VALUE;

        @Override
        public long arrival(long now, int bytes) {
            sent.add(bytes);
            long arrival = now + latency;
            latency += growth;
            return lost ? Timers.NEVER : arrival;
        }

        @Override
        public int segmentSize() {
            return segment;
        }

        @Override
        public long lastDeparture() {
            return departure;
        }

        @Override
        public long resetArrival(long now) {
            return lost ? Timers.NEVER : now + latency;
        }

        @Override
        public long latency() {
            return latency;
        }

        @Override
        public boolean losesAll() {
            return losesAll;
        }

        @Override
        public boolean isSegmented() {
            return segment != Integer.MAX_VALUE;
        }
    }

    @BeforeEach
    void lock() {
        writer.lock();
    }

    @AfterEach
    void unlock() {
        writer.monitor.unlock();
    }

    private void route(@Nullable Route there, @Nullable Route acks, boolean changed) {
        reader.route(there, acks, changed, timeouts);
    }

    private void slow() {
        route(route, null, true);
    }

    private void write(int count) {
        assertThat(writer.writer().write(ByteBuffer.allocate(count))).isEqualTo(count);
    }

    private void read(int count) {
        assertThat(reader.reader().read(ByteBuffer.allocate(count), -1)).isEqualTo(count);
    }

    private long arrivedAt(long now) {
        timers.now = now;
        flight.receive(now);
        return reader.in.arrived();
    }

    private void hold(boolean cut) {
        reader.hold(false, cut, timeouts);
    }

    private void release() {
        reader.open();
        reader.transmitReleased();
    }

    private void updateSilence() {
        flight.chainIfDue(null);
    }

    // ---- arriving

    @Test
    void bytesArriveAfterTheLatency() {
        slow();
        write(3);
        timers.now = 4;
        write(2);
        assertThat(flight.bytes()).isEqualTo(5);
        assertThat(flight.nextEvent()).isEqualTo(10);

        assertThat(arrivedAt(9)).isZero();
        assertThat(arrivedAt(10)).isEqualTo(3);
        assertThat(flight.bytes()).isEqualTo(2);
        assertThat(flight.nextEvent()).isEqualTo(14);
        assertThat(arrivedAt(14)).isEqualTo(5);
        assertThat(flight.nextEvent()).isEqualTo(Timers.NEVER);
    }

    @Test
    void aRouteWithoutLatencyDeliversAtOnceUnlessSomethingIsInFlight() {
        route.latency = 0;
        slow();
        write(3);
        assertThat(flight.bytes()).isZero();

        route.latency = 10;
        write(2);
        route.latency = 0;
        write(1);

        assertThat(flight.bytes()).isEqualTo(3);
        assertThat(arrivedAt(10)).isEqualTo(6);
    }

    @Test
    void aFasterRouteDoesNotOvertake() {
        slow();
        write(3);
        timers.now = 1;
        route(null, null, true);
        write(2);
        assertThat(flight.bytes()).isEqualTo(5);

        assertThat(arrivedAt(9)).isZero();
        assertThat(arrivedAt(10)).isEqualTo(5);
        assertThat(flight.delays()).isFalse();
        write(1);
        assertThat(reader.in.arrived()).isEqualTo(6);
    }

    @Test
    void eachSegmentHasItsOwnTimeAndTheFinComesWithTheLast() {
        route.segment = 4;
        route.growth = 1;
        hold(false);
        write(10);
        writer.writer().shutdown();
        slow();
        release();
        assertThat(route.sent).containsExactly(4, 4, 2);

        assertThat(arrivedAt(11)).isEqualTo(8);
        assertThat(flight.hasFin()).isTrue();
        assertThat(reader.in.isFinished()).isFalse();
        assertThat(arrivedAt(12)).isEqualTo(10);
        assertThat(flight.hasFin()).isFalse();
        assertThat(reader.in.isFinished()).isTrue();
    }

    @Test
    void aSegmentNeverArrivesBeforeTheOneThatWasSentEarlier() {
        route.segment = 4;
        route.growth = -1;
        slow();
        write(10);

        assertThat(arrivedAt(9)).isZero();
        assertThat(arrivedAt(10)).isEqualTo(10);
    }

    @Test
    void bytesThatArriveAtAClosedEndpointAreAnsweredWithAnRst() {
        slow();
        write(3);
        reader.close();
        assertThat(writer.isReset()).isFalse();

        arrivedAt(10);

        assertThat(writer.isReset()).isTrue();
    }

    @Test
    void aFinThatArrivesAtAClosedEndpointIsNotAnswered() {
        slow();
        writer.writer().shutdown();
        reader.close();

        arrivedAt(10);

        assertThat(flight.hasFin()).isFalse();
        assertThat(writer.isReset()).isFalse();
    }

    // ---- an RST

    @Test
    void anRstArrivesBehindTheBytes() {
        slow();
        write(3);
        timers.now = 2;
        writer.sendReset();

        assertThat(arrivedAt(10)).isEqualTo(3);
        assertThat(reader.isReset()).isFalse();
        assertThat(flight.nextEvent()).isEqualTo(12);
        arrivedAt(12);
        assertThat(reader.isReset()).isTrue();
    }

    @Test
    void anRstWithoutARouteArrivesAtOnceUnlessSomethingIsInFlight() {
        slow();
        write(3);
        route(null, null, true);
        writer.sendReset();
        assertThat(reader.isReset()).isFalse();
        arrivedAt(10);
        assertThat(reader.isReset()).isTrue();
    }

    @Test
    void anRstAloneArrivesAtOnceWithoutARouteOrLatency() {
        writer.sendReset();
        assertThat(reader.isReset()).isTrue();
        assertThat(flight.nextEvent()).isEqualTo(Timers.NEVER);
    }

    @Test
    void anRstOverARouteWithoutLatencyArrivesAtOnce() {
        route.latency = 0;
        slow();

        writer.sendReset();

        assertThat(reader.isReset()).isTrue();
    }

    @Test
    void aLostRstNeverArrives() {
        slow();
        route.lost = true;

        writer.sendReset();

        assertThat(flight.nextEvent()).isEqualTo(Timers.NEVER);
        arrivedAt(100);
        assertThat(reader.isReset()).isFalse();
    }

    @Test
    void aHeldRstArrivesBehindTheHeldBytes() {
        hold(false);
        write(3);
        writer.sendReset();
        assertThat(reader.isReset()).isFalse();
        assertThat(flight.heldBytes()).isEqualTo(3);

        slow();
        release();

        assertThat(arrivedAt(9)).isZero();
        assertThat(arrivedAt(10)).isEqualTo(3);
        assertThat(reader.isReset()).isTrue();
    }

    @Test
    void anRstInFlightIsHeldToo() {
        slow();
        write(3);
        writer.sendReset();
        hold(false);
        arrivedAt(10);
        assertThat(reader.isReset()).isFalse();
        assertThat(flight.heldBytes()).isEqualTo(3);

        release();
        arrivedAt(20);

        assertThat(reader.isReset()).isTrue();
    }

    @Test
    void anRstOverACutRouteIsLostWithAllThatMustBeRetransmitted() {
        hold(true);
        write(3);
        writer.writer().shutdown();

        writer.sendReset();

        assertThat(flight.bytes()).isZero();
        assertThat(flight.heldBytes()).isZero();
        assertThat(flight.hasFin()).isFalse();
        assertThat(reader.in.isFinSent()).isFalse();
        assertThat(reader.in.size()).isZero();
        release();
        assertThat(reader.isReset()).isFalse();
    }

    @Test
    void aCutLosesTheRstInFlightAndWhatItWouldRetransmit() {
        slow();
        write(3);
        writer.sendReset();

        hold(true);

        assertThat(flight.bytes()).isZero();
        release();
        arrivedAt(50);
        assertThat(reader.isReset()).isFalse();
    }

    @Test
    void aCutKeepsWhatAnOpenWriterRetransmits() {
        slow();
        write(3);

        hold(true);

        assertThat(flight.bytes()).isEqualTo(3);
        release();
        assertThat(arrivedAt(50)).isEqualTo(3);
    }

    @Test
    void afterAnRstOnlySegmentsThatHaveLeftArrive() {
        slow();
        route.departure = 20;
        write(3);
        route.latency = 11;
        route.departure = 21;
        write(2);
        route.latency = 12;
        route.departure = 0;
        write(1);
        writer.writer().shutdown();
        timers.now = 20;

        writer.sendReset();

        assertThat(flight.bytes()).as("the first one leaves now").isEqualTo(3);
        assertThat(reader.in.size()).isEqualTo(3);
        assertThat(flight.hasFin()).isFalse();
        assertThat(reader.in.isFinSent()).isFalse();
        assertThat(arrivedAt(50)).isEqualTo(3);
        assertThat(reader.isReset()).isTrue();
    }

    @Test
    void aFinThatHasLeftArrivesInSpiteOfTheRst() {
        slow();
        write(3);
        writer.writer().shutdown();

        writer.sendReset();

        assertThat(flight.bytes()).isEqualTo(3);
        assertThat(flight.hasFin()).isTrue();
        assertThat(arrivedAt(10)).isEqualTo(3);
        assertThat(reader.in.isFinished()).isTrue();
    }

    @Test
    void nothingArrivesOfWhatAnRstGaveUp() {
        slow();
        route.departure = 20;
        write(3);
        route.lost = true;

        writer.sendReset();

        assertThat(flight.bytes()).isZero();
        assertThat(flight.nextEvent()).isEqualTo(Timers.NEVER);
    }

    // ---- holds

    @Test
    void aHoldMaySuspendWhatHasArrived() {
        write(3);
        writer.writer().shutdown();
        reader.hold(true, false, timeouts);
        assertThat(reader.in.arrived()).isZero();
        assertThat(reader.in.isFinished()).isFalse();

        release();

        assertThat(reader.in.arrived()).isEqualTo(3);
        assertThat(reader.in.isFinished()).isTrue();
    }

    @Test
    void releasedSegmentsTakeTheTimeOfTheirNewRoute() {
        slow();
        write(3);
        hold(false);
        route.latency = 2;
        release();

        assertThat(arrivedAt(2)).isEqualTo(3);
    }

    @Test
    void aReleasedRstTakesTheTimeOfItsNewRoute() {
        slow();
        writer.sendReset();
        hold(false);
        route.latency = 2;
        release();

        arrivedAt(2);

        assertThat(reader.isReset()).isTrue();
    }

    @Test
    void anEmptyHoldReleasesNothing() {
        slow();
        hold(false);
        release();
        assertThat(flight.nextEvent()).isEqualTo(Timers.NEVER);

        hold(false);
        writer.writer().shutdown();
        release();
        assertThat(flight.nextEvent()).as("a FIN alone").isEqualTo(10);
    }

    // ---- a route that loses a segment in every retransmission

    @Test
    void aLostSegmentAndThoseBehindItArriveOverAnotherRouteOnly() {
        slow();
        route.lost = true;
        write(3);
        route.lost = false;
        write(2);
        assertThat(flight.heldBytes()).isEqualTo(5);
        assertThat(route.sent).containsExactly(3);
        route(route, null, false);
        assertThat(flight.heldBytes()).isEqualTo(5);

        hold(false);
        route(route, null, true);
        assertThat(flight.heldBytes()).isEqualTo(5);
        release();

        assertThat(flight.heldBytes()).isZero();
        assertThat(arrivedAt(10)).isEqualTo(5);
        write(1);
        assertThat(arrivedAt(20)).isEqualTo(6);
    }

    @Test
    void aChangedRouteSendsLostSegmentsAgain() {
        slow();
        route.lost = true;
        write(3);
        writer.writer().shutdown();
        route.lost = false;

        route(route, null, true);

        assertThat(flight.heldBytes()).isZero();
        assertThat(arrivedAt(10)).isEqualTo(3);
        assertThat(reader.in.isFinished()).isTrue();
    }

    @Test
    void segmentsBeforeTheLostOneArrive() {
        route.segment = 4;
        slow();
        write(4);
        route.lost = true;
        write(6);

        assertThat(flight.heldBytes()).isEqualTo(6);
        assertThat(arrivedAt(10)).isEqualTo(4);
        assertThat(flight.bytes()).isEqualTo(6);
    }

    @Test
    void aSilencedWriterLosesAllThatItSends() {
        slow();
        write(3);
        flight.silenceWriter();
        write(2);
        assertThat(flight.heldBytes()).isEqualTo(2);
        assertThat(flight.delays()).isTrue();
        route(route, null, true);
        assertThat(flight.heldBytes()).isEqualTo(2);

        writer.sendReset();

        assertThat(flight.heldBytes()).isZero();
        assertThat(arrivedAt(10)).isEqualTo(3);
        assertThat(reader.isReset()).isFalse();
    }

    // ---- taken back and lost

    @Test
    void theNewestBytesAreTakenBack() {
        slow();
        write(3);
        timers.now = 1;
        write(4);

        reader.in.withdraw(5);

        assertThat(flight.bytes()).isEqualTo(2);
        assertThat(arrivedAt(10)).isEqualTo(2);
        assertThat(flight.bytes()).isZero();
    }

    @Test
    void bytesThatWereTakenBackDoNotArriveForLaterOnes() {
        slow();
        write(3);
        timers.now = 1;
        write(4);
        reader.in.withdraw(4);
        timers.now = 2;
        write(4);

        assertThat(arrivedAt(11)).isEqualTo(3);
        assertThat(arrivedAt(12)).isEqualTo(7);
    }

    @Test
    void heldBytesAreTakenBackWithoutThoseInFlight() {
        slow();
        write(3);
        route.lost = true;
        write(4);

        reader.in.withdraw(4);

        assertThat(flight.heldBytes()).isZero();
        assertThat(arrivedAt(9)).isZero();
        route.lost = false;
        write(2);
        assertThat(arrivedAt(10)).isEqualTo(3);
    }

    @Test
    void bytesThatHaveArrivedAreTakenBackAfterThoseInFlight() {
        slow();
        write(3);
        arrivedAt(10);
        write(2);

        reader.in.withdraw(4);

        assertThat(flight.bytes()).isZero();
        assertThat(reader.in.arrived()).isEqualTo(1);
        assertThat(arrivedAt(20)).isEqualTo(1);
    }

    @Test
    void heldBytesAreTakenBackFirst() {
        slow();
        write(3);
        route.lost = true;
        write(4);

        reader.in.withdraw(3);
        assertThat(flight.heldBytes()).isEqualTo(1);
        flight.send(1);
        assertThat(flight.heldBytes()).as("still blackholed").isEqualTo(2);
        assertThat(flight.bytes()).isEqualTo(5);

        flight.withdrawn(3);
        assertThat(flight.heldBytes()).isZero();
        assertThat(flight.bytes()).isEqualTo(2);
        route.lost = false;
        flight.send(1);
        assertThat(flight.heldBytes()).as("nothing is lost any more").isZero();
    }

    @Test
    void aLostFinKeepsTheBytesBehindIt() {
        slow();
        route.lost = true;
        write(4);
        writer.writer().shutdown();
        route.lost = false;

        reader.in.withdraw(4);
        flight.send(1);

        assertThat(flight.heldBytes()).isEqualTo(1);
    }

    @Test
    void aDropLosesEverythingInFlight() {
        slow();
        write(3);
        arrivedAt(10);
        write(2);
        writer.writer().shutdown();

        flight.drop();

        assertThat(flight.bytes()).isZero();
        assertThat(flight.hasFin()).isFalse();
        assertThat(reader.in.isFinSent()).isFalse();
        assertThat(reader.in.size()).isEqualTo(3);
        assertThat(flight.nextEvent()).isEqualTo(Timers.NEVER);
    }

    @Test
    void aDropOfAHoldLeavesNothingToRelease() {
        hold(true);
        write(3);

        flight.drop();
        assertThat(flight.heldBytes()).isZero();
        release();

        assertThat(reader.in.size()).isZero();
        hold(true);
        write(2);
        assertThat(flight.heldBytes()).isEqualTo(2);
    }

    // ---- ACKs

    @Test
    void anAckNeedsATimerOnlyIfTheWindowIsClosed() {
        route(null, route, true);
        write(99);
        read(40);
        assertThat(flight.unacknowledged()).isEqualTo(40);
        assertThat(flight.nextEvent()).as("one byte fits").isEqualTo(Timers.NEVER);

        write(1);

        assertThat(flight.nextEvent()).isEqualTo(10);
        arrivedAt(10);
        assertThat(flight.unacknowledged()).isZero();
        assertThat(flight.nextEvent()).isEqualTo(Timers.NEVER);
    }

    @Test
    void aWaitingFinIsSentWhenAnAckOpensTheWindow() {
        route(null, route, true);
        assertThat(writer.writer().write(ByteBuffer.allocate(150))).isEqualTo(100);
        writer.writer().shutdown();
        read(100);
        assertThat(reader.in.isFinSent()).isFalse();

        arrivedAt(10);

        assertThat(reader.in.isFinSent()).isTrue();
    }

    @Test
    void aWaitingFinIsSentWhenAcksAreReleased() {
        flight.holdAcks(true);
        assertThat(writer.writer().write(ByteBuffer.allocate(150))).isEqualTo(100);
        writer.writer().shutdown();
        read(100);
        assertThat(reader.in.isFinSent()).isFalse();

        flight.holdAcks(false);

        assertThat(reader.in.isFinSent()).isTrue();
    }

    @Test
    void aCloseWaitsForTheAckOfItsFin() {
        slow();
        route(route, route, true);
        flight.linger().begin();
        writer.writer().shutdown();
        arrivedAt(10);
        assertThat(flight.linger().isFinUnacknowledged()).isTrue();
        assertThat(flight.nextEvent()).isEqualTo(20);

        arrivedAt(20);

        assertThat(flight.linger().isActive()).isFalse();
    }

    @Test
    void aFinWhoseAckIsHeldIsAcknowledgedAfterTheRelease() {
        flight.holdAcks(true);
        flight.linger().begin();
        writer.writer().shutdown();
        assertThat(flight.linger().endsAt()).isEqualTo(Timers.NEVER);
        route(null, route, true);
        timers.now = 30;

        flight.holdAcks(false);

        assertThat(flight.linger().endsAt()).isEqualTo(40);
    }

    @Test
    void twoClosedEndpointsNeedNoTimerUnlessACloseWaits() {
        slow();
        write(3);
        writer.closed = true;
        assertThat(flight.nextEvent()).isEqualTo(10);
        reader.closed = true;
        assertThat(flight.nextEvent()).isEqualTo(Timers.NEVER);
        flight.linger().begin();
        assertThat(flight.nextEvent()).isEqualTo(10);
        writer.closed = false;
        flight.linger().end();
        assertThat(flight.nextEvent()).isEqualTo(10);
    }

    // ---- silence

    @Test
    void theWriterGivesUpBytesWhoseAckIsHeld() {
        flight.holdAcks(true);
        updateSilence();
        assertThat(flight.silence().at()).as("nothing was sent").isEqualTo(Timers.NEVER);
        write(3);
        updateSilence();
        assertThat(flight.nextEvent()).isEqualTo(USER);

        flight.holdAcks(false);
        updateSilence();

        assertThat(flight.nextEvent()).isEqualTo(Timers.NEVER);
    }

    @Test
    void anRstNeedsNoAck() {
        slow();
        writer.sendReset();
        flight.holdAcks(true);
        arrivedAt(10);

        updateSilence();

        assertThat(flight.nextEvent()).isEqualTo(Timers.NEVER);
    }

    @Test
    void theWriterGivesUpAFinWhoseAckIsHeld() {
        flight.holdAcks(true);
        writer.writer().shutdown();

        updateSilence();

        assertThat(flight.nextEvent()).isEqualTo(USER);
    }

    @Test
    void theWriterGivesUpHeldBytesAndAHeldFin() {
        hold(false);
        updateSilence();
        assertThat(flight.nextEvent()).isEqualTo(Timers.NEVER);
        writer.writer().shutdown();
        updateSilence();
        assertThat(flight.nextEvent()).isEqualTo(USER);

        assertThat(arrivedAt(USER)).isZero();

        assertThat(writer.isAborted()).isTrue();
        assertThat(writer.takeErrorForWrite()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(flight.hasFin()).isFalse();
        assertThat(reader.isAborted()).isFalse();
    }

    @Test
    void theWriterGivesUpNothingBeforeItsTime() {
        hold(false);
        write(3);
        updateSilence();

        arrivedAt(USER - 1);
        assertThat(writer.isAborted()).isFalse();
        arrivedAt(USER);
        assertThat(writer.isAborted()).isTrue();
    }

    @Test
    void aClosedWindowIsGivenUpIfNoAnswerArrives() {
        write(99);
        route.losesAll = true;
        route(route, null, true);
        updateSilence();
        assertThat(flight.nextEvent()).as("one byte fits").isEqualTo(Timers.NEVER);
        route(null, null, true);
        write(1);
        updateSilence();
        assertThat(flight.nextEvent()).as("answers arrive").isEqualTo(Timers.NEVER);

        route(route, null, true);
        updateSilence();
        assertThat(flight.nextEvent()).isEqualTo(USER);

        route(null, route, true);
        updateSilence();
        assertThat(flight.nextEvent()).as("no ACK arrives").isEqualTo(USER);
        route.losesAll = false;
        updateSilence();
        assertThat(flight.nextEvent()).isEqualTo(Timers.NEVER);
    }

    private void keepAlive(StreamEndpoint endpoint) {
        endpoint.keepAlive(KeepAlive.of(Duration.ofNanos(100), Duration.ofNanos(30), 3), timeouts);
    }

    @Test
    void keepAliveTellsThePeerThatItGivesUp() {
        keepAlive(writer);
        flight.holdAcks(true);
        updateSilence();
        assertThat(flight.nextEvent()).isEqualTo(190);

        arrivedAt(190);

        assertThat(writer.takeErrorForWrite()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(reader.isReset()).isTrue();
    }

    @Test
    void aProbeOfAVanishedPeerIsAnsweredWithAnRst() {
        keepAlive(writer);
        reader.closed = true;
        updateSilence();
        assertThat(flight.nextEvent()).isEqualTo(100);

        arrivedAt(100);

        assertThat(writer.isReset()).isTrue();
        assertThat(writer.takeErrorForWrite()).isEqualTo(Outcome.RESET_BY_PEER);
    }

    @Test
    void anArrivalIsHeardByTheReaderAndItsAckByTheWriter() {
        keepAlive(writer);
        keepAlive(reader);
        route(route, route, true);
        write(1);
        arrivedAt(10);

        flight.holdAcks(true);
        InFlight reverse = reader.out.inFlight();
        reverse.holdAcks(true);
        flight.chainIfDue(null);
        reverse.chainIfDue(null);

        assertThat(reverse.silence().at()).as("heard at 10").isEqualTo(10 + 190);
        assertThat(reverse.silence().isKeepAlive()).isTrue();
    }

    @Test
    void anAckIsHeardAfterItsLatency() {
        keepAlive(writer);
        route(route, route, true);
        write(1);
        arrivedAt(10);
        route.losesAll = true;

        updateSilence();

        assertThat(flight.silence().at()).isEqualTo(20 + 190);
    }

    @Test
    void anAckThatIsLostIsNotHeard() {
        keepAlive(writer);
        route.losesAll = true;
        route(null, route, true);
        timers.now = 50;
        flight.send(0);

        updateSilence();

        assertThat(flight.silence().at()).isEqualTo(190);
    }
}

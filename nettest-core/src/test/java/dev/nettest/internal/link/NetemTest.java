package dev.nettest.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Impairment;
import dev.nettest.internal.stream.DelayLine;
import dev.nettest.internal.stream.FrozenTimers;
import dev.nettest.internal.stream.TcpTimeouts;
import dev.nettest.internal.sync.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Arrival times of segments, handshakes and datagrams, without a network. */
class NetemTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long NOW = 17;
    private static final Impairment LOSES_HALF = Impairment.builder().loss(0.5).build();
    private static final Impairment LOSES_ALL = Impairment.builder().loss(1).build();

    private final Netem netem = new Netem(5, TcpTimeouts.of(new FrozenTimers(), 15, 6));

    private Netem on(Impairment forward, Impairment backward) {
        netem.setRoute(route(forward), route(backward));
        return netem;
    }

    private Netem on(Impairment forward) {
        return on(forward, Impairment.NONE);
    }

    private static Route route(Impairment impairment) {
        return new Route(null, new RateLimiter(), impairment, LinkState.OPEN, false);
    }

    private static Impairment latency(long nanos) {
        return Impairment.latency(Duration.ofNanos(nanos));
    }

    /** The different times that a segment lost to timeouts, of many segments. */
    private List<Long> delaysOfSegments(Impairment forward, Impairment backward) {
        Set<Long> delays = new TreeSet<>();
        for (int i = 0; i < 1_000; i++) {
            long arrival = on(forward, backward).arrival(NOW, 1);
            if (arrival == Timers.NEVER) {
                continue;
            }
            long left = netem.lastDeparture();
            assertThat(arrival - left).isEqualTo(forward.latency().toNanos());
            delays.add(left - NOW);
        }
        return new ArrayList<>(delays);
    }

    // ---- streams

    @Test
    void aSegmentArrivesAfterTheLatency() {
        assertThat(on(latency(5)).arrival(NOW, 1_000)).isEqualTo(NOW + 5);
        assertThat(netem.lastDeparture()).isEqualTo(NOW);
        assertThat(netem.latency()).isEqualTo(5);
        assertThat(on(Impairment.NONE).arrival(NOW, 1_000)).isEqualTo(NOW);
        netem.setRoute(Route.FREE, Route.FREE);
        assertThat(netem.arrival(NOW, 1_000)).isEqualTo(NOW);
    }

    /** Retransmission timeouts of 200 ms beyond the round trip, each twice the one before. */
    @Test
    void aLostSegmentIsSentAgainAfterTimeoutsThatDouble() {
        assertThat(delaysOfSegments(LOSES_HALF, Impairment.NONE))
                .startsWith(0L, 200 * MILLI, 600 * MILLI, 1_400 * MILLI, 3_000 * MILLI);
    }

    @Test
    void theTimeoutHasTheRoundTripAndFourTimesItsVariation() {
        Impairment forward =
                Impairment.builder().latency(Duration.ofMillis(30)).loss(0.5).build();
        assertThat(delaysOfSegments(forward, latency(20 * MILLI))).startsWith(0L, 250 * MILLI, 750 * MILLI);

        Impairment jittery = Impairment.builder()
                .latency(Duration.ofMillis(20))
                .jitter(Duration.ofMillis(70))
                .build();
        assertThat(delaysOfSegments(forward, jittery)).startsWith(0L, 330 * MILLI, 990 * MILLI);
        Impairment steadier = jittery.toBuilder().jitter(Duration.ofMillis(50)).build();
        assertThat(delaysOfSegments(forward, steadier)).startsWith(0L, 250 * MILLI, 750 * MILLI);
    }

    @Test
    void theTimeoutIsAtMostTwoMinutes() {
        Impairment endless = latency(Long.MAX_VALUE);
        assertThat(delaysOfSegments(LOSES_HALF, endless)).startsWith(0L, 120 * SECOND, 240 * SECOND, 360 * SECOND);
        List<Long> delays = delaysOfSegments(LOSES_HALF, latency(70 * SECOND));
        assertThat(delays).startsWith(0L, 70_200 * MILLI, 190_200 * MILLI, 310_200 * MILLI);
    }

    /** {@code tcp_retries2} of 15: the sender gives up after 924.6 s. */
    @Test
    void theSenderGivesUpAtItsTimeout() {
        assertThat(on(LOSES_ALL).arrival(NOW, 1)).isEqualTo(Timers.NEVER);
        assertThat(on(LOSES_ALL).arrival(-NOW, 1)).isEqualTo(Timers.NEVER);
        Netem patient = new Netem(5, new TcpTimeouts(new FrozenTimers(), 600 * MILLI, 1, 6));
        patient.setRoute(route(LOSES_HALF), Route.FREE);
        Set<Long> arrivals = new TreeSet<>();
        for (int i = 0; i < 200; i++) {
            arrivals.add(patient.arrival(0, 1));
        }
        assertThat(arrivals).containsExactly(0L, 200 * MILLI, Timers.NEVER);
    }

    @Test
    void aResetIsSentOnce() {
        assertThat(on(latency(5)).resetArrival(NOW)).isEqualTo(NOW + 5);
        assertThat(on(LOSES_ALL).resetArrival(NOW)).isEqualTo(Timers.NEVER);
        Set<Long> arrivals = new TreeSet<>();
        for (int i = 0; i < 100; i++) {
            arrivals.add(on(LOSES_HALF).resetArrival(NOW));
        }
        assertThat(arrivals).containsExactly(NOW, Timers.NEVER);
    }

    @Test
    void aResetWaitsBehindTheRate() {
        on(Impairment.builder().rate(8_000).build());
        assertThat(netem.arrival(NOW, 1_000)).isEqualTo(NOW + SECOND);
        assertThat(netem.lastDeparture()).isEqualTo(NOW);
        assertThat(netem.resetArrival(NOW)).isEqualTo(NOW + SECOND);
    }

    @Test
    void headersTakeTheirShareOfTheRate() {
        Impairment counted = Impairment.builder().rate(8_000).countHeaders(true).build();
        assertThat(on(counted).arrival(0, 1_000)).isEqualTo(1_040 * MILLI);
        netem.setRoute(new Route(null, new RateLimiter(), counted, LinkState.OPEN, true), Route.FREE);
        assertThat(netem.arrival(0, 1_000)).isEqualTo(1_060 * MILLI);
        Impairment payload = Impairment.builder().rate(8_000).build();
        assertThat(on(payload).arrival(0, 1_000)).isEqualTo(SECOND);
    }

    // ---- handshakes

    /** {@code tcp_syn_retries} of 6: after 1 s, 2 s, and so on to 32 s. */
    @Test
    void aHandshakeIsRetriedAfterASecondAndThenTwiceThat() {
        Set<Long> arrivals = new TreeSet<>();
        for (int i = 0; i < 2_000; i++) {
            arrivals.add(on(LOSES_HALF).handshake(NOW) - (NOW % SECOND));
        }
        assertThat(arrivals)
                .containsExactly(
                        0L, SECOND, 3 * SECOND, 7 * SECOND, 15 * SECOND, 31 * SECOND, 63 * SECOND, Timers.NEVER - NOW);
        assertThat(on(LOSES_ALL).handshake(NOW)).isEqualTo(Timers.NEVER);
        assertThat(on(latency(5)).handshake(NOW)).isEqualTo(NOW + 5);
    }

    @Test
    void aRetryOfAHandshakeWaitsAtMostTwoMinutes() {
        Netem stubborn = new Netem(5, TcpTimeouts.of(new FrozenTimers(), 15, 9));
        stubborn.setRoute(route(Impairment.builder().loss(0.8).build()), Route.FREE);
        Set<Long> seconds = new TreeSet<>();
        for (int i = 0; i < 2_000; i++) {
            long arrival = stubborn.handshake(0);
            if (arrival != Timers.NEVER) {
                seconds.add(arrival / SECOND);
            }
        }
        assertThat(seconds).containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 63L, 127L, 247L, 367L);
    }

    // ---- routes

    @Test
    void aChangeOfTheRouteTellsIfTheImpairmentChanges() {
        assertThat(netem.setRoute(route(latency(5)), Route.FREE)).isTrue();
        assertThat(netem.setRoute(route(latency(5)), route(latency(5)))).isFalse();
        assertThat(netem.setRoute(route(latency(6)), Route.FREE)).isTrue();
        assertThat(netem.route().impairment()).isEqualTo(latency(6));
    }

    @Test
    void aStreamIsDelayedByAnythingThatTakesTime() {
        assertThat(netem.delays()).isFalse();
        assertThat(on(latency(1)).delays()).isTrue();
        assertThat(on(Impairment.builder().jitter(Duration.ofNanos(1)).build()).delays())
                .isTrue();
        assertThat(on(Impairment.builder().rate(1).build()).delays()).isTrue();
        assertThat(on(LOSES_HALF).delays()).isTrue();
        assertThat(on(Impairment.builder().lossGilbert(0.5, 0.5).build()).delays())
                .isTrue();
        assertThat(on(Impairment.builder()
                                .duplicate(1)
                                .corrupt(1)
                                .mtu(68)
                                .countHeaders(true)
                                .build())
                        .delays())
                .isFalse();
    }

    @Test
    void segmentsHaveTimesOfTheirOwnWithARateOrALoss() {
        assertThat(on(latency(1)).isSegmented()).isFalse();
        assertThat(on(Impairment.builder().rate(1).build()).isSegmented()).isTrue();
        assertThat(on(LOSES_HALF).isSegmented()).isTrue();
        assertThat(on(Impairment.builder().lossGilbert(0.5, 0.5).build()).isSegmented())
                .isTrue();
    }

    @Test
    void aSegmentFitsTheMtu() {
        assertThat(on(Impairment.NONE).segmentSize()).isEqualTo(DelayLine.SEGMENT);
        assertThat(on(Impairment.builder().mtu(540).build()).segmentSize()).isEqualTo(500);
        Impairment least = Impairment.builder().mtu(68).build();
        assertThat(on(least).segmentSize()).isEqualTo(28);
        netem.setRoute(new Route(null, null, least, LinkState.OPEN, true), Route.FREE);
        assertThat(netem.segmentSize()).isEqualTo(8);
    }

    // ---- loss

    @Test
    void everythingIsLostIfBothStatesLoseIt() {
        assertThat(on(LOSES_HALF).losesAll()).isFalse();
        assertThat(on(LOSES_ALL).losesAll()).isTrue();
        assertThat(on(elliott(0.5, 1, 1)).losesAll()).isTrue();
        assertThat(on(elliott(0.5, 0.5, 1)).losesAll()).isFalse();
        assertThat(on(elliott(0.5, 1, 0.5)).losesAll()).isFalse();
        assertThat(on(elliott(0, 0.5, 1)).losesAll()).isTrue();
        assertThat(on(Impairment.NONE).losesAll()).isFalse();
    }

    private static Impairment elliott(double goodToBad, double lossInBad, double lossInGood) {
        return Impairment.builder()
                .lossGilbertElliott(goodToBad, 0.5, lossInBad, lossInGood)
                .build();
    }

    /** As in netem, the state before a transition decides. */
    @Test
    void theFirstPacketMeetsTheGoodState() {
        on(Impairment.builder().lossGilbertElliott(1, 1, 1, 0).build());

        assertThat(IntStream.range(0, 6).mapToObj(i -> netem.loses()))
                .containsExactly(false, true, false, true, false, true);
    }

    @Test
    void aBadStateStaysWithoutAWayBack() {
        on(Impairment.builder().lossGilbertElliott(1, 0, 1, 0).build());

        assertThat(IntStream.range(0, 5).mapToObj(i -> netem.loses())).containsExactly(false, true, true, true, true);
    }

    @Test
    void aLossWithoutBurstsForgetsTheBadState() {
        on(Impairment.builder().lossGilbert(1, 0).build());
        assertThat(netem.loses()).isFalse();
        assertThat(netem.loses()).isTrue();

        assertThat(on(LOSES_ALL).loses()).isTrue();
        assertThat(on(elliott(0, 1, 0)).loses()).isFalse();
    }

    @Test
    void aLostDatagramCountsOnceAtItsDirection() {
        LinkTable table = new LinkTable(new NoTraffic());
        LinkDirectionImpl direction =
                table.between(new LinkSelector.Any(), new LinkSelector.Any()).forward();
        netem.setRoute(new Route(direction, null, LOSES_ALL, LinkState.OPEN, false), Route.FREE);

        assertThat(netem.losesDatagram(3)).isTrue();
        assertThat(direction.lost()).isEqualTo(1);
        assertThat(netem.loses()).isTrue();
        assertThat(direction.lost()).isEqualTo(2);

        netem.setRoute(new Route(direction, null, Impairment.NONE, LinkState.OPEN, false), Route.FREE);
        assertThat(netem.losesDatagram(3)).isFalse();
        assertThat(netem.loses()).isFalse();
        assertThat(direction.lost()).isEqualTo(2);
    }

    @Test
    void aDatagramIsLostWithAnyOfItsFragments() {
        on(Impairment.builder().lossGilbertElliott(1, 1, 1, 0).build());

        assertThat(netem.losesDatagram(1)).isFalse(); // good
        assertThat(netem.losesDatagram(1)).isTrue(); // bad
        assertThat(netem.losesDatagram(2)).isTrue(); // good, then bad
        assertThat(netem.losesDatagram(2)).isTrue();
    }

    // ---- random numbers

    @Test
    void certainChancesDrawNoNumber() {
        long next = new Netem(5, TcpTimeouts.of(new FrozenTimers(), 15, 6)).nextLong();

        assertThat(netem.chance(1)).isTrue();
        assertThat(netem.chance(0)).isFalse();
        assertThat(on(latency(5)).delay()).isEqualTo(5);
        assertThat(netem.nextLong()).isEqualTo(next);
        assertThat(IntStream.range(0, 100).mapToObj(i -> netem.chance(0.5))).contains(true, false);
    }

    @Test
    void aDelayIsNeverNegativeAndNeverOverflows() {
        Impairment wild = Impairment.builder()
                .latency(Duration.ofNanos(10))
                .jitter(Duration.ofNanos(1_000))
                .build();
        List<Long> delays =
                IntStream.range(0, 1_000).mapToObj(i -> on(wild).delay()).toList();
        assertThat(delays).allMatch(delay -> delay >= 0 && delay <= 1_010).contains(0L);
        assertThat(delays).anyMatch(delay -> delay > 1_000);

        Impairment endless =
                wild.toBuilder().latency(Duration.ofNanos(Long.MAX_VALUE)).build();
        assertThat(IntStream.range(0, 100).mapToObj(i -> on(endless).delay()))
                .allMatch(delay -> delay > Long.MAX_VALUE - 1_001);
    }

    /** The traffic of no network. */
    static final class NoTraffic implements LinkTraffic {
        int changes;
        Backlog backlog = Backlog.NONE;

        @Override
        public void onLinkChange(String link, String change) {
            changes++;
        }

        @Override
        public Backlog backlog(LinkDirectionImpl direction) {
            return backlog;
        }
    }
}

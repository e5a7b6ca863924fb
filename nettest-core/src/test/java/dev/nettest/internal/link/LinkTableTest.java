package dev.nettest.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Impairment;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Selectors, routes, states and announcements of links, without a network. */
class LinkTableTest {
    private static final Impairment SLOW = Impairment.latency(Duration.ofMillis(1));
    private static final Impairment SLOWER = Impairment.latency(Duration.ofMillis(2));

    private final NetemTest.NoTraffic traffic = new NetemTest.NoTraffic();
    private final LinkTable table = new LinkTable(traffic);
    private final TestHost app = new TestHost("app", false, "10.0.0.2");
    private final TestHost db = new TestHost("db", false, "10.0.0.5", "fd00::5");
    private final TestHost localhost = new TestHost("localhost", true, "127.0.0.1");

    /** A host, and the first of its addresses as an endpoint. */
    private record TestHost(String name, boolean isDefault, List<InetAddress> addresses) implements LinkHost {
        TestHost(String name, boolean isDefault, String... literals) {
            this(
                    name,
                    isDefault,
                    List.of(literals).stream().map(LinkTableTest::ip).toList());
        }

        HostAddress at() {
            return new HostAddress(this, addresses.get(0));
        }

        HostAddress at(String literal) {
            return new HostAddress(this, ip(literal));
        }

        LinkSelector selector() {
            return new LinkSelector.SingleHost(this);
        }
    }

    private static InetAddress ip(String literal) {
        try {
            return InetAddress.getByName(literal); // a literal: no name service is asked
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private LinkImpl appToDb() {
        return table.between(app.selector(), db.selector());
    }

    private LinkImpl everywhere() {
        return table.between(new LinkSelector.Any(), new LinkSelector.Any());
    }

    private Route route(HostAddress from, HostAddress to) {
        return table.route(from, to, true);
    }

    // ---- selectors

    @Test
    void aRangeMatchesItsFirstBits() {
        assertMatches("10.0.0.0/8", "10.255.0.1", "11.0.0.1");
        assertMatches("10.0.0.128/25", "10.0.0.128", "10.0.0.127");
        assertMatches("10.0.0.4/31", "10.0.0.5", "10.0.0.6");
        assertMatches("10.0.0.5", "10.0.0.5", "10.0.0.4");
        assertMatches("10.0.0.5/32", "10.0.0.5", "10.0.0.4");
        assertMatches("0.0.0.0/0", "255.0.0.1", "fd00::1");
        assertMatches("::/0", "fd00::1", "10.0.0.1");
        assertMatches("fd00::4/126", "fd00::7", "fd00::8");
        assertMatches("fd00::4", "fd00::4", "fd00::5");
    }

    private void assertMatches(String range, String inside, String outside) {
        LinkSelector selector = LinkSelector.range(range);
        assertThat(selector.matches(app.at(inside))).as(range).isTrue();
        assertThat(selector.matches(app.at(outside))).as(range).isFalse();
    }

    @Test
    void aSelectorPrintsAsItIsWritten() {
        for (String text : List.of("10.0.0.0/8", "10.0.0.5", "fd00::/16", "0.0.0.0/0")) {
            assertThat(LinkSelector.range(text)).hasToString(text);
        }
        assertThat(LinkSelector.range("10.0.0.5/32")).hasToString("10.0.0.5").isEqualTo(LinkSelector.range("10.0.0.5"));
        assertThat(new LinkSelector.Any()).hasToString("*");
        assertThat(app.selector()).hasToString("app");
    }

    @Test
    void badRangesAreRefused() {
        for (String bits : List.of("33", "-1", "", "x", "1000", "08x")) {
            assertThatThrownBy(() -> LinkSelector.range("10.0.0.0/" + bits))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("not a range: 10.0.0.0/" + bits + "; expected 0 to 32 bits behind the slash");
        }
        assertThat(LinkSelector.range("fd00::/128")).hasToString("fd00::");
        assertThatThrownBy(() -> LinkSelector.range("fd00::/129")).hasMessageContaining("0 to 128 bits");
        assertThatThrownBy(() -> LinkSelector.range("10.0.0/8")).hasMessageStartingWith("no side of a link");
        assertThatThrownBy(() -> LinkSelector.range("/8")).hasMessageStartingWith("no side of a link");
    }

    @Test
    void aHostMatchesWithAnyAddressAndTheDefaultHostWithItsOwn() {
        assertThat(app.selector().matches(app.at("192.168.1.1"))).isTrue();
        assertThat(app.selector().matches(db.at())).isFalse();
        assertThat(localhost.selector().matches(localhost.at())).isTrue();
        assertThat(localhost.selector().matches(localhost.at("192.168.1.1"))).isFalse();
    }

    /** An address is above a host, a host above a range, and a longer range above a shorter one. */
    @Test
    void theMostSpecificLinkApplies() {
        List<LinkSelector> ascending = List.of(
                new LinkSelector.Any(),
                LinkSelector.range("0.0.0.0/0"),
                LinkSelector.range("10.0.0.0/8"),
                LinkSelector.range("10.0.0.4/31"),
                db.selector(),
                LinkSelector.range("10.0.0.5"));
        for (int i = 1; i < ascending.size(); i++) {
            assertThat(ascending.get(i).specificity())
                    .isGreaterThan(ascending.get(i - 1).specificity());
        }
        table.between(new LinkSelector.Any(), db.selector()).impair(SLOWER, SLOWER);
        table.between(new LinkSelector.Any(), LinkSelector.range("10.0.0.0/8")).impair(SLOW, SLOW);

        assertThat(route(app.at(), db.at()).impairment()).isEqualTo(SLOWER);
    }

    @Test
    void theFirstOfEquallySpecificLinksApplies() {
        table.between(app.selector(), new LinkSelector.Any()).impair(SLOW, SLOW);
        table.between(new LinkSelector.Any(), db.selector()).impair(SLOWER, SLOWER);

        assertThat(route(app.at(), db.at()).impairment()).isEqualTo(SLOW);
    }

    // ---- links

    @Test
    void twoSidesHaveOneLink() {
        LinkImpl link = appToDb();

        assertThat(appToDb()).isSameAs(link);
        LinkImpl reversed = table.between(db.selector(), app.selector());
        assertThat(reversed.forward()).isSameAs(link.backward());
        assertThat(reversed.backward()).isSameAs(link.forward());
        assertThat(table.between(app.selector(), new LinkSelector.Any()).forward())
                .isNotSameAs(link.forward());
        assertThat(table.between(new LinkSelector.Any(), db.selector()).forward())
                .isNotSameAs(link.forward());
        assertThat(table.between(db.selector(), new LinkSelector.Any()).forward())
                .isNotSameAs(link.backward());
        assertThat(table.between(new LinkSelector.Any(), app.selector()).forward())
                .isNotSameAs(link.backward());
    }

    @Test
    void onlyUsedDirectionsAreDescribed() {
        LinkImpl link = appToDb();
        assertThat(table.describe()).isEmpty();
        link.forward().partition();
        assertThat(table.describe()).containsExactly("app -> db none, partitioned");
        link.forward().repair();
        link.backward().hold();
        assertThat(table.describe()).containsExactly("db -> app none, held");
        link.backward().release();
        link.backward().impair(SLOW);
        assertThat(table.describe()).containsExactly("db -> app delay 1ms");
        assertThat(link).hasToString("link app -> db none; db -> app delay 1ms");
    }

    @Test
    void theBacklogIsThatOfAStoppedDirection() {
        LinkDirectionImpl forward = appToDb().forward();
        traffic.backlog = new Backlog(3, 2);
        assertThat(forward.heldBytes()).isZero();
        assertThat(forward).hasToString("app -> db none");
        forward.hold();
        assertThat(forward.heldBytes()).isEqualTo(3);
        assertThat(forward.heldDatagrams()).isEqualTo(2);
        assertThat(forward).hasToString("app -> db none, held, backlog 3b 2p");
        forward.release();
        forward.partition();
        assertThat(forward).hasToString("app -> db none, partitioned, backlog 3b 2p");
        assertThat(new Backlog(1, 2).plus(new Backlog(10, 20))).isEqualTo(new Backlog(11, 22));
    }

    // ---- changes

    @Test
    void everyChangeIsAnnouncedOnce() {
        assertThat(table.isTrivial()).isTrue();
        LinkImpl link = appToDb();
        assertThat(table.isTrivial()).isTrue();
        List<Runnable> changes = List.of(
                link::partition,
                link::repair,
                link::hold,
                link::release,
                () -> link.forward().partition(),
                () -> link.forward().repair(),
                () -> link.forward().hold(),
                () -> link.forward().release(),
                () -> link.forward().impair(SLOW),
                link::partition,
                table::repairAll,
                link::hold,
                table::releaseAll);
        for (int i = 0; i < changes.size(); i++) {
            changes.get(i).run();
            assertThat(traffic.changes).as("change %d", i).isEqualTo(i + 1);
            assertThat(table.changes().count()).as("change %d", i).isEqualTo(i + 1);
        }
        assertThat(table.isTrivial()).isFalse();
        link.impair(SLOW, SLOWER);
        assertThat(traffic.changes).isEqualTo(changes.size() + 2);
        assertThat(link.forward().impairment()).isEqualTo(SLOW);
        assertThat(link.backward().impairment()).isEqualTo(SLOWER);
    }

    @Test
    void aCallThatChangesNothingIsNotAnnounced() {
        LinkImpl link = appToDb();
        link.repair().release();
        link.forward().repair().release();
        table.repairAll();
        table.releaseAll();

        assertThat(traffic.changes).isZero();
        assertThat(table.isTrivial()).isTrue();
    }

    @Test
    void aLinkChangesBothDirectionsAndADirectionItself() {
        LinkImpl link = appToDb();
        LinkDirectionImpl forward = link.forward();
        assertThat(List.of(link.partition(), link.repair(), link.hold(), link.release(), link.impair(SLOW, SLOW)))
                .containsOnly(link);
        assertThat(List.of(forward.partition(), forward.repair(), forward.hold(), forward.release()))
                .containsOnly(forward);
        assertThat(forward.impair(SLOW)).isSameAs(forward);
        link.partition().hold();
        assertThat(states(link)).isEqualTo("true true true true");
        link.repair();
        assertThat(states(link)).isEqualTo("false true false true");
        link.release();
        assertThat(states(link)).isEqualTo("false false false false");
        link.forward().partition();
        link.backward().hold();
        assertThat(states(link)).isEqualTo("true false false true");
        table.repairAll();
        assertThat(states(link)).isEqualTo("false false false true");
        table.releaseAll();
        assertThat(states(link)).isEqualTo("false false false false");
        link.partition();
        link.forward().repair();
        assertThat(states(link)).isEqualTo("false false true false");
    }

    private static String states(LinkImpl link) {
        return link.forward().isPartitioned() + " " + link.forward().isHeld() + " "
                + link.backward().isPartitioned() + " " + link.backward().isHeld();
    }

    // ---- routes

    @Test
    void aRouteHasTheStatesOfAllMatchingLinks() {
        LinkImpl wide = everywhere();
        LinkImpl narrow = appToDb();
        assertThat(route(app.at(), db.at())).isSameAs(Route.FREE);
        wide.impair(SLOW, SLOW);
        Route open = route(app.at(), db.at());
        assertThat(open.isStopped()).isFalse();
        assertThat(open.state().partitions()).isZero();

        narrow.forward().hold();
        Route held = route(app.at(), db.at());
        assertThat(held.isStopped()).isTrue();
        assertThat(held.held()).isTrue();
        assertThat(held.partitioned()).isFalse();
        assertThat(held.impairment()).isEqualTo(SLOW);
        assertThat(route(db.at(), app.at()).isStopped()).isFalse();

        narrow.forward().partition().repair().partition();
        wide.forward().partition();
        Route cut = route(app.at(), db.at());
        assertThat(cut.partitioned()).isTrue();
        assertThat(cut.state().partitions()).isEqualTo(3);
        cut.countLost();
        assertThat(wide.forward().lost()).isEqualTo(1); // the first link that is cut
        assertThat(narrow.forward().lost()).isZero();
    }

    @Test
    void aHeldLinkHoldsTheRouteWhateverLinkComesAfterIt() {
        LinkImpl wide = everywhere();
        wide.impair(SLOW, SLOW);
        assertThat(route(app.at(), db.at()).held()).as("one open link").isFalse();
        appToDb();

        wide.forward().hold();

        assertThat(route(app.at(), db.at()).held()).isTrue();
    }

    @Test
    void aLossCountsAtTheDirectionWhoseImpairmentApplies() {
        LinkImpl link = appToDb();
        link.impair(SLOW, SLOW);

        route(db.at(), app.at()).countLost();
        Route.FREE.countLost();

        assertThat(link.backward().lost()).isEqualTo(1);
        assertThat(link.forward().lost()).isZero();
    }

    @Test
    void aRouteKnowsItsFamily() {
        everywhere().impair(SLOW, SLOW);
        assertThat(route(app.at(), db.at("fd00::5")).ipv6()).isTrue();
        assertThat(route(app.at(), db.at()).ipv6()).isFalse();
        assertThat(route(app.at("fd00::2"), localhost.at("fd00::9")).ipv6()).isTrue();
    }

    @Test
    void aRouteWithoutAnImpairmentHasNoDirection() {
        appToDb().hold();
        Route held = route(app.at(), db.at());

        assertThat(held.direction()).isNull();
        assertThat(held.rateLimiter()).isNull();
        assertThat(held.impairment()).isEqualTo(Impairment.NONE);
    }

    @Test
    void theConnectingSideUsesTheForwardDirectionIfBothMatch() {
        everywhere().impair(SLOW, SLOWER);

        assertThat(table.route(app.at(), db.at(), true).impairment()).isEqualTo(SLOW);
        assertThat(table.route(app.at(), db.at(), false).impairment()).isEqualTo(SLOWER);
    }

    @Test
    void aNamedHostReachesItselfWithoutALink() {
        LinkImpl link = everywhere();
        link.partition();

        assertThat(route(db.at(), db.at())).isSameAs(Route.FREE);
        assertThat(route(localhost.at(), localhost.at()).partitioned()).isTrue();
        assertThat(table.carries(link.forward(), db.at(), db.at(), true)).isFalse();
        assertThat(table.carries(link.forward(), localhost.at(), localhost.at(), true))
                .isTrue();
    }

    @Test
    void aDirectionCarriesWhatMatchesItFirst() {
        LinkImpl link = appToDb();
        LinkImpl wide = everywhere();

        assertThat(table.carries(link.forward(), app.at(), db.at(), true)).isTrue();
        assertThat(table.carries(link.forward(), app.at(), db.at(), false)).isTrue();
        assertThat(table.carries(link.backward(), app.at(), db.at(), true)).isFalse();
        assertThat(table.carries(wide.forward(), app.at(), db.at(), true)).isTrue();
        assertThat(table.carries(wide.backward(), app.at(), db.at(), true)).isFalse();
        assertThat(table.carries(wide.backward(), app.at(), db.at(), false)).isTrue();
    }

    /** The link between a host and all others is not in the way of the host itself. */
    @Test
    void anIsolatedDefaultHostStillReachesItself() {
        LinkImpl link = table.between(localhost.selector(), new LinkSelector.Any());
        link.partition();

        assertThat(route(localhost.at(), localhost.at()).partitioned()).isFalse();
        assertThat(route(localhost.at(), app.at()).partitioned()).isTrue();
        assertThat(route(app.at(), localhost.at()).partitioned()).isTrue();
        assertThat(route(app.at(), db.at()).partitioned()).isFalse();
        LinkImpl itself = table.between(localhost.selector(), localhost.selector());
        itself.partition();
        assertThat(route(localhost.at(), localhost.at()).partitioned()).isTrue();
    }

    // ---- rates

    @Test
    void theTrafficOfALinkSharesOneRate() {
        LinkDirectionImpl forward =
                table.between(app.selector(), new LinkSelector.Any()).forward();
        assertThat(forward.rateLimiter(app.at(), db.at())).isSameAs(forward.rateLimiter(app.at(), localhost.at()));
        LinkDirectionImpl inbound =
                table.between(new LinkSelector.Any(), db.selector()).forward();
        assertThat(inbound.rateLimiter(app.at(), db.at())).isSameAs(inbound.rateLimiter(localhost.at(), db.at()));

        LinkDirectionImpl each = everywhere().forward();
        assertThat(each.rateLimiter(app.at(), db.at()))
                .isSameAs(each.rateLimiter(app.at(), db.at()))
                .isNotSameAs(each.rateLimiter(app.at(), localhost.at()))
                .isNotSameAs(each.rateLimiter(localhost.at(), db.at()));
    }

    @Test
    void aRateSerialisesWhatIsTransmitted() {
        RateLimiter limiter = new RateLimiter();
        assertThat(limiter.transmit(-5, 1, 8_000_000_000L)).isEqualTo(-4); // a byte per nanosecond
        assertThat(limiter.transmit(-5, 2, 8_000_000_000L)).isEqualTo(-2);
        assertThat(limiter.transmit(10, 2, 8_000_000_000L)).isEqualTo(12);
        assertThat(limiter.transmit(3, 5, 0)).isEqualTo(3);
        assertThat(limiter.transmit(3, 1, 8_000_000_000L)).isEqualTo(13);
        assertThat(limiter.transmit(20, Integer.MAX_VALUE, 1)).isEqualTo(Long.MAX_VALUE);
    }

    // ---- packets

    @Test
    void aDatagramIsCutIntoFragmentsOfTheMtu() {
        Impairment counted = Impairment.builder().mtu(100).countHeaders(true).build();
        Impairment payload = counted.toBuilder().countHeaders(false).build();
        assertThat(IpPackets.fragments(72, counted, false)).containsExactly(100);
        assertThat(IpPackets.fragments(72, payload, false)).containsExactly(72);
        assertThat(IpPackets.fragments(73, counted, false)).containsExactly(100, 21);
        assertThat(IpPackets.fragments(73, payload, false)).containsExactly(72, 1);
        assertThat(IpPackets.fragments(152, counted, false)).containsExactly(100, 100);
        assertThat(IpPackets.fragments(153, payload, false)).containsExactly(72, 80, 1);
        assertThat(IpPackets.fragments(52, counted, true)).containsExactly(100);
        assertThat(IpPackets.fragments(53, counted, true)).containsExactly(48 + 48, 48 + 13);
        assertThat(IpPackets.fragments(0, counted, false)).containsExactly(28);
        assertThat(IpPackets.fragments(0, payload, false)).containsExactly(0);
        assertThat(IpPackets.fragments(60_000, Impairment.NONE, false)).containsExactly(60_000);
    }

    @Test
    void aDatagramIsOversizeOneByteBeyondTheMtu() {
        Impairment limited = Impairment.builder().mtu(100).build();
        assertThat(IpPackets.isOversize(72, limited, false)).isFalse();
        assertThat(IpPackets.isOversize(73, limited, false)).isTrue();
        assertThat(IpPackets.isOversize(52, limited, true)).isFalse();
        assertThat(IpPackets.isOversize(53, limited, true)).isTrue();
        assertThat(IpPackets.isOversize(60_000, Impairment.NONE, false)).isFalse();
    }

    @Test
    void aSegmentHasAtLeastOneByte() {
        assertThat(IpPackets.segmentSize(1_500, false)).isEqualTo(1_460);
        assertThat(IpPackets.segmentSize(1_500, true)).isEqualTo(1_440);
        assertThat(IpPackets.segmentSize(61, true)).isEqualTo(1);
        assertThat(IpPackets.segmentSize(60, true)).isEqualTo(1);
        assertThat(IpPackets.segmentSize(50, true)).isEqualTo(1);
    }
}

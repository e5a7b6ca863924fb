package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Link;
import dev.nettest.LinkProfile;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The traffic that a link matches, which link applies, and its texts. */
class LinkTest extends NetworkFixture {
    private static final Duration INSTANT = Duration.ofNanos(1);
    private final Host app = network.host("app", "10.0.0.2", "fd00::2");
    private final Host db = network.host("db", "10.0.0.5", "fd00::5");

    /** The milliseconds that one byte takes from the connecting end to the other. */
    private long latencyOf(Connection client, Connection server) throws IOException {
        Text.write(client, "x");
        long start = clock.nanoTime();
        while (Text.tryRead(server).isEmpty()) {
            assertThat(clock.advanceToNext()).isTrue();
        }
        return Duration.ofNanos(clock.nanoTime() - start).toMillis();
    }

    private long latencyBetween(Host from, String address) throws IOException {
        Listener listener = network.listen(address);
        try {
            Connection client = connected(from, address);
            return latencyOf(client, accepted(listener));
        } finally {
            listener.close();
        }
    }

    private Connection connected(Host from, String address) {
        var dial = from.connectAsync(address).toCompletableFuture();
        while (!dial.isDone()) {
            clock.advanceToNext();
        }
        return dial.join();
    }

    private Connection accepted(Listener listener) throws IOException {
        Connection server = listener.tryAccept();
        while (server == null) {
            clock.advanceToNext();
            server = listener.tryAccept();
        }
        return server;
    }

    private static Impairment millis(int latency) {
        return Impairment.latency(Duration.ofMillis(latency));
    }

    // ---- matching

    @ParameterizedTest
    @ValueSource(strings = {"db", "DB", "10.0.0.5", "10.0.0.0/24", "10.0.0.4/31", "0.0.0.0/0", "*"})
    void aSideIsAHostAnAddressARangeOrAll(String side) throws Exception {
        network.link("app", side).impair(millis(7));

        assertThat(latencyBetween(app, "10.0.0.5:80")).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "10.0.0.4", "10.0.1.0/24", "10.0.0.6/31", "fd00::/16"})
    void otherSidesDoNotMatch(String side) throws Exception {
        network.link("app", side).impair(millis(7));

        assertThat(latencyBetween(app, "10.0.0.5:80")).isZero();
    }

    @Test
    void rangesOfIpv6AreBitsToo() throws Exception {
        network.link("fd00::/126", "fd00::4/126").impair(millis(7));

        assertThat(latencyBetween(app, "[fd00::5]:80")).isEqualTo(7);
    }

    @Test
    void aHostLinkMatchesAFakedAddress() throws Exception {
        network.link(app, db).impair(millis(7));
        Listener listener = db.listen(80);
        var dial = app.connectAsync("db:80", end -> end.localAddress("192.168.1.1:9"))
                .toCompletableFuture();
        clock.advanceTimeBy(Duration.ofMillis(21));

        assertThat(latencyOf(dial.join(), accepted(listener))).isEqualTo(7);
    }

    @Test
    void aFakedAddressHasItsOwnLinks() throws Exception {
        network.link("192.168.1.1", "db").impair(millis(9));
        Listener listener = db.listen(80);
        Connection client = app.connect("db:80");
        Connection server = accepted(listener);
        assertThat(latencyOf(client, server)).isZero();

        client.localAddress("192.168.1.1:9");

        assertThat(latencyOf(client, server)).isEqualTo(9);
    }

    @Test
    void aHostReachesItselfWithoutALink() throws Exception {
        network.defaultLink().impair(millis(7));

        assertThat(latencyBetween(db, "10.0.0.5:80")).isZero();
        assertThat(latencyBetween(app, "10.0.0.5:80")).isEqualTo(7);
    }

    @Test
    void theDefaultLinkMatchesAllPairsAndLocalhost() throws Exception {
        network.defaultLink().impair(millis(3), millis(5));
        ConnectionPair pair = network.pair();

        assertThat(latencyOf(pair.client(), pair.server())).isEqualTo(3);
        assertThat(latencyOf(pair.server(), pair.client())).isEqualTo(5);
    }

    // ---- precedence

    @Test
    void theMostSpecificImpairmentApplies() throws Exception {
        network.defaultLink().impair(millis(1));
        assertThat(latencyBetween(app, "10.0.0.5:80")).isEqualTo(1);
        network.link("*", "10.0.0.0/8").impair(millis(2));
        assertThat(latencyBetween(app, "10.0.0.5:80")).isEqualTo(2);
        network.link("*", "10.0.0.0/24").impair(millis(3));
        assertThat(latencyBetween(app, "10.0.0.5:80")).isEqualTo(3);
        network.link("*", "db").impair(millis(4));
        assertThat(latencyBetween(app, "10.0.0.5:80")).isEqualTo(4);
        network.link("*", "10.0.0.5").impair(millis(5));
        assertThat(latencyBetween(app, "10.0.0.5:80")).isEqualTo(5);
        network.link("10.0.0.2", "10.0.0.5").impair(millis(6));
        assertThat(latencyBetween(app, "10.0.0.5:80")).isEqualTo(6);
    }

    @Test
    void aPartitionLeavesTheImpairmentToAWiderLink() throws Exception {
        network.defaultLink().impair(millis(4));
        network.partition(app, db);
        network.repair(app, db);

        assertThat(latencyBetween(app, "10.0.0.5:80")).isEqualTo(4);
    }

    @Test
    void theSameSidesHaveTheSameLinkInEitherOrder() {
        Link link = network.link("app", "db");
        network.link(db, app).forward().impair(millis(7));

        assertThat(link.backward().impairment()).isEqualTo(millis(7));
        assertThat(link.forward().impairment()).isEqualTo(Impairment.NONE);
        assertThat(network.link("10.0.0.0/8", "*").forward())
                .isSameAs(network.link("*", "10.0.0.0/8").backward());
    }

    // ---- snapshot

    @Test
    void theSnapshotShowsChangedLinks() {
        network.link(app, db)
                .impair(Impairment.builder()
                        .latency(Duration.ofMillis(20))
                        .jitter(Duration.ofMillis(5))
                        .rate(10_000_000)
                        .loss(0.015)
                        .build());
        network.partitionOneWay("app", "db");
        network.link("*", "10.0.0.0/8").forward().hold();

        assertThat(network.snapshot().links())
                .containsExactly(
                        "app -> db delay 20ms 5ms distribution uniform rate 10mbit loss 1.5%, partitioned",
                        "db -> app delay 20ms 5ms distribution uniform rate 10mbit loss 1.5%",
                        "* -> 10.0.0.0/8 none, held");
        assertThat(network.snapshot().toString()).contains("\nlinks: app -> db delay 20ms");
    }

    @ParameterizedTest
    @EnumSource(LinkProfile.class)
    void everyProfileTakesTime(LinkProfile profile) {
        assertThat(profile.up().latency()).isPositive().isEqualTo(profile.down().latency());
        Link link = network.link(app, db).impair(profile);
        assertThat(link.forward().impairment()).isEqualTo(profile.up());
        assertThat(link.backward().impairment()).isEqualTo(profile.down());
    }

    // ---- bad input

    @Test
    void badSidesAreRefused() {
        assertThatThrownBy(() -> network.link("app", "nobody"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("no side of a link: \"nobody\"; expected the name of a host, an address, a range such as"
                        + " 10.0.0.0/8, or *");
        assertThatThrownBy(() -> network.link("app", "10.0.0.0/33"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a range: 10.0.0.0/33; expected 0 to 32 bits behind the slash");
        assertThatThrownBy(() -> network.link("app", "fd00::/x")).hasMessageContaining("expected 0 to 128 bits");
        assertThatThrownBy(() -> network.link("app", null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void badHostPairsAreRefused() {
        assertThatThrownBy(() -> network.link(app, app))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("no link from host app (10.0.0.2, fd00::2) to itself");
        assertThatThrownBy(() -> network.link("app", "app"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("no link from host app (10.0.0.2, fd00::2) to itself");
        assertThat(network.link("localhost", "localhost").forward().isPartitioned())
                .isFalse();
        try (Network other = Network.create()) {
            Host stranger = other.host("stranger", "10.0.0.2");
            assertThatThrownBy(() -> network.link(app, stranger))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a host of another network: host stranger (10.0.0.2)");
            assertThatThrownBy(() -> network.isolate(stranger)).hasMessageStartingWith("a host of another network");
            assertThatThrownBy(() -> network.split(List.of(List.of(app), List.of(db, stranger))))
                    .hasMessageStartingWith("a host of another network");
            assertThat(network.link(app, db).forward().isPartitioned()).isFalse(); // unchanged
        }
    }

    @Test
    void badSplitsAreRefused() {
        assertThatThrownBy(() -> network.split(List.of(List.of(app, db))))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a split needs two groups of hosts or more");
        assertThatThrownBy(() -> network.split(List.of(List.of(app), List.of(db, app))))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("host app (10.0.0.2, fd00::2) stands in more than one place of a split");
        try (Network other = Network.create()) {
            Host foreign = other.host("foreign", "10.0.0.9");
            assertThatThrownBy(() -> network.split(List.of(List.of(app), List.of(db, foreign))))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a host of another network: host foreign (10.0.0.9)");
        }
        assertThat(network.snapshot().links()).isEmpty();
    }

    @Test
    void badImpairmentsAreRefused() {
        Impairment.Builder builder = Impairment.builder();
        assertThatThrownBy(() -> builder.latency(Duration.ofMillis(-1)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("latency");
        assertThatThrownBy(() -> builder.jitter(Duration.ofMillis(-1))).hasMessageContaining("jitter");
        assertThatThrownBy(() -> builder.rate(0)).hasMessageContaining("rate").hasMessageContaining("0");
        assertThatThrownBy(() -> builder.loss(1.5))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("loss must be a probability from 0 to 1: 1.5");
        assertThatThrownBy(() -> builder.loss(Double.NaN)).hasMessage("loss must be a probability from 0 to 1: NaN");
        assertThatThrownBy(() -> builder.lossGilbert(0.1, -0.1))
                .hasMessage("badToGood must be a probability from 0 to 1: -0.1");
        assertThatThrownBy(() -> builder.reorder(0.5).build())
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("reorder 0.5 without a latency");
    }

    @Test
    void anImpairmentPrintsNetemArguments() {
        assertThat(Impairment.NONE).hasToString("none");
        Impairment all = Impairment.builder()
                .latency(Duration.ofMillis(20))
                .jitter(Duration.ofMillis(5))
                .distribution(Impairment.Distribution.NORMAL)
                .rate(1_500)
                .lossGilbertElliott(0.01, 0.3, 0.9, 0.001)
                .duplicate(0.1)
                .reorder(0.25)
                .corrupt(0.001)
                .build();
        assertThat(all)
                .hasToString("delay 20ms 5ms distribution normal rate 1500bit loss gemodel 1% 30% 90% 0.1%"
                        + " duplicate 10% reorder 25% corrupt 0.1%");
        assertThat(all.toBuilder().build()).isEqualTo(all).hasSameHashCodeAs(all);
        assertThat(all.latency()).isEqualTo(Duration.ofMillis(20));
        assertThat(all.jitter()).isEqualTo(Duration.ofMillis(5));
        assertThat(all.rate()).isEqualTo(1_500);
        assertThat(all.duplicate()).isEqualTo(0.1);
        assertThat(all.reorder()).isEqualTo(0.25);
        assertThat(all.corrupt()).isEqualTo(0.001);
        assertThat(all.distribution()).isEqualTo(Impairment.Distribution.NORMAL);
        assertThat(all.goodToBad()).isEqualTo(0.01);
        assertThat(all.badToGood()).isEqualTo(0.3);
        assertThat(all.lossInBad()).isEqualTo(0.9);
        assertThat(all.lossInGood()).isEqualTo(0.001);
    }

    @Test
    void aRateAndAnMtuPrintWhatTheyCountAndRefuse() {
        Impairment counted =
                Impairment.builder().rate(8_000).countHeaders(true).mtu(1280).build();
        assertThat(counted).hasToString("rate 8kbit with headers mtu 1280");
        assertThat(counted.countsHeaders()).isTrue();
        assertThat(counted.mtu()).isEqualTo(1280);
        assertThat(counted.oversize()).isEqualTo(Impairment.Oversize.FRAGMENT);
        assertThat(counted.toBuilder().mtu(68, Impairment.Oversize.DROP).build())
                .hasToString("rate 8kbit with headers mtu 68 drop");
        assertThat(counted.toBuilder().unlimitedRate().unlimitedMtu().build())
                .hasToString("none")
                .isEqualTo(Impairment.builder().countHeaders(true).build());
        assertThatThrownBy(() -> Impairment.builder().mtu(67)).hasMessage("mtu must be at least 68 bytes: 67");
        assertThat(Impairment.builder().jitter(INSTANT).build()).hasToString("delay 0s 1ns distribution uniform");
    }

    @Test
    void impairmentsAreEqualIfAllTheirValuesAre() {
        List<Impairment> different = List.of(
                Impairment.NONE,
                Impairment.builder().latency(INSTANT).build(),
                Impairment.builder().jitter(INSTANT).build(),
                Impairment.builder()
                        .distribution(Impairment.Distribution.NORMAL)
                        .build(),
                Impairment.builder().rate(1).build(),
                Impairment.builder().countHeaders(true).build(),
                Impairment.builder().mtu(68).build(),
                Impairment.builder().mtu(68, Impairment.Oversize.DROP).build(),
                Impairment.builder().lossGilbertElliott(0.5, 0, 0, 0).build(),
                Impairment.builder().lossGilbertElliott(0, 0.5, 0, 0).build(),
                Impairment.builder().lossGilbertElliott(0, 0, 0.5, 0).build(),
                Impairment.builder().lossGilbertElliott(0, 0, 0, 0.5).build(),
                Impairment.builder().duplicate(0.5).build(),
                Impairment.builder().jitter(INSTANT).reorder(0.5).build(),
                Impairment.builder().corrupt(0.5).build());

        assertThat(different).doesNotHaveDuplicates();
        assertThat(different)
                .allSatisfy(impairment -> assertThat(impairment.toBuilder().build())
                        .isEqualTo(impairment)
                        .hasSameHashCodeAs(impairment)
                        .hasToString(impairment.toString()));
        assertThat(Impairment.builder().loss(0.5).build())
                .isEqualTo(Impairment.builder().lossGilbertElliott(0, 0, 0, 0.5).build());
        assertThat(Impairment.builder().lossGilbert(0.5, 0.25).build())
                .isEqualTo(
                        Impairment.builder().lossGilbertElliott(0.5, 0.25, 1, 0).build());
        assertThat(Impairment.NONE).isNotEqualTo("none");
    }
}

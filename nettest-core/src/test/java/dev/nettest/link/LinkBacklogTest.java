package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.Link;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The traffic that a held or cut link stops: datagrams in flight are lost, the rest is counted. */
class LinkBacklogTest extends NetworkFixture {
    private static final Duration ONE_WAY = Duration.ofMillis(50);

    private final Host app = network.host("app", "10.0.0.2");
    private final Host db = network.host("db", "10.0.0.5");
    private final Link link = network.link(app, db);
    private Connection client;
    private DatagramEndpoint sender;
    private DatagramEndpoint receiver;

    @BeforeEach
    void open() throws IOException {
        db.listen(80);
        client = app.connect("db:80");
        sender = app.bindDatagram("10.0.0.2:1");
        receiver = db.bindDatagram("10.0.0.5:2");
    }

    private void send(int size) throws IOException {
        sender.send(ByteBuffer.allocate(size), "db:2");
    }

    private void assertBacklog(long bytes, int datagrams) {
        assertThat(link.heldBytes()).isEqualTo(bytes);
        assertThat(link.heldDatagrams()).isEqualTo(datagrams);
    }

    // ---- datagrams in flight

    @Test
    void aPartitionLosesTheDatagramsInFlight() throws Exception {
        link.latency(ONE_WAY);
        send(10);
        clock.advanceTimeBy(ONE_WAY.dividedBy(2));

        network.partition(app, db);
        clock.advanceTimeBy(ONE_WAY);

        assertThat(receiver.receivedCount()).isZero();
        assertThat(link.forward().lost()).isEqualTo(1);
    }

    @Test
    void aRepairBeforeTheArrivalDoesNotBringThemBack() throws Exception {
        link.latency(ONE_WAY);
        send(10);

        link.partition().repair();
        send(20);
        clock.advanceTimeBy(ONE_WAY);

        assertThat(receiver.receivedCount()).isEqualTo(1);
        assertThat(link.forward().lost()).isEqualTo(1);
    }

    @Test
    void aPartitionOfAWiderLinkLosesThemToo() throws Exception {
        link.latency(ONE_WAY);
        send(10);

        network.isolate(db);
        clock.advanceTimeBy(ONE_WAY);

        assertThat(receiver.receivedCount()).isZero();
        assertThat(network.link("*", "db").forward().lost()).isEqualTo(1);
    }

    @Test
    void aPartitionOfTheOtherDirectionDoesNotAffectThem() throws Exception {
        link.latency(ONE_WAY);
        send(10);

        network.partitionOneWay(db, app);
        clock.advanceTimeBy(ONE_WAY);

        assertThat(receiver.receivedCount()).isEqualTo(1);
    }

    @Test
    void aHoldLetsThemArrive() throws Exception {
        link.latency(ONE_WAY);
        send(10);

        network.hold(app, db);
        clock.advanceTimeBy(ONE_WAY);

        assertThat(receiver.receivedCount()).isEqualTo(1);
        assertBacklog(0, 0);
    }

    @Test
    void datagramsSentDuringAPartitionAreCountedAsLost() throws Exception {
        network.partition(app, db);
        send(10);
        send(10);

        assertThat(link.forward().lost()).isEqualTo(2);
        assertThat(link.backward().lost()).isZero();
        assertBacklog(0, 0);
    }

    // ---- what waits

    @Test
    void aHeldLinkCountsWhatItHolds() throws Exception {
        network.hold("app", "db");
        send(10);
        send(20);
        Text.write(client, "hello");
        Text.write(client.peer(), "yes");

        assertBacklog(38, 2);
        assertThat(link.forward().heldBytes()).isEqualTo(35);
        assertThat(link.forward().heldDatagrams()).isEqualTo(2);
        assertThat(link.backward().heldBytes()).isEqualTo(3);
        assertThat(link.backward().heldDatagrams()).isZero();
        assertThat(network.snapshot().toString())
                .contains("app -> db none, held, backlog 35b 2p; db -> app none, held, backlog 3b 0p");

        network.release("app", "db");
        assertBacklog(0, 0);
        assertThat(receiver.receivedCount()).isEqualTo(2);
        assertThat(Text.tryRead(client.peer())).isEqualTo("hello");
    }

    @Test
    void aHoldCountsStreamBytesInFlight() throws Exception {
        link.latency(ONE_WAY);
        Text.write(client, "hello");
        assertBacklog(0, 0);

        link.hold();

        assertBacklog(5, 0);
    }

    @Test
    void aPartitionHoldsStreamBytes() throws Exception {
        network.partition(app, db);
        Text.write(client, "hello");

        assertBacklog(5, 0);
    }

    @Test
    void aPausedHostIsNotTheLink() throws Exception {
        db.pause();
        Text.write(client, "hello");

        assertBacklog(0, 0);
    }

    @Test
    void trafficOfOtherLinksDoesNotCount() throws Exception {
        Host cache = network.host("cache", "10.0.0.9");
        network.defaultLink().hold();
        cache.bindDatagram().send(ByteBuffer.allocate(7), "db:2");
        send(10);

        assertBacklog(0, 0);
        assertThat(network.defaultLink().heldBytes()).isEqualTo(17);
        assertThat(network.link("cache", "db").heldBytes()).isZero();
    }

    // ---- shortcuts of the network

    @Test
    void oneDirectionIsHeldAndReleased() throws Exception {
        network.holdOneWay("app", "db");
        network.holdOneWay(db, network.host("cache", "10.0.0.9"));
        send(10);

        assertThat(link.forward().isHeld()).isTrue();
        assertThat(link.backward().isHeld()).isFalse();
        network.release(app, db);
        assertThat(receiver.receivedCount()).isEqualTo(1);
        assertThat(network.link("db", "cache").forward().isHeld()).isTrue();
    }

    @Test
    void allLinksAreReleased() throws Exception {
        network.hold(app, db);
        network.defaultLink().hold();
        send(10);

        network.release();

        assertThat(receiver.receivedCount()).isEqualTo(1);
        assertThat(link.forward().isHeld()).isFalse();
    }
}

package dev.nettest.datagram;

import static dev.nettest.datagram.Packets.NONE;
import static dev.nettest.datagram.Packets.receive;
import static dev.nettest.datagram.Packets.receiveAll;
import static dev.nettest.datagram.Packets.send;
import static dev.nettest.datagram.Packets.sender;
import static dev.nettest.datagram.Packets.tryReceive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Host;
import dev.nettest.Readiness;
import dev.nettest.Snapshot;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagram endpoints of hosts: binding, source addresses, crashes and pauses. */
class HostDatagramTest extends NetworkFixture {

    /** How many small datagrams a send buffer of Linux holds. */
    private static final int SEND_BUFFER = 256;

    private final Host app = network.host("app", "10.0.0.2", "fd00::2");
    private final Host db = network.host("db", "10.0.0.5", "10.0.1.5");

    // ---- binding

    @Test
    void theDefaultAddressIsTheFirstOneWithAFreePort() throws IOException {
        DatagramEndpoint endpoint = db.bindDatagram();

        assertThat(endpoint.localAddress()).hasToString("/10.0.0.5:49152");
        assertThat(endpoint.host()).isSameAs(db);
        assertThat(endpoint).hasToString("datagram endpoint 10.0.0.5:49152");
        assertThat(network.bindDatagram().host()).isSameAs(network.localhost());
    }

    @Test
    void twoHostsCanBindTheSameWildcard() throws IOException {
        DatagramEndpoint ofApp = app.bindDatagram("*:53");
        DatagramEndpoint ofDb = db.bindDatagram(new InetSocketAddress(53));
        DatagramEndpoint ofNetwork = network.bindDatagram("*:53");
        DatagramEndpoint client = network.bindDatagram();

        client.send(Text.bytes("app"), "10.0.0.2:53");
        client.send(Text.bytes("db"), "10.0.1.5:53");
        client.send(Text.bytes("not of a host"), "10.0.0.99:53");

        assertThat(receiveAll(ofApp)).isEqualTo("app");
        assertThat(receiveAll(ofDb)).isEqualTo("db");
        assertThat(receiveAll(ofNetwork)).isEqualTo("not of a host");
        assertThatThrownBy(() -> db.bindDatagram("10.0.0.5:53"))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Address already in use");
        assertThat(ofDb).hasToString("datagram endpoint *:53 of db");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2:53", "127.0.0.1:53", "10.9.9.9:0", "app:53", "127.255.255.255:53"})
    void aHostBindsOnlyItsOwnAddresses(String address) {
        assertThatThrownBy(() -> db.bindDatagram(address))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Cannot assign requested address");
    }

    @Test
    void theNetworkBindsAHostsAddressForThatHost() throws IOException {
        DatagramEndpoint endpoint = network.bindDatagram("10.0.0.5:53");

        assertThat(endpoint.host()).isSameAs(db);
        assertThatThrownBy(() -> db.bindDatagram("*:53")).hasMessage("Address already in use");
        db.crash();
        assertThat(endpoint.isClosed()).isTrue();
        assertThatThrownBy(() -> network.bindDatagram("10.0.0.5:53"))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Network is down: host db crashed before this bind");
    }

    @Test
    void aBoundAddressCannotBeGivenToAHost() throws IOException {
        network.bindDatagram("10.0.0.7:53");

        assertThatThrownBy(() -> network.host("late", "10.0.0.6", "10.0.0.7"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("address already bound: 10.0.0.7:53 is in use; make host late before binding there");
        assertThat(network.bindDatagram("10.0.0.6:53").host()).isSameAs(network.localhost());
    }

    @Test
    void theHookRunsBeforeTheBind() throws IOException {
        DatagramEndpoint endpoint = db.bindDatagram("db:53", unbound -> {
            assertThat(unbound.host()).isSameAs(db);
            assertThat(unbound.port()).isZero();
            unbound.reuseAddress(true);
        });

        assertThat(endpoint.reuseAddress()).isTrue();
        assertThatThrownBy(() -> db.bindDatagram("db:54", unbound -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(db.bindDatagram("db:54").port()).isEqualTo(54);
    }

    // ---- sources

    @ParameterizedTest
    @CsvSource({
        "10.0.0.2:53, 10.0.0.5",
        "127.0.0.1:53, 10.0.0.5",
        "10.0.1.5:53, 10.0.1.5",
        "10.0.0.5:53, 10.0.0.5",
        "255.255.255.255:53, 10.0.0.5",
        "239.1.2.3:53, 10.0.0.5"
    })
    void aWildcardSelectsItsSourceAddressLikeLinux(String target, String source) throws IOException {
        DatagramEndpoint from = db.bindDatagram("*:0");
        DatagramEndpoint ofApp = app.bindDatagram("*:53").join("239.1.2.3");
        DatagramEndpoint ofDb = db.bindDatagram("*:53");
        DatagramEndpoint ofLocalhost = network.bindDatagram("*:53");

        from.send(Text.bytes("x"), target);

        DatagramEndpoint reached = ofApp.isReadable() ? ofApp : ofDb.isReadable() ? ofDb : ofLocalhost;
        assertThat(sender(reached)).hasToString("/" + source + ":" + from.port());
    }

    @Test
    void aFamilyWithoutASourceAddressIsUnreachable() throws IOException {
        DatagramEndpoint from = db.bindDatagram("*:0");
        DatagramEndpoint six = app.bindDatagram("*:53");

        assertThatThrownBy(() -> from.send(Text.bytes("x"), "[fd00::2]:53"))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Network is unreachable");
        assertThatThrownBy(() -> from.connect("[fd00::2]:53")).hasMessage("Network is unreachable");
        six.send(Text.bytes("6"), "[fd00::2]:53");
        assertThat(sender(six)).hasToString("/[fd00:0:0:0:0:0:0:2]:53");
    }

    @Test
    void aConnectedWildcardShowsItsSourceAddress() throws IOException {
        DatagramEndpoint from = db.bindDatagram("*:0").connect("app:53");

        assertThat(from.localAddress()).hasToString("/10.0.0.5:" + from.port());
        assertThat(from.disconnect().localAddress()).isEqualTo(new InetSocketAddress("0.0.0.0", from.port()));
    }

    @Test
    void theWildcardTargetIsTheSendersHost() throws IOException {
        DatagramEndpoint ofDb = db.bindDatagram("*:53");
        app.bindDatagram("*:53");

        db.bindDatagram().send(Text.bytes("own"), "*:53");

        assertThat(receive(ofDb)).isEqualTo("own");
    }

    // ---- broadcast and multicast

    @Test
    void broadcastsAndGroupsReachAllHosts() throws IOException {
        DatagramEndpoint[] all = {app.bindDatagram("*:53"), db.bindDatagram("*:53"), network.bindDatagram("*:53")};
        for (DatagramEndpoint endpoint : all) {
            endpoint.join("239.1.2.3");
        }
        DatagramEndpoint sender = app.bindDatagram();

        sender.send(Text.bytes("all"), "255.255.255.255:53");
        sender.send(Text.bytes("group"), "239.1.2.3:53");
        sender.send(Text.bytes("loopback"), "127.255.255.255:53");

        assertThat(receiveAll(all[0])).isEqualTo("all group");
        assertThat(receiveAll(all[1])).isEqualTo("all group");
        assertThat(receiveAll(all[2])).isEqualTo("all group loopback");
    }

    @Test
    void aGroupIsBoundByEveryHost() throws IOException {
        DatagramEndpoint ofApp = app.bindDatagram("239.1.2.3:53").join("239.1.2.3");
        DatagramEndpoint ofDb = db.bindDatagram("239.1.2.3:53").join("239.1.2.3");
        DatagramEndpoint everybody = db.bindDatagram("255.255.255.255:67");

        ofApp.send(Text.bytes("x"), "239.1.2.3:53");
        ofApp.send(Text.bytes("y"), "255.255.255.255:67");

        assertThat(sender(ofDb)).hasToString("/10.0.0.2:53");
        assertThat(receive(ofApp)).isEqualTo("x");
        assertThat(receive(everybody)).isEqualTo("y");
        assertThat(ofDb).hasToString("datagram endpoint 239.1.2.3:53 of db");
    }

    @Test
    void withoutMulticastLoopLocalMembersReceiveNothing() throws IOException {
        DatagramEndpoint sender = app.bindDatagram("*:53").join("239.1.2.3").multicastLoop(false);
        DatagramEndpoint beside = app.bindDatagram("*:54").join("239.1.2.3");
        DatagramEndpoint elsewhere = db.bindDatagram("*:54").join("239.1.2.3");

        sender.send(Text.bytes("x"), "239.1.2.3:53");
        sender.send(Text.bytes("x"), "239.1.2.3:54");

        assertThat(tryReceive(sender)).isEqualTo(NONE);
        assertThat(tryReceive(beside)).isEqualTo(NONE);
        assertThat(tryReceive(elsewhere)).isEqualTo("x");
    }

    // ---- crash

    @Test
    void aCrashClosesTheEndpointsLikeAnotherThread() throws Exception {
        DatagramEndpoint endpoint = db.bindDatagram("*:53");
        Background<String> reader = Background.call(() -> receive(endpoint)).awaitParked();

        db.crash();

        assertThat(reader.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(endpoint.isClosed()).isTrue();
        assertThatThrownBy(() -> receive(endpoint)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> db.bindDatagram())
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Network is down: host db crashed before this bind");
        db.restart();
        assertThat(db.bindDatagram("*:53").isClosed()).isFalse();
    }

    @Test
    void aCrashMakesThePortUnreachable() throws Exception {
        db.bindDatagram("*:53");
        DatagramEndpoint client = app.bindDatagram().connect("db:53");
        client.send(Text.bytes("heard"));

        db.crash();
        client.send(Text.bytes("lost"));

        assertThatThrownBy(() -> client.send(Text.bytes("x"))).isExactlyInstanceOf(PortUnreachableException.class);
        db.restart();
        client.send(Text.bytes("lost too"));
        assertThatThrownBy(() -> receive(client)).isExactlyInstanceOf(PortUnreachableException.class);
    }

    @Test
    void aSilentCrashSendsNothing() throws Exception {
        DatagramEndpoint endpoint = db.bindDatagram("*:53");
        DatagramEndpoint client = app.bindDatagram().connect("db:53");

        db.crashSilently();
        client.send(Text.bytes("lost"));
        client.send(Text.bytes("lost"));

        assertThat(tryReceive(client)).isEqualTo(NONE);
        assertThat(endpoint.isClosed()).isTrue();
        db.restart();
        client.send(Text.bytes("not bound"));
        assertThatThrownBy(() -> receive(client)).isExactlyInstanceOf(PortUnreachableException.class);
    }

    @Test
    void endpointsOfOtherHostsStayOpen() throws IOException {
        DatagramEndpoint ofApp = app.bindDatagram();
        DatagramEndpoint ofLocalhost = network.bindDatagram();

        db.crash();
        send(ofApp, "x", ofLocalhost);

        assertThat(receive(ofLocalhost)).isEqualTo("x");
    }

    @Test
    void heldSendsAreLostInASilentCrash() throws IOException {
        DatagramEndpoint client = app.bindDatagram();
        DatagramEndpoint endpoint = db.bindDatagram();
        endpoint.faults().send(Fault.reorder(5).once());
        send(endpoint, "held", client);

        db.crashSilently();
        db.restart();

        assertThat(tryReceive(client)).isEqualTo(NONE);
    }

    // ---- pause

    @Test
    void datagramsToAPausedHostWaitThere() throws Exception {
        DatagramEndpoint client = app.bindDatagram();
        DatagramEndpoint endpoint = db.bindDatagram();
        send(client, "before", endpoint);
        db.pause();
        send(client, "during", endpoint);

        assertThat(endpoint.isReadable()).isFalse();
        assertThat(tryReceive(endpoint)).isEqualTo(NONE);
        assertThat(endpoint.receivedCount()).isEqualTo(2);
        Background<String> reader = Background.call(() -> receive(endpoint)).awaitParked();
        db.resume();
        assertThat(reader.result()).isEqualTo("before");
        assertThat(receive(endpoint)).isEqualTo("during");
    }

    @Test
    void datagramsToAPausedHostWithAFullBufferAreDropped() throws IOException {
        DatagramEndpoint client = app.bindDatagram();
        DatagramEndpoint endpoint = db.bindDatagram().receiveBufferSize(3 * 832);
        db.pause();
        for (int i = 1; i <= 5; i++) {
            send(client, "" + i, endpoint);
        }
        db.resume();

        assertThat(receiveAll(endpoint)).isEqualTo("1 2 3");
        assertThat(endpoint.droppedCount()).isEqualTo(2);
    }

    @Test
    void datagramsFromAPausedHostLeaveInOrderAfterThePause() throws IOException {
        DatagramEndpoint client = app.bindDatagram();
        DatagramEndpoint endpoint = db.bindDatagram();
        DatagramEndpoint other = db.bindDatagram();
        send(endpoint, "before", client);
        db.pause();
        send(endpoint, "1", client);
        send(other, "2", client);
        send(endpoint, "3", client);
        endpoint.close();

        assertThat(receiveAll(client)).isEqualTo("before");
        db.resume();
        assertThat(receiveAll(client)).isEqualTo("1 2 3");
    }

    @Test
    void datagramsWithinAPausedHostArriveAfterThePause() throws IOException {
        DatagramEndpoint endpoint = db.bindDatagram();
        db.pause();
        send(endpoint, "self", endpoint);
        assertThat(endpoint.receivedCount()).isZero();
        db.resume();

        assertThat(receive(endpoint)).isEqualTo("self");
    }

    @Test
    void aSendWaitsWhenTheSendBufferIsFull() throws Exception {
        DatagramEndpoint client = app.bindDatagram().receiveBufferSize(DatagramEndpoint.UNLIMITED);
        DatagramEndpoint endpoint = db.bindDatagram();
        db.pause();
        for (int i = 0; i < SEND_BUFFER; i++) {
            assertThat(endpoint.trySend(Text.bytes("x"), client.localAddress())).isTrue();
        }

        assertThat(endpoint.trySend(Text.bytes("x"), client.localAddress())).isFalse();
        assertThat(db.bindDatagram().trySend(Text.bytes("x"), client.localAddress()))
                .isTrue(); // each endpoint has its own
        boolean[] writable = {false};
        endpoint.onReady(Readiness.WRITABLE, () -> writable[0] = true);
        assertThat(writable[0]).isFalse();
        Background<Void> sender =
                Background.run(() -> send(endpoint, "last", client)).awaitParked();
        db.resume();
        sender.result();
        assertThat(writable[0]).isTrue();
        assertThat(receiveAll(client)).isEqualTo("x ".repeat(SEND_BUFFER + 1) + "last");
    }

    @Test
    void sendFaultsOfAPausedHostActAtTheSend() throws IOException {
        DatagramEndpoint client = app.bindDatagram();
        DatagramEndpoint endpoint = db.bindDatagram();
        FaultHandle dropping = endpoint.faults().send(Fault.drop().nth(1));
        endpoint.faults().send(Fault.duplicate(1).nth(2));
        endpoint.faults().send(Fault.reorder(1).nth(3));
        db.pause();
        for (int i = 1; i <= 4; i++) {
            send(endpoint, "" + i, client);
        }

        assertThat(dropping.fireCount()).isEqualTo(1);
        db.resume();
        assertThat(receiveAll(client)).isEqualTo("2 2 4 3");
    }

    @Test
    void receiveFaultsOfAPausedHostActAtTheReceive() throws IOException {
        DatagramEndpoint client = app.bindDatagram();
        DatagramEndpoint endpoint = db.bindDatagram();
        FaultHandle dropping = endpoint.faults().receive(Fault.drop().once());
        db.pause();
        send(client, "1", endpoint);
        send(client, "2", endpoint);

        assertThat(dropping.fireCount()).isZero();
        db.resume();
        assertThat(receiveAll(endpoint)).isEqualTo("2");
        assertThat(dropping.fireCount()).isEqualTo(1);
    }

    @Test
    void anAttemptDuringAPauseMeetsNoFault() throws IOException {
        DatagramEndpoint client = app.bindDatagram();
        DatagramEndpoint endpoint = db.bindDatagram();
        FaultHandle duplicating = endpoint.faults().receive(Fault.duplicate(1).once());
        send(client, "1", endpoint);
        db.pause();

        assertThat(tryReceive(endpoint)).isEqualTo(NONE);
        assertThat(duplicating.fireCount()).isZero();
        db.resume();

        assertThat(receiveAll(endpoint)).isEqualTo("1 1");
        assertThat(duplicating.fireCount()).isEqualTo(1);
    }

    @Test
    void aPausedHostReportsAnUnreachablePortAfterThePause() throws IOException {
        DatagramEndpoint client = app.bindDatagram().connect("db:53");
        db.pause();
        client.send(Text.bytes("1"));
        client.send(Text.bytes("2"));

        assertThat(tryReceive(client)).isEqualTo(NONE);
        db.resume();
        assertThatThrownBy(() -> receive(client)).isExactlyInstanceOf(PortUnreachableException.class);
        assertThat(tryReceive(client)).isEqualTo(NONE);
    }

    @Test
    void aPausedHostReceivesAPendingErrorAfterThePause() throws IOException {
        DatagramEndpoint before = db.bindDatagram().connect("app:53");
        DatagramEndpoint during = db.bindDatagram().connect("app:53");
        before.send(Text.bytes("x"));
        db.pause();
        during.send(Text.bytes("x"));

        assertThatThrownBy(() -> receive(before)).isExactlyInstanceOf(PortUnreachableException.class);
        assertThat(tryReceive(during)).isEqualTo(NONE);
        db.resume();
        assertThatThrownBy(() -> receive(during)).isExactlyInstanceOf(PortUnreachableException.class);
    }

    @Test
    void anEndpointBoundDuringAPauseIsPaused() throws IOException {
        db.pause();
        DatagramEndpoint endpoint = db.bindDatagram("db:53");
        app.bindDatagram().send(Text.bytes("x"), "db:53");

        assertThat(endpoint.isReadable()).isFalse();
        db.resume();
        assertThat(receive(endpoint)).isEqualTo("x");
    }

    @Test
    void aCrashDuringAPauseLosesHeldDatagrams() throws Exception {
        DatagramEndpoint client = app.bindDatagram();
        DatagramEndpoint endpoint = db.bindDatagram();
        DatagramEndpoint full = db.bindDatagram();
        db.pause();
        send(endpoint, "lost", client);
        for (int i = 0; i < SEND_BUFFER; i++) {
            send(full, "lost", client);
        }
        Background<Void> sender = Background.run(() -> send(full, "x", client)).awaitParked();

        db.crash();
        assertThat(sender.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        db.restart();
        assertThat(tryReceive(client)).isEqualTo(NONE);
        send(db.bindDatagram(), "new", client);
        assertThat(receive(client)).isEqualTo("new");
    }

    @Test
    void sendsWhileAPauseEndsKeepTheirOrder() throws Exception {
        DatagramEndpoint client = app.bindDatagram().receiveBufferSize(DatagramEndpoint.UNLIMITED);
        DatagramEndpoint endpoint = db.bindDatagram();
        int count = 2000;
        Background<Void> sender = Background.run(() -> {
            for (int i = 0; i < count; i++) {
                send(endpoint, "" + i, client);
            }
        });
        while (!sender.isDone()) {
            db.pause();
            db.resume();
        }
        sender.result();

        for (int i = 0; i < count; i++) {
            assertThat(receive(client)).isEqualTo("" + i);
        }
    }

    // ---- snapshot

    @Test
    void theSnapshotShowsTheHostOfAWildcard() throws IOException {
        db.bindDatagram("*:53");
        app.bindDatagram("*:54").connect("db:53");
        network.bindDatagram("*:55");
        db.bindDatagram("10.0.0.5:56");

        Snapshot snapshot = network.snapshot();
        assertThat(snapshot.datagrams()).extracting(Snapshot.Row::note).containsExactly("of db", "of app", "", "");
        assertThat(snapshot.datagrams().get(1).localAddress()).hasToString("/10.0.0.2:54");
    }
}

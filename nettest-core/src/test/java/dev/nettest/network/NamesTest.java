package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.testing.NetworkFixture;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Name resolution, and changes of its answers. */
class NamesTest extends NetworkFixture {
    private final Host db = network.host("db", "10.0.0.5", "fd00::5");

    @ParameterizedTest
    @ValueSource(strings = {"db", "DB", "Db", "db."})
    void hostNameResolvesToAllItsAddresses(String name) throws Exception {
        assertThat(network.resolve(name)).containsExactly(ip("10.0.0.5"), ip("fd00::5"));
    }

    /** The JDK parses these without a name service. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.1",
                "127.0.1",
                "127.256",
                "127.65536",
                "2130706433",
                "0",
                "1",
                "0177.0.0.1",
                "0010.2",
                "08.0.0.1",
                "4294967295",
                "127.0.0.01",
                "10.0.65535",
                "[::1]",
                "::ffff:127.0.0.1",
                "::1.2.3.4"
            })
    void aLiteralIsParsedLikeByTheJdk(String literal) throws Exception {
        assertThat(network.resolve(literal)).containsExactly(InetAddress.getByName(literal));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "256.0.0.1",
                "256.1",
                "1.16777216",
                "1.2.65536",
                "4294967296",
                "1.2.3.4.5",
                "127..1",
                "127.1.",
                "0x7f.1",
                "0000000127.0.0.1",
                "1e",
                " 127.1",
                ""
            })
    void otherNumbersAreNames(String name) {
        assertThatThrownBy(() -> network.resolve(name))
                .isExactlyInstanceOf(UnknownHostException.class)
                .hasMessage(name);
    }

    @Test
    void aLiteralIsNoHostName() {
        for (String literal : new String[] {"1", "127.1", "10.0.0.256"}) {
            assertThatThrownBy(() -> network.host(literal, "10.0.0.9"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("not a host name: \"" + literal + "\"");
        }
    }

    @Test
    void nameKeepsTheOrderOfItsAddresses() throws Exception {
        network.names().set("API.example.com", "10.0.0.9", "fd00::9", "10.0.0.8");

        assertThat(network.resolve("api.example.com")).containsExactly(ip("10.0.0.9"), ip("fd00::9"), ip("10.0.0.8"));
    }

    @Test
    void hostCanHaveASecondName() throws Exception {
        network.names().set("primary", db);

        assertThat(network.resolve("primary")).isEqualTo(db.addresses());
    }

    @Test
    void changedAnswerAppliesToLaterConnects() throws Exception {
        db.listen(80);
        network.listen("10.0.0.7:80");
        network.names().set("api", db);
        Connection before = network.connect("api:80");

        network.names().set("api", "10.0.0.7");

        assertThat(network.connect("api:80").remoteAddress()).hasToString("api/10.0.0.7:80");
        assertThat(before.remoteAddress()).hasToString("api/10.0.0.5:80");
        assertThat(before.isOpen()).isTrue();
    }

    // ---- names in addresses

    @Test
    void addressKeepsTheNameOnlyIfDialledByName() throws Exception {
        Listener listener = db.listen("db:80");
        Connection byName = network.connect("Db:80");
        Connection byAddress = network.connect("10.0.0.5:80");
        Connection byBoth = network.connect(new InetSocketAddress(InetAddress.getByAddress("alias", bytes(db)), 80));

        assertThat(hostName(byName.remoteAddress())).isEqualTo("Db");
        assertThat(hostName(byBoth.remoteAddress())).isEqualTo("alias");
        assertThat(byAddress.remoteAddress()).hasToString("/10.0.0.5:80");
        assertThat(listener.localAddress()).hasToString("/10.0.0.5:80");
        for (Connection dialled : new Connection[] {byName, byAddress, byBoth}) {
            Connection accepted = listener.accept();
            assertThat(accepted.localAddress()).hasToString("/10.0.0.5:80");
            assertThat(accepted.remoteAddress())
                    .hasToString(dialled.localAddress().toString())
                    .asString()
                    .startsWith("/");
        }
    }

    @Test
    void resolvedAddressKeepsTheName() throws Exception {
        assertThat(network.resolve("DB.")).extracting(InetAddress::getHostName).containsOnly("DB.");
        assertThat(network.resolve("10.0.0.5")).hasToString("[/10.0.0.5]");
        assertThat(db.addresses()).hasToString("[/10.0.0.5, /fd00:0:0:0:0:0:0:5]");
    }

    @Test
    void datagramPeerKeepsTheNameAndSenderHasNone() throws Exception {
        DatagramEndpoint server = db.bindDatagram("db:53");
        DatagramEndpoint client = network.bindDatagram("localhost:0").connect("db:53");
        client.send(ByteBuffer.allocate(1));

        assertThat(hostName(client.remoteAddress())).isEqualTo("db");
        assertThat(client.localAddress()).asString().startsWith("/127.0.0.1:");
        assertThat(server.localAddress()).hasToString("/10.0.0.5:53");
        assertThat(server.receive(ByteBuffer.allocate(1))).asString().startsWith("/127.0.0.1:");
    }

    @Test
    void socketKeepsTheDialledName() throws Exception {
        ServerSocket server = NetworkSockets.serverSocketFactory(db).createServerSocket(80);
        Socket byFactory = NetworkSockets.socketFactory(network).createSocket("db", 80);
        Socket byConnect = NetworkSockets.socketFactory(network).createSocket();
        byConnect.connect(InetSocketAddress.createUnresolved("db", 80));

        for (Socket dialled : new Socket[] {byFactory, byConnect}) {
            Socket accepted = server.accept();
            assertThat(dialled.getInetAddress().getHostName()).isEqualTo("db");
            assertThat(hostName(dialled.getRemoteSocketAddress())).isEqualTo("db");
            assertThat(dialled.getLocalAddress()).hasToString("/127.0.0.1");
            assertThat(accepted.getInetAddress()).hasToString("/127.0.0.1");
            assertThat(accepted.getLocalAddress()).hasToString("/10.0.0.5");
        }
    }

    @Test
    void namesAreIsolatedBetweenNetworks() throws Exception {
        try (Network other = Network.create()) {
            InetAddress here = network.localhost().addresses().get(0);

            InetAddress there = other.localhost().addresses().get(0);

            assertThat(here).isEqualTo(there).isNotSameAs(there); // it keeps the name that a lookup of it found
        }
    }

    private static String hostName(SocketAddress address) {
        return ((InetSocketAddress) address).getHostName();
    }

    private static byte[] bytes(Host host) {
        return host.addresses().get(0).getAddress();
    }

    // ---- connecting

    @Test
    void connectUsesTheFirstAddressOnly() throws Exception {
        network.names().set("api", "10.0.0.6", "10.0.0.7");
        network.listen("10.0.0.7:80");

        assertThatThrownBy(() -> network.connect("api:80"))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
    }

    @Test
    void aNameIsRemoved() {
        network.names().set("api", "10.0.0.7");

        network.names().remove("Api");
        network.names().remove("api");
        network.names().remove("db");

        unknown(() -> network.resolve("api"), "api");
        unknown(() -> network.connect("Db:80"), "Db");
        unknown(() -> network.listen("db:80"), "db");
    }

    @Test
    void unknownNameIsReportedAsWritten() {
        unknown(() -> network.resolve("Example.com"), "Example.com");
        unknown(() -> db.connect("example.com:80"), "example.com");
        assertThatThrownBy(() ->
                        db.connectAsync("example.com:80").toCompletableFuture().join())
                .isExactlyInstanceOf(CompletionException.class)
                .cause()
                .isExactlyInstanceOf(UnknownHostException.class)
                .hasMessage("example.com");
    }

    @Test
    void reverseLookupGivesTheFirstName() throws Exception {
        network.names().set("alias", "10.0.0.5");
        network.names().set("api", "10.0.0.7");

        assertThat(network.reverse(ip("10.0.0.5"))).isEqualTo("db");
        assertThat(network.reverse(ip("fd00::5"))).isEqualTo("db");
        assertThat(network.reverse(ip("10.0.0.7"))).isEqualTo("api");
        assertThat(network.reverse(ip("::1"))).isEqualTo("localhost");
        unknown(() -> network.reverse(ip("fd00:0::9")), "fd00::9");
        network.names().remove("db");
        assertThat(network.reverse(ip("10.0.0.5"))).isEqualTo("alias");
    }

    @Test
    void localhostCannotBeChanged() {
        refused(() -> network.names().set("LOCALHOST", "10.0.0.1"));
        refused(() -> network.names().set("localhost.", db));
        refused(() -> network.names().remove("localhost"));
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("localhost is 127.0.0.1 and ::1 and cannot be changed");
    }

    @Test
    void answerNeedsAtLeastOneAddress() {
        assertThatThrownBy(() -> network.names().set("api"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("no address for api; a name without one is removed");
        assertThatThrownBy(() -> network.names().set("api", "10.0.0.1", "db"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("not an address of a host: \"db\"; expected an IP address, such as 10.0.0.5 or fd00::5");
        assertThatThrownBy(() -> network.names().set("10.0.0.1", "10.0.0.1"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not a host name: \"10.0.0.1\"");
        assertThat(network.names().all()).containsOnlyKeys("localhost", "db");
    }

    @Test
    void showsNamesInOrderOfCreation() {
        network.names().set("api", "10.0.0.7");

        assertThat(network.names())
                .hasToString("names: localhost = 127.0.0.1, ::1; db = 10.0.0.5, fd00::5; api = 10.0.0.7");
    }

    private static void unknown(ThrowingCallable call, String name) {
        assertThatThrownBy(call).isExactlyInstanceOf(UnknownHostException.class).hasMessage(name);
    }

    /** A literal, which needs no lookup. */
    private static InetAddress ip(String literal) throws Exception {
        return InetAddress.getByName(literal);
    }
}

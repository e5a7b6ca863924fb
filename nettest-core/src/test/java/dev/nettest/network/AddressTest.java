package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Listening and connecting by address, and the addresses of both ends. */
class AddressTest extends NetworkFixture {
    @Test
    void listensOnLocalhostAndPortsInOrder() throws Exception {
        assertThat(network.listen().localAddress()).hasToString("/127.0.0.1:49152");
        assertThat(network.listen("10.0.0.1:0").localAddress()).hasToString("/10.0.0.1:49153");
        assertThat(network.listen("localhost:0").localAddress()).hasToString("/127.0.0.1:49154");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:80, 10.0.0.1:80",
        "localhost:80, 127.0.0.1:80",
        "127.0.0.1:80, localhost:80",
        "*:80, 10.1.2.3:80",
        ":80, [2001:db8::7]:80",
        "0.0.0.0:80, [::1]:80",
        "[::]:80, 127.0.0.1:80",
        "[::1]:80, [0:0:0:0:0:0:0:1]:80",
        "127.0.0.1:80, *:80",
        "[::1]:80, [::]:80"
    })
    void connectReachesTheListener(String bound, String dialled) throws Exception {
        Listener listener = network.listen(bound);

        Connection client = network.connect(dialled);

        assertThat(listener.accept()).isSameAs(client.peer());
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1:80, 10.0.0.1:81", "10.0.0.1:80, 10.0.0.2:80", "10.0.0.1:80, *:80", "10.0.0.1:80, 10.0.0.1:0"})
    void connectToAnotherPortIsRefused(String bound, String dialled) throws Exception {
        network.listen(bound);

        assertThatThrownBy(() -> network.connect(dialled))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1:80, 10.0.0.1:80", "*:80, 10.0.0.1:80", "10.0.0.1:80, *:80", "*:80, [::1]:80", "*:80, [::]:80"
    })
    void bindOfAnAddressInUseFails(String bound, String again) throws Exception {
        Listener listener = network.listen(bound);

        assertThatThrownBy(() -> network.listen(again))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Address already in use");
        listener.close();
        network.listen(again);
    }

    @Test
    void addressCanBeReboundWhileItsConnectionsAreOpen() throws Exception {
        Listener listener = network.listen("10.0.0.1:80");
        Connection client = listener.connect();
        listener.accept();
        listener.close();

        Connection next = network.listen("10.0.0.1:80").connect();

        assertThat(client.remoteAddress()).isEqualTo(next.remoteAddress());
        assertThat(client.localAddress()).isNotEqualTo(next.localAddress());
    }

    @Test
    void bothEndsShowEachOthersAddresses() throws Exception {
        Listener listener = network.listen("*:80");
        Connection client = network.connect("10.0.0.5:80");
        Connection server = listener.accept();

        assertThat(client.remoteAddress()).hasToString("/10.0.0.5:80");
        assertThat(client.localAddress()).hasToString("/127.0.0.1:49152");
        assertThat(server.localAddress()).isEqualTo(client.remoteAddress());
        assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
    }

    @Test
    void anIpv6DialComesFromAnIpv6Address() throws Exception {
        Connection client = network.listen("[2001:db8::1]:80").connect();

        assertThat(client.localAddress()).hasToString("/[0:0:0:0:0:0:0:1]:49152");
        assertThat(client).hasToString("connection [::1]:49152 -> [2001:db8::1]:80 (ESTABLISHED)");
    }

    @ParameterizedTest
    @CsvSource({
        "[2001:db8:0:0:1:0:0:1]:1, [2001:db8::1:0:0:1]:1",
        "[1:0:0:2:0:0:0:3]:1, [1:0:0:2::3]:1",
        "[fe80::]:1, [fe80::]:1",
        "[1:2:3:4:5:6:7:8]:1, [1:2:3:4:5:6:7:8]:1",
        "[1:0:2:3:4:5:6:7]:1, [1:0:2:3:4:5:6:7]:1",
        "[10:0:0:10::]:1, [10:0:0:10::]:1",
        "*:1, *:1"
    })
    void addressesAreFormattedShort(String address, String written) throws Exception {
        assertThat(network.listen(address)).hasToString("listener " + written);
    }

    @Test
    void unknownHostNameIsNotResolvedBySystemDns() {
        assertThatThrownBy(() -> network.listen("example.com:80"))
                .isExactlyInstanceOf(UnknownHostException.class)
                .hasMessage("example.com");
        assertThatThrownBy(() -> network.connect(InetSocketAddress.createUnresolved("example.com", 80)))
                .isExactlyInstanceOf(UnknownHostException.class)
                .hasMessage("example.com");
    }

    @Test
    void resolveKnowsLocalhostAndLiterals() throws Exception {
        assertThat(network.resolve("localhost"))
                .extracting(InetAddress::getHostAddress)
                .containsExactly("127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(network.resolve("LocalHost")).hasSize(2);
        assertThat(network.resolve("10.0.0.1"))
                .extracting(InetAddress::getHostAddress)
                .containsExactly("10.0.0.1");
        assertThat(network.resolve("::1"))
                .extracting(InetAddress::getHostAddress)
                .containsExactly("0:0:0:0:0:0:0:1");
        assertThatThrownBy(() -> network.resolve("db"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("db");
    }

    @Test
    void ephemeralPortsRunOutPerPeerAndAreReused() throws Exception {
        try (Network small = Network.create(
                NetworkConfig.builder().ephemeralPorts(50_000, 50_002).build())) {
            Listener one = small.listen("10.0.0.1:80");
            Listener other = small.listen("10.0.0.2:80");
            List<Connection> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                clients.add(one.connect());
            }

            assertThatThrownBy(one::connect)
                    .isExactlyInstanceOf(BindException.class)
                    .hasMessage("Cannot assign requested address");
            assertThat(other.connect().localAddress().toString()).startsWith("/127.0.0.1:5000");
            clients.get(1).close();
            one.accept();
            one.accept().close();
            assertThat(one.connect().localAddress()).isEqualTo(clients.get(1).localAddress());
            assertThatThrownBy(one::connect).hasMessage("Cannot assign requested address");
        }
    }

    @Test
    void listeningPortsRunOutToo() throws Exception {
        try (Network small = Network.create(
                NetworkConfig.builder().ephemeralPorts(50_000, 50_001).build())) {
            small.listen();
            small.listen();

            assertThatThrownBy(small::listen)
                    .isExactlyInstanceOf(BindException.class)
                    .hasMessage("Address already in use");
        }
    }

    @Test
    void serverSeesTheFakedAddressFromTheStart() throws Exception {
        Listener listener = network.listen("10.0.0.1:80");

        Connection client = listener.connect(dialling -> dialling.localAddress("192.168.1.100:12345"));

        assertThat(listener.accept().remoteAddress()).hasToString("/192.168.1.100:12345");
        assertThat(client.localAddress()).hasToString("/192.168.1.100:12345");
    }

    @Test
    void fakedAddressWithPortZeroTakesAnEphemeralPort() throws Exception {
        Listener listener = network.listen("10.0.0.1:80");

        Connection client = listener.connect(dialling -> dialling.localAddress("[2001:db8::1]:0"));

        assertThat(client).hasToString("connection [2001:db8::1]:49152 -> 10.0.0.1:80 (ESTABLISHED)");
    }

    @Test
    void aConnectionToItsOwnAddressIsItsOwnPeer() throws Exception {
        Connection self = network.connect("10.0.0.1:80", dialling -> dialling.localAddress("10.0.0.1:80"));
        assertThat(self.peer()).isSameAs(self);
        assertThat(self.remoteAddress()).isEqualTo(self.localAddress());
        assertThat(network.snapshot().rows()).hasSize(1);

        self.faults().read(Fault.slice(2));
        self.outputStream().write(new byte[3]);
        assertThat(self.inputStream().read(new byte[9])).isEqualTo(2);
        assertThat(self.inputStream().read(new byte[9])).isEqualTo(1);

        network.defaultLink().latency(SECOND);
        self.outputStream().write(7);
        assertThat(self.isReadable()).isFalse();
        clock.advanceTimeBy(SECOND);
        assertThat(self.inputStream().read()).isEqualTo(7);
        network.defaultLink().latency(Duration.ZERO);

        self.localAddress("10.0.0.2:80");
        assertThat(self.remoteAddress()).hasToString("/10.0.0.2:80");
        self.close();
        assertThat(network.snapshot().rows()).isEmpty();
        network.connect("10.0.0.2:80", dialling -> dialling.localAddress("10.0.0.2:80"));

        Listener listener = network.listen("10.0.0.3:80");
        assertThatThrownBy(() -> listener.connect(dialling -> dialling.localAddress("10.0.0.3:80")))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Address already in use");
    }

    @Test
    void fakedAddressInUseIsRefusedForTheSamePeerOnly() throws Exception {
        Listener listener = network.listen("10.0.0.1:80");
        Listener other = network.listen("10.0.0.2:80");
        Connection first = listener.connect(dialling -> dialling.localAddress("192.168.1.100:1"));

        assertThatThrownBy(() -> listener.connect(dialling -> dialling.localAddress("192.168.1.100:1")))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Address already in use");
        other.connect(dialling -> dialling.localAddress("192.168.1.100:1"));
        first.close();
        listener.accept().close();
        listener.connect(dialling -> dialling.localAddress("192.168.1.100:1"));
    }

    @Test
    void bothEndsOfAPairCanFakeTheirAddresses() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().localAddress("10.0.0.1:1000").localAddress("10.0.0.2:2000");
        pair.server().localAddress(new InetSocketAddress("10.0.0.3", 3000));

        assertThat(pair.server().remoteAddress()).hasToString("/10.0.0.2:2000");
        assertThat(pair.client().remoteAddress()).hasToString("/10.0.0.3:3000");
        ConnectionPair other = network.pair();
        other.server().localAddress("10.0.0.3:3000");
        assertThatThrownBy(() -> other.client().localAddress("10.0.0.2:2000"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("address in use by another connection to 10.0.0.3:3000: 10.0.0.2:2000");
        assertThat(network.snapshot().connections()).hasSize(4);
    }

    @Test
    void ephemeralPortNeverMakesASelfConnection() throws Exception {
        try (Network small = Network.create(
                NetworkConfig.builder().ephemeralPorts(50_000, 50_001).build())) {
            Listener listener = small.listen();

            for (int i = 0; i < 5; i++) {
                Connection client = listener.connect();
                assertThat(client.localAddress()).isNotEqualTo(client.remoteAddress());
                client.close();
                listener.accept().close();
            }
        }
    }

    @Test
    void addressesStayAfterCloseAndShutdown() throws IOException {
        ConnectionPair pair = network.pair();
        String client = pair.client().localAddress().toString();
        String server = pair.client().remoteAddress().toString();

        network.close();

        assertThat(pair.client().localAddress()).hasToString(client);
        assertThat(pair.client().remoteAddress()).hasToString(server);
    }

    @Test
    void networksAreIsolatedFromEachOther() throws Exception {
        network.listen("10.0.0.1:80");
        try (Network other = Network.create()) {
            assertThatThrownBy(() -> other.connect("10.0.0.1:80")).hasMessage("Connection refused");
            other.listen("10.0.0.1:80");
        }
    }
}

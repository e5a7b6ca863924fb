package dev.nettest.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;

/** Sockets of a host: their addresses, and the effect of a crash. */
class HostSocketTest extends NetworkFixture {
    private final Host app = network.host("app", "10.0.0.2", "fd00::2");
    private final Host db = network.host("db", "10.0.0.5");
    private final SocketFactory sockets = NetworkSockets.socketFactory(app);
    private final ServerSocketFactory servers = NetworkSockets.serverSocketFactory(db);

    @Test
    void connectFromTheirHost() throws Exception {
        try (ServerSocket server = servers.createServerSocket(5432);
                Socket client = sockets.createSocket("db", 5432);
                Socket accepted = server.accept()) {
            assertThat(client.getLocalAddress()).isEqualTo(ip("10.0.0.2"));
            assertThat(client.getRemoteSocketAddress()).hasToString("db/10.0.0.5:5432");
            assertThat(accepted.getInetAddress()).isEqualTo(ip("10.0.0.2"));
            assertThat(accepted.getLocalAddress()).isEqualTo(ip("10.0.0.5"));
        }
    }

    @Test
    void passTheirConnectionToTheHook() throws Exception {
        SocketFactory faked =
                NetworkSockets.socketFactory(app, connecting -> connecting.localAddress("192.168.1.100:1234"));
        try (ServerSocket server = servers.createServerSocket(80);
                Socket client = faked.createSocket("db", 80);
                Socket accepted = server.accept()) {
            assertThat(accepted.getRemoteSocketAddress()).isEqualTo(new InetSocketAddress(ip("192.168.1.100"), 1234));
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void aServerWithoutAnAddressListensOnAllOfItsHost() throws Exception {
        try (ServerSocket ofDb = servers.createServerSocket(80);
                ServerSocket ofApp = NetworkSockets.serverSocketFactory(app).createServerSocket(80);
                ServerSocket ofAll = NetworkSockets.serverSocketFactory(network).createServerSocket(80)) {
            try (Socket toApp = sockets.createSocket(ip("fd00::2"), 80);
                    Socket accepted = ofApp.accept()) {
                assertThat(accepted.getLocalAddress()).isEqualTo(toApp.getInetAddress());
            }
            try (Socket toLocalhost = sockets.createSocket("localhost", 80);
                    Socket accepted = ofAll.accept()) {
                assertThat(accepted.getPort()).isEqualTo(toLocalhost.getLocalPort());
            }
            assertThat(ofDb.getInetAddress().isAnyLocalAddress()).isTrue();
        }
    }

    @Test
    void bindAddressesOfTheirHostOnly() throws Exception {
        assertThatThrownBy(() -> servers.createServerSocket(80, 1, ip("10.0.0.2")))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Cannot assign requested address");
        assertThatThrownBy(() -> sockets.createSocket("db", 80, ip("10.0.0.9"), 0))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Cannot assign requested address");
    }

    @Test
    void boundToTheWildcardConnectFromTheirHost() throws Exception {
        try (ServerSocket server = servers.createServerSocket(80);
                Socket client = sockets.createSocket()) {
            client.bind(new InetSocketAddress(1234));
            client.connect(new InetSocketAddress(ip("10.0.0.5"), 80));
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getRemoteSocketAddress()).isEqualTo(new InetSocketAddress(ip("10.0.0.2"), 1234));
            }
        }
    }

    @Test
    void knowTheNamesOfTheNetwork() throws Exception {
        network.names().set("api", "10.0.0.7");

        assertThatThrownBy(() -> sockets.createSocket("api", 80))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
        assertThatThrownBy(() -> sockets.createSocket("nobody", 80))
                .isExactlyInstanceOf(UnknownHostException.class)
                .hasMessage("nobody");
    }

    @Test
    void withoutAnAddressOfThatFamilyTheNetworkIsUnreachable() {
        assertThatThrownBy(() -> NetworkSockets.socketFactory(db).createSocket(ip("fd00::2"), 80))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Network is unreachable");
    }

    @Test
    void anUrgentByteIsHeldLikeOtherBytes() throws Exception {
        try (ServerSocket listening = servers.createServerSocket(80);
                Socket connected = sockets.createSocket("db", 80);
                Socket accepted = listening.accept()) {
            connected.getOutputStream().write('a');
            db.pause();
            connected.sendUrgentData('!');
            connected.getOutputStream().write('b');

            assertThat(accepted.getInputStream().available()).isZero();
            db.resume();

            assertThat(accepted.getInputStream().read()).isEqualTo('a');
            assertThat(accepted.getInputStream().read()).isEqualTo('b');
        }
    }

    @Test
    void aCrashClosesThemAndEndsTheStreamsOfTheirPeers() throws Exception {
        ServerSocket server = servers.createServerSocket(80);
        Socket client = sockets.createSocket("db", 80);
        Socket accepted = server.accept();
        Background<Integer> reader =
                Background.call(() -> accepted.getInputStream().read()).awaitParked();
        Background<Socket> acceptor = Background.call(server::accept).awaitParked();

        db.crash();

        socketException(reader, "Socket closed");
        socketException(acceptor, "Socket closed");
        assertThat(client.getInputStream().read()).isNegative();
        assertThatThrownBy(() -> servers.createServerSocket(80))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Network is down: host db crashed before this bind");
        db.restart();
        assertThat(servers.createServerSocket(80).isBound()).isTrue();
    }

    private static void socketException(Background<?> background, String message) {
        assertThat(background.failure())
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage(message);
    }

    @Test
    void aCrashLeavesNoLeak() throws Exception {
        Network checked =
                Network.create(NetworkConfig.builder().checksLeaks(true).build());
        Host host = checked.host("host", "10.0.0.5");
        Connection held;
        try (ServerSocket server = NetworkSockets.serverSocketFactory(checked).createServerSocket(80)) {
            Socket lost = NetworkSockets.socketFactory(host).createSocket("localhost", 80);
            held = NetworkSockets.connection(server.accept());
            host.crash();
            assertThat(NetworkSockets.connection(lost).isClosed()).isTrue();
            held.close();
        }

        checked.close();
    }

    /** An address literal; no name service is asked. */
    private static InetAddress ip(String literal) throws Exception {
        return InetAddress.getByName(literal);
    }
}

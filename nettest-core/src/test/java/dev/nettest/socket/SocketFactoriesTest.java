package dev.nettest.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Network;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Callable;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;

/** The sockets that the factories create, and the arguments that they refuse. */
class SocketFactoriesTest extends NetworkFixture {
    private final SocketFactory sockets = NetworkSockets.socketFactory(network);
    private final ServerSocketFactory servers = NetworkSockets.serverSocketFactory(network);

    @Test
    void everyKindOfConnectArrives() throws Exception {
        try (ServerSocket server = servers.createServerSocket(0)) {
            int port = server.getLocalPort();
            InetAddress host = Sockets.localhost(0).getAddress();
            List<Callable<Socket>> ways = List.of(
                    () -> sockets.createSocket("localhost", port),
                    () -> sockets.createSocket("127.0.0.1", port),
                    () -> sockets.createSocket("::1", port),
                    () -> sockets.createSocket((String) null, port),
                    () -> sockets.createSocket(host, port),
                    () -> sockets.createSocket("localhost", port, host, 4000),
                    () -> sockets.createSocket(host, port, host, 4001),
                    () -> sockets.createSocket(host, port, null, 4002));

            for (Callable<Socket> way : ways) {
                Socket client = way.call();
                Socket accepted = server.accept();
                assertThat(accepted.getRemoteSocketAddress()).isEqualTo(client.getLocalSocketAddress());
                assertThat(client.getPort()).isEqualTo(port);
            }
        }
    }

    @Test
    void aBoundSocketConnectsFromItsAddress() throws Exception {
        try (ServerSocket server = servers.createServerSocket(0)) {
            Socket client = sockets.createSocket(
                    "localhost", server.getLocalPort(), InetAddress.getByAddress(new byte[] {10, 0, 0, 7}), 7777);

            assertThat(server.accept().getRemoteSocketAddress())
                    .isEqualTo(new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 7}), 7777));
            assertThat(client.getLocalPort()).isEqualTo(7777);
        }
    }

    @Test
    void namesAreResolvedByTheNetwork() {
        assertThatThrownBy(() -> sockets.createSocket("nobody.knows.example", 80))
                .isExactlyInstanceOf(UnknownHostException.class)
                .hasMessage("nobody.knows.example");
        assertThatThrownBy(() ->
                        sockets.createSocket().connect(InetSocketAddress.createUnresolved("nobody.knows.example", 80)))
                .isExactlyInstanceOf(UnknownHostException.class)
                .hasMessage("nobody.knows.example");
    }

    @Test
    void aPortWithoutAListenerRefuses() throws Exception {
        assertThatThrownBy(() -> sockets.createSocket("localhost", 80))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
        assertThat(network.snapshot().rows()).isEmpty();
    }

    @Test
    void aFailedConnectFreesItsAddress() throws Exception {
        InetAddress host = Sockets.localhost(0).getAddress();
        assertThatThrownBy(() -> sockets.createSocket("localhost", 80, host, 4000))
                .isExactlyInstanceOf(ConnectException.class);

        servers.createServerSocket(4000).close();
    }

    @Test
    void aServerThatCannotBeBoundIsClosed() throws Exception {
        ServerSocket first = servers.createServerSocket(8080);

        assertThatThrownBy(() -> servers.createServerSocket(8080))
                .isExactlyInstanceOf(java.net.BindException.class)
                .hasMessage("Address already in use");
        first.close();
        servers.createServerSocket(8080, 1, Sockets.localhost(0).getAddress()).close();
    }

    @Test
    void theDefaultBacklogIsThatOfTheNetwork() throws Exception {
        ServerSocket server = servers.createServerSocket(0);

        for (int i = 0; i <= network.config().backlog(); i++) {
            sockets.createSocket("localhost", server.getLocalPort());
        }

        assertThat(network.awaitListening("localhost:" + server.getLocalPort()).isAcceptable())
                .isTrue();
    }

    @Test
    void anUnboundServerListensOnceItIsBound() throws Exception {
        ServerSocket server = servers.createServerSocket();
        assertThat(server.isBound()).isFalse();
        assertThat(network.snapshot().rows()).isEmpty();

        server.bind(Sockets.localhost(8080), 3);

        assertThat(network.awaitListening("localhost:8080").port()).isEqualTo(8080);
        server.close();
        assertThatThrownBy(() -> sockets.createSocket("localhost", 8080)).hasMessage("Connection refused");
    }

    @Test
    void badInputIsRefused() {
        InetAddress host = Sockets.localhost(0).getAddress();
        assertThatThrownBy(() -> sockets.createSocket("localhost", -1))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("port out of range:-1");
        assertThatThrownBy(() -> sockets.createSocket(host, 65_536, host, 0))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("port out of range:65536");
        assertThatThrownBy(() -> sockets.createSocket((InetAddress) null, 80))
                .isExactlyInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> servers.createServerSocket(65_536))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Port value out of range: 65536");
        assertThatThrownBy(() -> NetworkSockets.socketFactory((Network) null))
                .isExactlyInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> NetworkSockets.socketFactory(network, null))
                .isExactlyInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> NetworkSockets.serverSocketFactory((Network) null))
                .isExactlyInstanceOf(NullPointerException.class);
    }

    @Test
    void networksDoNotSeeEachOther() throws Exception {
        Network other = Network.create();
        ServerSocket here = servers.createServerSocket(8080);

        NetworkSockets.serverSocketFactory(other).createServerSocket(8080);
        NetworkSockets.socketFactory(other).createSocket("localhost", 8080);

        assertThat(network.awaitListening("localhost:8080").isAcceptable()).isFalse();
        assertThat(here.getLocalPort()).isEqualTo(8080);
        other.close();
    }

    @Test
    void aClosedNetworkRefusesConnectsAndBinds() throws Exception {
        Socket before = sockets.createSocket();
        network.close();

        assertThatThrownBy(() -> before.connect(Sockets.localhost(80)))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessageStartingWith("Network is down");
        assertThatThrownBy(() -> servers.createServerSocket(80))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessageStartingWith("Network is down");
    }

    @Test
    void oneFamilyDoesNotReachTheOther() throws Exception {
        try (ServerSocket server = servers.createServerSocket(0)) {
            assertThatThrownBy(() -> connected("::1", "127.0.0.1", server.getLocalPort()))
                    .isExactlyInstanceOf(SocketException.class)
                    .hasMessage("Network is unreachable");
            assertThatThrownBy(() -> connected("127.0.0.1", "::1", server.getLocalPort()))
                    .isExactlyInstanceOf(SocketException.class)
                    .hasMessage("Address family not supported by protocol");
        }
    }

    private Socket connected(String from, String to, int port) throws IOException {
        Socket socket = sockets.createSocket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.getByName(to), port));
        return socket;
    }
}

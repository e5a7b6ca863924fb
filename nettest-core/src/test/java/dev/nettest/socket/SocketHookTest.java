package dev.nettest.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The hook of a socket factory, which sets up each connection before its handshake, and faults of single sockets. */
class SocketHookTest extends NetworkFixture {
    @Test
    void theServerSeesTheSourceAddressFromTheStart() throws Exception {
        try (ServerSocket server = Sockets.serverOn(network)) {
            Socket client = connect(server, connecting -> connecting.localAddress("192.168.1.100:12345"));

            Socket accepted = server.accept();

            InetSocketAddress faked = (InetSocketAddress) accepted.getRemoteSocketAddress();
            assertThat(faked.getAddress().getHostAddress()).isEqualTo("192.168.1.100");
            assertThat(accepted.getInetAddress()).isEqualTo(faked.getAddress());
            assertThat(accepted.getPort()).isEqualTo(12345);
            assertThat(accepted).asString().contains("addr=/192.168.1.100,port=12345");
            assertThat(client.getLocalSocketAddress()).isEqualTo(faked);
        }
    }

    @Test
    void anAddressChangedLaterIsSeenByBoth() throws Exception {
        Sockets.Pair pair = Sockets.pairOn(network);

        NetworkSockets.connection(pair.client()).localAddress("10.1.2.3:4000");

        assertThat(pair.server().getPort()).isEqualTo(4000);
        assertThat(pair.server().getInetAddress().getHostAddress()).isEqualTo("10.1.2.3");
        assertThat(pair.client().getLocalPort()).isEqualTo(4000);
    }

    @Test
    void twoSocketsCannotHaveTheSameSource() throws Exception {
        try (ServerSocket server = Sockets.serverOn(network)) {
            Consumer<Connection> faked = connecting -> connecting.localAddress("192.168.1.100:12345");
            connect(server, faked);

            assertThatThrownBy(() -> connect(server, faked))
                    .isExactlyInstanceOf(BindException.class)
                    .hasMessage("Address already in use");
        }
    }

    @Test
    void aFullBufferBlocksAWriter() throws Exception {
        try (ServerSocket server = Sockets.serverOn(network)) {
            Socket client = connect(server, connecting -> connecting.receiveBufferSize(2));
            Socket accepted = server.accept();

            Background<Void> writer =
                    Background.run(() -> Sockets.write(accepted, "abcd")).awaitParked();

            assertThat(Sockets.read(client)).isEqualTo("ab");
            assertThat(client.getInputStream().readNBytes(2)).isEqualTo(new byte[] {'c', 'd'});
            writer.result();
        }
    }

    @Test
    void aFaultOfTheHookActsFromTheFirstByte() throws Exception {
        try (ServerSocket server = Sockets.serverOn(network)) {
            Socket client = connect(
                    server, connecting -> connecting.faults().read(Fault.reset().afterBytes(3)));
            Socket accepted = server.accept();
            Sockets.write(accepted, "abcdef");

            assertThat(Sockets.read(client)).isEqualTo("abc");
            assertThatThrownBy(() -> Sockets.read(client))
                    .isExactlyInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
            assertThatThrownBy(() -> Sockets.read(client)).hasMessage("Connection reset");
        }
    }

    @Test
    void aConnectFaultOfTheHookFailsTheConnect() throws Exception {
        try (ServerSocket server = Sockets.serverOn(network)) {
            Consumer<Connection> refused = connecting -> connecting.faults().connect(Fault.refuse());

            assertThatThrownBy(() -> connect(server, refused))
                    .isExactlyInstanceOf(ConnectException.class)
                    .hasMessage("Connection refused");
            assertThat(network.snapshot().rows()).hasSize(1);
        }
    }

    @Test
    void aFaultOfOneSocketLeavesTheOthersAlone() throws Exception {
        Sockets.Pair faulty = Sockets.pairOn(network);
        Sockets.Pair healthy = Sockets.pairOn(network);
        NetworkSockets.connection(faulty.client()).faults().write(Fault.failWith(new IOException("disk on fire")));

        assertThatThrownBy(() -> Sockets.write(faulty.client(), "x"))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("disk on fire");
        Sockets.write(healthy.client(), "x");
        assertThat(Sockets.read(healthy.server())).isEqualTo("x");
    }

    @Test
    void aStalledReadTimesOut() throws Exception {
        Sockets.Pair pair = Sockets.pairOn(network);
        NetworkSockets.connection(pair.client()).faults().read(Fault.stall());
        Sockets.write(pair.server(), "there, and not to be had");
        pair.client().setSoTimeout(1000);
        Background<String> reader =
                Background.call(() -> Sockets.read(pair.client())).awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(reader.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Read timed out");
    }

    @Test
    void aThrowingHookClosesTheSocketUnseenByTheServer() throws Exception {
        try (ServerSocket server = Sockets.serverOn(network)) {
            List<Connection> connected = new ArrayList<>();
            Consumer<Connection> throwing = connecting -> {
                connected.add(connecting);
                throw new IllegalStateException("not this time");
            };
            Socket socket = NetworkSockets.socketFactory(network, throwing).createSocket();

            assertThatThrownBy(() -> socket.connect(server.getLocalSocketAddress()))
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("not this time");

            assertThat(socket.isConnected()).isFalse();
            assertThatThrownBy(() -> socket.connect(server.getLocalSocketAddress()))
                    .isExactlyInstanceOf(SocketException.class);
            assertThat(connected).hasSize(1);
            assertThat(network.snapshot().rows()).hasSize(1);
            server.setSoTimeout(1);
            Background<Socket> acceptor = Background.call(server::accept).awaitParked();
            clock.advanceTimeBy(SECOND);
            assertThat(acceptor.failure()).hasMessage("Accept timed out");
        }
    }

    @Test
    void aHookThatClosesItsConnectionFailsTheConnect() throws Exception {
        try (ServerSocket server = Sockets.serverOn(network)) {
            Consumer<Connection> closing = connecting -> {
                try {
                    connecting.close();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            };

            assertThatThrownBy(() -> connect(server, closing))
                    .isExactlyInstanceOf(SocketException.class)
                    .hasMessage("Socket closed");
        }
    }

    private Socket connect(ServerSocket server, Consumer<? super Connection> hook) throws IOException {
        return NetworkSockets.socketFactory(network, hook).createSocket(server.getInetAddress(), server.getLocalPort());
    }
}

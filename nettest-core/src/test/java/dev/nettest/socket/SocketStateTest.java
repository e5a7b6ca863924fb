package dev.nettest.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.KeepAlive;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import jdk.net.ExtendedSocketOptions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Options that were set before a connect, and sockets that the network closed below the JDK's class. */
class SocketStateTest extends NetworkFixture {

    @Test
    void optionsSetBeforeAConnectApplyToTheConnection() throws Exception {
        ServerSocket server = Sockets.serverOn(network);
        Socket socket = NetworkSockets.socketFactory(network).createSocket();
        socket.setSoTimeout(1500);
        socket.setOOBInline(true);
        socket.setSoLinger(true, 0);
        socket.setKeepAlive(true);
        socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 4);
        socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 5);
        socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 6);

        socket.connect(server.getLocalSocketAddress());

        Connection connection = NetworkSockets.connection(socket);
        assertThat(connection.readTimeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(connection.keepAlive()).isEqualTo(KeepAlive.of(Duration.ofSeconds(4), Duration.ofSeconds(5), 6));
        Socket accepted = server.accept();
        accepted.sendUrgentData('!');
        assertThat(Sockets.read(socket)).isEqualTo("!");
        socket.close();
        assertThatThrownBy(() -> Sockets.read(accepted)).hasMessage("Connection reset");
    }

    @Test
    void optionsSetAfterAConnectApplyToo() throws Exception {
        Sockets.Pair pair = Sockets.pairOn(network);
        Socket socket = pair.client();
        Connection connection = NetworkSockets.connection(socket);
        assertThat(connection.keepAlive()).isEqualTo(KeepAlive.OFF);
        assertThat(connection.readTimeout()).isZero();

        socket.setSoTimeout(1500);
        socket.setSoLinger(true, 0);
        socket.setKeepAlive(true);
        pair.server().setSoLinger(true, 0);
        assertThat(connection.readTimeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(connection.keepAlive()).isEqualTo(KeepAlive.ON);

        socket.setSoTimeout(0);
        socket.setSoLinger(false, 0);
        socket.setKeepAlive(false);
        assertThat(connection.readTimeout()).isZero();
        assertThat(connection.keepAlive()).isEqualTo(KeepAlive.OFF);
        socket.shutdownOutput();
        assertThat(Sockets.read(pair.server())).isEqualTo("<end>");
        pair.server().close();
        assertThatThrownBy(() -> Sockets.read(socket)).hasMessage("Connection reset");
    }

    @Test
    void aSocketIsClosedOnceItsConnectionIs() throws Exception {
        Socket socket = Sockets.pairOn(network).client();
        NetworkSockets.connection(socket).close();

        List<ThrowingCallable> calls = List.of(
                () -> Sockets.read(socket),
                () -> Sockets.write(socket, "x"),
                () -> socket.getInputStream().available(),
                socket::shutdownInput,
                socket::shutdownOutput,
                () -> socket.sendUrgentData(1),
                socket::getSoTimeout,
                () -> socket.setSoTimeout(1),
                () -> socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE),
                () -> socket.setTcpNoDelay(true));
        assertThat(calls)
                .allSatisfy(call -> assertThatThrownBy(call)
                        .isExactlyInstanceOf(SocketException.class)
                        .hasMessage("Socket closed"));
        socket.close();
    }

    @Test
    void aServerSocketIsClosedOnceItsListenerIs() throws Exception {
        ServerSocket server = Sockets.serverOn(network);
        network.awaitListening(server.getLocalSocketAddress()).close();

        List<ThrowingCallable> calls =
                List.of(server::accept, server::getReuseAddress, server::getSoTimeout, () -> server.setSoTimeout(1));
        assertThat(calls)
                .allSatisfy(call -> assertThatThrownBy(call)
                        .isExactlyInstanceOf(SocketException.class)
                        .hasMessage("Socket closed"));
        server.close();
    }

    @Test
    void aConnectingSocketCannotBeBound() throws Exception {
        ServerSocket full = NetworkSockets.serverSocketFactory(network).createServerSocket(0, 1);
        for (int i = 0; i < 2; i++) {
            NetworkSockets.socketFactory(network).createSocket("localhost", full.getLocalPort());
        }
        Socket socket = NetworkSockets.socketFactory(network).createSocket();
        Background<Void> connecting = Background.run(
                        network, () -> socket.connect(Sockets.localhost(full.getLocalPort())))
                .awaitParked();

        assertThatThrownBy(() -> socket.bind(null))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Invalid argument");
        connecting.assertWaits();
        full.accept();
        connecting.result();
        assertThat(socket.isConnected()).isTrue();
    }

    @Test
    void theAddressOfASocketThatIsClosedWhileItConnectsIsFree() throws Exception {
        ServerSocket full = NetworkSockets.serverSocketFactory(network).createServerSocket(0, 1);
        for (int i = 0; i < 2; i++) {
            NetworkSockets.socketFactory(network).createSocket("localhost", full.getLocalPort());
        }
        Socket socket = NetworkSockets.socketFactory(network).createSocket();
        socket.bind(Sockets.localhost(7000));
        Background<Void> connecting = Background.run(() -> socket.connect(Sockets.localhost(full.getLocalPort())))
                .awaitParked();

        socket.close();

        assertThat(connecting.failure())
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Socket closed");
        full.accept();
        full.accept();
        assertThat(network.awaitListening(full.getLocalSocketAddress()).tryAccept())
                .isNull();
        network.listen("127.0.0.1:7000").close();
    }
}

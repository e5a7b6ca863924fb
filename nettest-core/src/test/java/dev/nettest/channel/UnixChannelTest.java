package dev.nettest.channel;

import static java.net.StandardProtocolFamily.UNIX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Channels over Unix paths. All texts were measured on Linux. */
class UnixChannelTest extends NetworkFixture {

    private static final SocketAddress PATH = UnixDomainSocketAddress.of("/run/app.sock");
    private static final SocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    private final SelectorProvider provider = NetworkChannels.selectorProvider(network);

    private ServerSocketChannel bound(SocketAddress path, int backlog) throws IOException {
        return provider.openServerSocketChannel(UNIX).bind(path, backlog);
    }

    private SocketChannel unconnected() throws IOException {
        return provider.openSocketChannel(UNIX);
    }

    @Test
    void aClientWithoutAPathTalksToAServer() throws Exception {
        ServerSocketChannel server = bound(PATH, 0);
        SocketChannel client = unconnected();

        assertThat(client.connect(PATH)).isTrue();
        SocketChannel accepted = server.accept();
        client.write(ByteBuffer.wrap(new byte[] {1, 2}));

        assertThat(accepted.read(ByteBuffer.allocate(9))).isEqualTo(2);
        assertThat(client.getLocalAddress()).isEqualTo(UNNAMED);
        assertThat(client.getRemoteAddress()).isEqualTo(PATH);
        assertThat(accepted.getLocalAddress()).isEqualTo(PATH);
        assertThat(accepted.getRemoteAddress()).isEqualTo(UNNAMED);
        assertThat(client).hasToString("java.nio.channels.SocketChannel[connected local= remote=/run/app.sock]");
        accepted.close();
        assertThatThrownBy(() -> client.write(ByteBuffer.allocate(1)))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Broken pipe");
    }

    @Test
    void aServerWithoutAPathGetsATemporaryOne() throws Exception {
        ServerSocketChannel server = bound(null, 0);

        assertThat(server.getLocalAddress().toString()).matches("/tmp/socket_\\d+");
        assertThat(unconnected().connect(server.getLocalAddress())).isTrue();
        assertThatThrownBy(server::socket)
                .isExactlyInstanceOf(UnsupportedOperationException.class)
                .hasMessage("Not supported");
        assertThatThrownBy(() -> bound(UNNAMED, 0))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Server socket cannot bind to unnamed address");
    }

    @Test
    void aPathStaysInUseAfterItsServerCloses() throws Exception {
        bound(PATH, 0).close();
        SocketChannel client = unconnected();
        SocketChannel lost = unconnected();

        assertThatThrownBy(() -> bound(PATH, 0))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Address already in use");
        assertThatThrownBy(() -> client.connect(PATH))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
        assertThatThrownBy(() -> lost.connect(UnixDomainSocketAddress.of("/run/missing")))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("No such file or directory");
        assertThat(client.isOpen() || lost.isOpen()).isFalse();
    }

    @Test
    void aNonBlockingConnectIsNeverPending() throws Exception {
        bound(PATH, 1);
        for (int i = 0; i < 2; i++) {
            SocketChannel client = unconnected();
            client.configureBlocking(false);
            assertThat(client.connect(PATH)).isTrue();
            assertThat(client.isConnected() && client.finishConnect()).isTrue();
            assertThat(client.isConnectionPending()).isFalse();
        }
        SocketChannel third = unconnected();
        third.configureBlocking(false);

        assertThatThrownBy(() -> third.connect(PATH))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Resource temporarily unavailable");
        assertThat(third.isOpen()).isFalse();
    }

    @RepeatedTest(20)
    void aBlockingConnectWaitsForAPlaceInTheQueue() throws Exception {
        ServerSocketChannel server = bound(PATH, 1);
        unconnected().connect(PATH);
        unconnected().connect(PATH);
        SocketChannel third = unconnected();
        SocketChannel fourth = unconnected();
        Background<Boolean> waiting = Background.call(() -> third.connect(PATH)).awaitParked();
        Background<Boolean> closed = Background.call(() -> fourth.connect(PATH)).awaitParked();

        fourth.close();
        server.accept();

        assertThat(closed.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(waiting.result()).isTrue();
    }

    @Test
    void aClientCanBeBoundToNoPathOrToOne() throws Exception {
        ServerSocketChannel server = bound(PATH, 0);
        SocketAddress own = UnixDomainSocketAddress.of("/run/client.sock");
        SocketChannel unnamed = unconnected();
        SocketChannel named = unconnected();

        unnamed.bind(null);
        named.bind(own);

        assertThat(unnamed.getLocalAddress()).isEqualTo(UNNAMED);
        assertThat(unnamed).hasToString("java.nio.channels.SocketChannel[unconnected local=]");
        assertThatThrownBy(() -> unnamed.bind(own)).isExactlyInstanceOf(AlreadyBoundException.class);
        named.connect(PATH);
        assertThat(named.getLocalAddress()).isEqualTo(own);
        assertThat(server.accept().getRemoteAddress()).isEqualTo(own);
        assertThatThrownBy(() -> unconnected().bind(own)).hasMessage("Address already in use");
    }

    @Test
    void theOptionsAreThoseOfUnixSockets() throws Exception {
        ServerSocketChannel server = bound(PATH, 0);
        server.setOption(StandardSocketOptions.SO_RCVBUF, 5000);
        SocketChannel client = unconnected();

        assertThat(client.supportedOptions().stream().map(SocketOption::name))
                .containsExactlyInAnyOrder("SO_LINGER", "SO_PEERCRED", "SO_RCVBUF", "SO_SNDBUF");
        assertThat(client.getOption(StandardSocketOptions.SO_SNDBUF)).isEqualTo(106_496);
        assertThatThrownBy(() -> client.getOption(ExtendedSocketOptions.SO_PEERCRED))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Invalid argument");
        client.connect(PATH);

        assertThat(client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName())
                .isEqualTo(System.getProperty("user.name"));
        assertThatThrownBy(() -> client.setOption(
                        ExtendedSocketOptions.SO_PEERCRED, client.getOption(ExtendedSocketOptions.SO_PEERCRED)))
                .hasMessage("SO_PEERCRED cannot be set ");
        assertThat(server.accept().getOption(StandardSocketOptions.SO_RCVBUF)).isEqualTo(106_496);
        assertThatThrownBy(client::socket).isExactlyInstanceOf(UnsupportedOperationException.class);
    }
}

package dev.nettest.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The socket adaptor of a channel, before a connect, connected, and closed. All texts were measured on loopback. */
class ChannelSocketTest extends NetworkFixture {

    private static final boolean IS_JDK_17 = Runtime.version().feature() < 18;

    private final SelectorProvider provider = NetworkChannels.selectorProvider(network);
    private InetSocketAddress address;
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        server = provider.openServerSocketChannel();
        server.bind(new InetSocketAddress("127.0.0.1", 0), 1);
        address = (InetSocketAddress) server.getLocalAddress();
    }

    private Socket unconnected() throws IOException {
        return provider.openSocketChannel().socket();
    }

    private Socket connected() throws IOException {
        Socket socket = unconnected();
        socket.connect(address);
        return socket;
    }

    private Socket accepted() throws IOException {
        return server.socket().accept();
    }

    @Test
    void anUnconnectedSocketHasNoAddressesAndTakesOptions() throws Exception {
        SocketChannel channel = provider.openSocketChannel();
        Socket socket = channel.socket();
        socket.setTcpNoDelay(true);
        socket.setSoLinger(true, 70_000);
        socket.setSoTimeout(5);
        socket.setKeepAlive(true);
        socket.setOOBInline(true);
        socket.setReuseAddress(true);
        socket.setTrafficClass(0x13);
        socket.setSendBufferSize(10_000);
        socket.setReceiveBufferSize(20_000);

        assertThat(channel.socket()).isSameAs(socket);
        assertThat(socket.getChannel()).isSameAs(channel);
        assertThat(socket.getInetAddress()).isNull();
        assertThat(socket.getLocalAddress().isAnyLocalAddress()).isTrue();
        assertThat(socket.getPort()).isZero();
        assertThat(socket.getLocalPort()).isEqualTo(-1);
        assertThat(socket.getRemoteSocketAddress()).isNull();
        assertThat(socket.getLocalSocketAddress()).isNull();
        assertThat(socket).hasToString("Socket[unconnected]");
        assertThat(socket.isBound() || socket.isConnected() || socket.isClosed())
                .isFalse();
        assertThat(socket.getTcpNoDelay() && socket.getKeepAlive() && socket.getOOBInline())
                .isTrue();
        assertThat(socket.getReuseAddress()).isTrue();
        assertThat(socket.getSoLinger()).isEqualTo(65_535);
        assertThat(socket.getSoTimeout()).isEqualTo(5);
        assertThat(socket.getTrafficClass()).isEqualTo(0x10);
        assertThat(socket.getSendBufferSize()).isEqualTo(10_000);
        assertThat(socket.getReceiveBufferSize()).isEqualTo(20_000);
        assertThatThrownBy(() -> socket.setSoTimeout(-1)).hasMessage("timeout < 0");
        assertThatThrownBy(() -> socket.setSendBufferSize(0)).hasMessage("Invalid send size");
        assertThatThrownBy(() -> socket.setReceiveBufferSize(0)).hasMessage("Invalid receive size");
        assertThatThrownBy(socket::getInputStream).hasMessage("Socket is not connected");
        assertThatThrownBy(socket::shutdownOutput)
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Socket is not connected")
                .hasCauseExactlyInstanceOf(NotYetConnectedException.class);
    }

    @Test
    void aConnectedSocketKnowsItsAddressesAfterItsCloseToo() throws Exception {
        Socket socket = connected();
        int port = socket.getLocalPort();

        assertThat(socket).hasToString("Socket[addr=/127.0.0.1,port=" + address.getPort() + ",localport=" + port + "]");
        assertThat(socket.isBound() && socket.isConnected()).isTrue();
        assertThatThrownBy(() -> socket.bind(null)).hasMessage("Already bound");
        socket.close();

        assertThat(socket.isConnected()).isFalse();
        assertThat(socket.isClosed() && socket.isBound()).isTrue();
        assertThat(socket).hasToString("Socket[unconnected]");
        assertThat(socket.getInetAddress()).isEqualTo(InetAddress.getByName("127.0.0.1"));
        assertThat(socket.getPort()).isEqualTo(address.getPort());
        assertThat(socket.getLocalPort()).isEqualTo(port);
        assertThat(socket.getLocalAddress().isAnyLocalAddress()).isTrue();
        assertThatThrownBy(socket::getTcpNoDelay)
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Socket is closed")
                .hasCauseExactlyInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(socket::getInputStream).hasMessage("Socket is closed");
        assertThatThrownBy(() -> socket.connect(address)).isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void aConnectFailsLikeTheJdks() throws Exception {
        InetSocketAddress name = InetSocketAddress.createUnresolved("db.test", 1);
        Socket refused = unconnected();

        assertThatThrownBy(() -> refused.connect(new InetSocketAddress("127.0.0.1", 1)))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
        assertThat(refused.isClosed()).isTrue();
        assertThatThrownBy(() -> unconnected().connect(null)).hasMessage("connect: The address can't be null");
        assertThatThrownBy(() -> unconnected().connect(address, -1)).hasMessage("connect: timeout can't be negative");
        assertThatThrownBy(() -> unconnected().connect(name))
                .isExactlyInstanceOf(UnknownHostException.class)
                .hasMessage(IS_JDK_17 ? null : "db.test/<unresolved>:1");
        Socket connected = connected();
        if (IS_JDK_17) {
            assertThatThrownBy(() -> connected.connect(address)).hasMessage(null);
        } else {
            assertThatThrownBy(() -> connected.connect(address)).hasMessage("Already connected");
        }
        Socket nonBlocking = unconnected();
        nonBlocking.getChannel().configureBlocking(false);
        assertThatThrownBy(() -> nonBlocking.connect(address)).isInstanceOf(IllegalBlockingModeException.class);
        assertThat(nonBlocking.isClosed()).isFalse();
    }

    @Test
    void aConnectToAFullServerTimesOut() throws Exception {
        connected();
        connected();
        Socket third = unconnected();
        Background<Void> connecting =
                Background.run(() -> third.connect(address, 1000)).awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(connecting.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Connect timed out");
        assertThat(third.isClosed()).isTrue();
    }

    @RepeatedTest(20)
    void aReaderAndAWriterDoNotExcludeEachOther() throws Exception {
        Socket client = connected();
        Socket peer = accepted();
        InputStream input = client.getInputStream();
        Background<Integer> reader = Background.call(input::read).awaitParked();

        client.getOutputStream().write(300);
        peer.getOutputStream().write(peer.getInputStream().read() + 1);

        assertThat(reader.result()).isEqualTo(300 % 256 + 1);
    }

    @Test
    void aReadTimesOutAndTheSocketStaysUsable() throws Exception {
        Socket client = connected();
        Socket peer = accepted();
        client.setSoTimeout(1000);
        InputStream input = client.getInputStream();
        Background<Integer> reader = Background.call(input::read).awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(reader.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Read timed out");
        peer.getOutputStream().write(new byte[] {1, 2});
        assertThat(input.available()).isEqualTo(2);
        assertThat(input.readNBytes(2)).containsExactly(1, 2);
        assertThat(NetworkChannels.connection(client.getChannel()).readTimeout())
                .isZero();
    }

    @RepeatedTest(20)
    void aCloseEndsReadsAndWrites() throws Exception {
        Socket client = connected();
        InputStream input = client.getInputStream();
        OutputStream output = client.getOutputStream();
        NetworkChannels.connection(accepted().getChannel()).receiveBufferSize(1);
        Background<Integer> reader = Background.call(input::read).awaitParked();
        Background<Void> writer =
                Background.run(() -> output.write(new byte[2])).awaitParked();

        client.close();

        assertThat(reader.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(writer.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThatThrownBy(input::read).isExactlyInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> output.write(1)).isExactlyInstanceOf(ClosedChannelException.class);
        assertThat(input.read(new byte[0])).isZero();
    }

    @RepeatedTest(20)
    void anInterruptClosesTheSocket() throws Exception {
        Socket client = connected();
        InputStream input = client.getInputStream();
        Background<Integer> reader = Background.call(input::read).awaitParked();

        assertThat(reader.interrupt().failure()).isExactlyInstanceOf(ClosedByInterruptException.class);
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void shutdownsAreSeenByTheStreams() throws Exception {
        Socket client = connected();
        Socket peer = accepted();
        OutputStream output = client.getOutputStream();

        client.shutdownOutput();
        client.shutdownInput();

        assertThat(client.isOutputShutdown() && client.isInputShutdown()).isTrue();
        assertThat(peer.getInputStream().read()).isEqualTo(-1);
        assertThat(peer.isInputShutdown()).isFalse();
        assertThatThrownBy(client::getInputStream).hasMessage("Socket input is shutdown");
        assertThatThrownBy(client::getOutputStream).hasMessage("Socket output is shutdown");
        assertThatThrownBy(() -> output.write(1)).isExactlyInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> client.sendUrgentData(1)).isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void aShutdownEndsAWaitingWrite() throws Exception {
        Socket client = connected();
        OutputStream output = client.getOutputStream();
        NetworkChannels.connection(accepted().getChannel()).receiveBufferSize(1);
        Background<Void> writer =
                Background.run(() -> output.write(new byte[2])).awaitParked();

        client.shutdownOutput();

        assertThat(writer.failure()).isExactlyInstanceOf(IOException.class).hasMessage("Broken pipe");
    }

    @Test
    void theStreamsOfANonBlockingChannelRefuse() throws Exception {
        Socket client = connected();
        InputStream input = client.getInputStream();
        OutputStream output = client.getOutputStream();
        client.getChannel().configureBlocking(false);

        assertThatThrownBy(input::read).isExactlyInstanceOf(IllegalBlockingModeException.class);
        assertThatThrownBy(() -> output.write(1)).isExactlyInstanceOf(IllegalBlockingModeException.class);
        assertThat(input.available()).isZero();
    }

    @Test
    void urgentDataIsSkippedOrReadInline() throws Exception {
        Socket client = connected();
        Socket peer = accepted();
        peer.setOOBInline(true);

        client.sendUrgentData(0x141);

        assertThat(peer.getInputStream().read()).isEqualTo(0x41);
        NetworkChannels.connection(peer.getChannel()).receiveBufferSize(1);
        client.getOutputStream().write(1);
        assertThatThrownBy(() -> client.sendUrgentData(2))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("No buffer space available");
        client.getChannel().configureBlocking(false);
        assertThatThrownBy(() -> client.sendUrgentData(2))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Socket buffer full");
    }
}

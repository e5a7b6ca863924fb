package dev.nettest.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The socket adaptor of a server channel. All texts were measured on loopback. */
class ChannelServerSocketTest extends NetworkFixture {

    private final SelectorProvider provider = NetworkChannels.selectorProvider(network);

    private ServerSocket unbound() throws IOException {
        return provider.openServerSocketChannel().socket();
    }

    private ServerSocket bound() throws IOException {
        ServerSocket server = unbound();
        server.bind(new InetSocketAddress("127.0.0.1", 0));
        return server;
    }

    private SocketChannel dial(ServerSocket server) throws IOException {
        SocketChannel client = provider.openSocketChannel();
        client.connect(server.getLocalSocketAddress());
        return client;
    }

    @Test
    void anUnboundServerTakesOptionsThatItsConnectionsInherit() throws Exception {
        ServerSocketChannel channel = provider.openServerSocketChannel();
        ServerSocket server = channel.socket();
        server.setReceiveBufferSize(5000);
        server.setReuseAddress(false);

        assertThat(channel.socket()).isSameAs(server);
        assertThat(server.getChannel()).isSameAs(channel);
        assertThat(server.getInetAddress()).isNull();
        assertThat(server.getLocalPort()).isEqualTo(-1);
        assertThat(server.getLocalSocketAddress()).isNull();
        assertThat(server.isBound()).isFalse();
        assertThat(server).hasToString("ServerSocket[unbound]");
        assertThatThrownBy(server::accept)
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Socket is not bound yet");
        assertThatThrownBy(() -> server.setReceiveBufferSize(0)).hasMessage("size cannot be 0 or negative");
        assertThatThrownBy(() -> server.setSoTimeout(-1)).hasMessage("timeout < 0");
        server.bind(new InetSocketAddress("127.0.0.1", 0), 0);
        dial(server);

        Socket accepted = server.accept();
        assertThat(accepted.getReceiveBufferSize()).isEqualTo(5000);
        assertThat(accepted.getReuseAddress()).isFalse();
        assertThat(accepted.getChannel().socket()).isSameAs(accepted);
        assertThat(accepted.getChannel().isBlocking()).isTrue();
    }

    @Test
    void aServerKeepsItsAddressAfterItsClose() throws Exception {
        ServerSocket server = unbound();
        server.bind(null);
        String text = "ServerSocket[addr=/0:0:0:0:0:0:0:0,localport=" + server.getLocalPort() + "]";

        assertThat(server).hasToString(text);
        assertThatThrownBy(() -> server.bind(null)).hasMessage("Already bound");
        ServerSocket second = unbound();
        assertThatThrownBy(() -> second.bind(server.getLocalSocketAddress()))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage("Address already in use");
        assertThatThrownBy(() -> second.bind(InetSocketAddress.createUnresolved("x", 1)))
                .hasMessage("Unresolved address");
        assertThat(second.isClosed()).isFalse();
        server.close();

        assertThat(server.isClosed() && server.isBound()).isTrue();
        assertThat(server).hasToString(text);
        assertThatThrownBy(server::getSoTimeout).hasMessage("Socket is closed");
        assertThatThrownBy(server::getReuseAddress)
                .hasMessage("Socket is closed")
                .hasCauseExactlyInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(server::accept)
                .isExactlyInstanceOf(
                        Runtime.version().feature() < 18
                                ? AsynchronousCloseException.class
                                : ClosedChannelException.class);
    }

    @Test
    void anAcceptTimesOutAndTheServerStaysUsable() throws Exception {
        ServerSocket server = bound();
        server.setSoTimeout(1000);
        Background<Socket> accept = Background.call(server::accept).awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(accept.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Accept timed out");
        dial(server);
        Socket accepted = server.accept();
        assertThat(accepted.getSoTimeout()).isZero();
    }

    @Test
    void aNonBlockingServerAcceptsOnlyAWaitingConnectionWithoutATimeout() throws Exception {
        ServerSocket server = bound();
        server.getChannel().configureBlocking(false);

        assertThatThrownBy(server::accept).isExactlyInstanceOf(IllegalBlockingModeException.class);
        SocketChannel client = dial(server);
        assertThat(server.accept().getRemoteSocketAddress()).isEqualTo(client.getLocalAddress());
        server.setSoTimeout(1000);
        dial(server);
        assertThatThrownBy(server::accept).isExactlyInstanceOf(IllegalBlockingModeException.class);
    }

    @RepeatedTest(20)
    void aCloseAndAnInterruptEndAnAccept() throws Exception {
        ServerSocket closed = bound();
        ServerSocket interrupted = bound();
        interrupted.setSoTimeout(1000);
        Background<Socket> first = Background.call(closed::accept).awaitParked();
        Background<Socket> second = Background.call(interrupted::accept).awaitParked();

        closed.close();

        assertThat(first.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(second.interrupt().failure()).isExactlyInstanceOf(ClosedByInterruptException.class);
        assertThat(interrupted.isClosed()).isTrue();
    }
}

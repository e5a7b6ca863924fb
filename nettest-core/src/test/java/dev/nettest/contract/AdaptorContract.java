package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

/** The {@code java.net} sockets of channels. */
abstract class AdaptorContract extends ChannelApiContract {

    @Test
    void aChannelHasOneSocket() throws IOException {
        SocketChannel channel = stream();
        assertThat(channel.socket()).isSameAs(channel.socket());
        assertThat(channel.socket().getChannel()).isSameAs(channel);
        ServerSocketChannel server = server();
        assertThat(server.socket()).isSameAs(server.socket());
        assertThat(server.socket().getChannel()).isSameAs(server);
        assertThat(server.socket().isBound()).isTrue();
    }

    @Test
    void aReadTimesOutAndLeavesTheSocketUsable() throws IOException {
        Ends ends = connected();
        Socket socket = ends.client().socket();
        socket.setSoTimeout(1);
        InputStream input = socket.getInputStream();
        assertThatThrownBy(input::read)
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Read timed out");
        ends.server().write(bytes("x"));
        socket.setSoTimeout(0);
        assertThat(input.read()).isEqualTo('x');
        assertThat(ends.client().isBlocking()).isTrue();
    }

    @Test
    void anAcceptTimesOut() throws IOException {
        ServerSocketChannel server = server();
        server.socket().setSoTimeout(1);
        assertThatThrownBy(server.socket()::accept)
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Accept timed out");
        SocketChannel client = stream();
        client.connect(server.getLocalAddress());
        server.socket().setSoTimeout(20_000);
        try (Socket accepted = server.socket().accept()) {
            assertThat(accepted.getChannel()).isNotNull();
            assertThat(accepted.getPort()).isEqualTo(client.socket().getLocalPort());
        }
    }

    @Test
    void aNonBlockingChannelRefusesItsSocketsCalls() throws IOException {
        Ends ends = connectedWithoutBlocking();
        ends.server().write(bytes("x"));
        InputStream input = ends.client().socket().getInputStream();
        OutputStream output = ends.client().socket().getOutputStream();
        assertThatThrownBy(input::read).isInstanceOf(IllegalBlockingModeException.class);
        assertThatThrownBy(() -> output.write(1)).isInstanceOf(IllegalBlockingModeException.class);
        ServerSocketChannel server = nonBlocking(server());
        ServerSocket socket = server.socket();
        assertThatThrownBy(socket::accept).isInstanceOf(IllegalBlockingModeException.class);
        Socket unconnected = nonBlocking(stream()).socket();
        assertThatThrownBy(() -> unconnected.connect(server.getLocalAddress()))
                .isInstanceOf(IllegalBlockingModeException.class);
    }

    /** Both streams at once: a blocked read does not hold up a write. */
    @Test
    void aSocketReadsAndWritesAtOnce() throws IOException {
        Ends ends = connected();
        Socket socket = ends.client().socket();
        Task reader = blocked("reader", () -> socket.getInputStream().read());
        socket.getOutputStream().write('a');
        assertThat(ends.server().socket().getInputStream().read()).isEqualTo('a');
        ends.server().socket().getOutputStream().write('b');
        assertThat(reader.outcome()).isEqualTo(String.valueOf((int) 'b'));
    }

    @Test
    void theSocketSharesTheStateOfItsChannel() throws IOException {
        Ends ends = connected();
        Socket socket = ends.client().socket();
        assertThat(socket.isConnected()).isTrue();
        assertThat(socket.isBound()).isTrue();
        socket.shutdownOutput();
        assertThat(socket.isOutputShutdown()).isTrue();
        assertThat(ends.server().read(java.nio.ByteBuffer.allocate(1))).isEqualTo(-1);
        ends.client().shutdownInput();
        assertThat(socket.isInputShutdown()).isTrue();
        socket.close();
        assertThat(ends.client().isOpen()).isFalse();
        assertThat(socket.isClosed()).isTrue();
    }

    @Test
    void aSocketConnectsWithATimeout() throws IOException {
        ServerSocketChannel server = server();
        SocketChannel channel = stream();
        channel.socket().connect(server.getLocalAddress(), 20_000);
        assertThat(channel.isConnected()).isTrue();
        assertThat(channel.isBlocking()).isTrue();
    }

    @Test
    void anUnresolvedNameIsAnUnknownHost() throws IOException {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("no.such.host", 1);
        assertThatThrownBy(() -> stream().socket().connect(unresolved)).isInstanceOf(UnknownHostException.class);
        assertThatThrownBy(() -> stream().socket().bind(unresolved)).isInstanceOf(SocketException.class);
    }

    @Test
    void urgentDataIsReadOnlyIfItIsInline() throws IOException {
        Ends inline = connected();
        inline.server().socket().setOOBInline(true);
        inline.client().socket().sendUrgentData(7);
        assertThat(inline.server().socket().getInputStream().read()).isEqualTo(7);

        Ends apart = connected();
        apart.client().socket().sendUrgentData(7);
        apart.client().write(bytes("x"));
        assertThat(apart.server().socket().getInputStream().read()).isEqualTo('x');
    }

    @Test
    void urgentDataNeedsAConnection() throws IOException {
        assertThatThrownBy(() -> stream().socket().sendUrgentData(7)).isInstanceOf(NotYetConnectedException.class);
        SocketChannel closed = connected().client();
        closed.close();
        assertThatThrownBy(() -> closed.socket().sendUrgentData(7)).isInstanceOf(ClosedChannelException.class);
        SocketChannel shut = connected().client();
        shut.shutdownOutput();
        assertThatThrownBy(() -> shut.socket().sendUrgentData(7)).isInstanceOf(IOException.class);
    }
}

package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

/**
 * The close of a channel in blocking mode whose key is cancelled, but still in its selector: the next select finishes
 * it, and before that nothing is sent and no address is free.
 */
abstract class RegisteredCloseContract extends ChannelApiContract {

    /** The selector that still has the cancelled key of {@code channel}, which is back in blocking mode. */
    private Selector cancelled(SelectableChannel channel) throws IOException {
        Selector selector = selector();
        registered(channel, selector, channel.validOps()).cancel();
        channel.configureBlocking(true);
        assertThat(channel.isRegistered()).isTrue();
        return selector;
    }

    private static void assertReads(SocketChannel channel, String outcome) {
        PollingWait.until(() -> read(channel).equals(outcome), () -> outcome + ", not " + read(channel));
    }

    private static String read(SocketChannel channel) {
        return Outcome.of(() -> channel.read(ByteBuffer.allocate(1)));
    }

    @Test
    void aStreamEndsAtTheNextSelect() throws IOException {
        Ends ends = connected();
        Selector selector = cancelled(ends.client());
        nonBlocking(ends.server());
        ends.client().close();
        assertThat(read(ends.server())).as("no FIN yet").isEqualTo("0");
        selector.selectNow();
        assertReads(ends.server(), "-1");
    }

    @Test
    void itIsResetIfBytesAreUnreadAtTheSelect() throws IOException {
        Ends ends = connected();
        Selector selector = cancelled(ends.client());
        nonBlocking(ends.server());
        ends.client().close();
        assertThat(ends.server().write(bytes("x"))).isEqualTo(1);
        assertThat(ends.server().write(bytes("y"))).as("no reset yet").isEqualTo(1);
        selector.selectNow();
        assertReads(ends.server(), "java.net.SocketException: Connection reset");
    }

    @Test
    void aLingerOfZeroResetsAtTheSelect() throws IOException {
        Ends ends = connected();
        Selector selector = cancelled(ends.client());
        nonBlocking(ends.server());
        ends.client().setOption(StandardSocketOptions.SO_LINGER, 0).close();
        assertThat(read(ends.server())).as("no reset yet").isEqualTo("0");
        selector.selectNow();
        assertReads(ends.server(), "java.net.SocketException: Connection reset");
    }

    @Test
    void theCloseOfTheSelectorFinishesIt() throws IOException {
        Ends ends = connected();
        Selector selector = cancelled(ends.client());
        nonBlocking(ends.server());
        ends.client().close();
        selector.close();
        assertReads(ends.server(), "-1");
    }

    @Test
    void aReadThatRunsEndsItAtOnce() throws IOException {
        Ends ends = connected();
        cancelled(ends.client());
        Task reader = blocked("reader", () -> ends.client().read(ByteBuffer.allocate(1)));
        ends.client().close();
        assertThat(reader.outcome()).isEqualTo(AsynchronousCloseException.class.getName());
        assertThat(read(ends.server())).isEqualTo("-1");
    }

    @Test
    void aPendingConnectStaysConnectedUntilTheSelect() throws IOException {
        ServerSocketChannel server = server();
        SocketChannel channel = nonBlocking(stream());
        channel.connect(server.getLocalAddress());
        Selector selector = cancelled(channel);
        channel.close();
        SocketChannel accepted = nonBlocking(opened(server.accept()));
        assertThat(read(accepted)).as("no FIN yet").isEqualTo("0");
        selector.selectNow();
        assertReads(accepted, "-1");
    }

    @Test
    void aBoundAddressIsFreeAfterTheSelect() throws IOException {
        for (boolean blocking : new boolean[] {false, true}) {
            SocketChannel channel = stream().bind(StreamBackend.loopback(0));
            SocketAddress address = channel.getLocalAddress();
            Selector selector = cancelled(channel);
            channel.configureBlocking(blocking);
            channel.close();
            SocketChannel early = stream();
            assertThatThrownBy(() -> early.bind(address)).isInstanceOf(BindException.class);
            selector.selectNow();
            assertThat(stream().bind(address).getLocalAddress()).isEqualTo(address);
        }
    }

    @Test
    void aServerListensUntilTheSelect() throws IOException {
        ServerSocketChannel server = server();
        SocketAddress address = server.getLocalAddress();
        Selector selector = cancelled(server);
        server.close();
        SocketChannel late = stream();
        assertThat(late.connect(address)).isTrue();
        selector.selectNow();
        nonBlocking(late);
        assertReads(late, "java.net.SocketException: Connection reset");
        assertThatThrownBy(() -> stream().connect(address)).isInstanceOf(ConnectException.class);
    }

    @Test
    void anAcceptThatRunsEndsItAtOnce() throws IOException {
        ServerSocketChannel server = server();
        SocketAddress address = server.getLocalAddress();
        cancelled(server);
        Task accept = blocked("accept", server::accept);
        server.close();
        assertThat(accept.outcome()).isEqualTo(AsynchronousCloseException.class.getName());
        assertThatThrownBy(() -> stream().connect(address)).isInstanceOf(ConnectException.class);
    }

    @Test
    void aDatagramChannelKeepsItsAddressUntilTheSelect() throws IOException {
        DatagramChannel channel = opened(provider().openDatagramChannel());
        SocketAddress address = channel.bind(StreamBackend.loopback(0)).getLocalAddress();
        Selector selector = cancelled(channel);
        channel.close();
        DatagramChannel early = opened(provider().openDatagramChannel());
        assertThatThrownBy(() -> early.bind(address)).isInstanceOf(BindException.class);
        selector.selectNow();
        assertThat(early.bind(address).getLocalAddress()).isEqualTo(address);
    }

    @Test
    void aReceiveThatRunsEndsItAtOnce() throws IOException {
        DatagramChannel channel = opened(provider().openDatagramChannel());
        SocketAddress address = channel.bind(StreamBackend.loopback(0)).getLocalAddress();
        cancelled(channel);
        Task receiver = blocked("receiver", () -> channel.receive(ByteBuffer.allocate(1)));
        channel.close();
        assertThat(receiver.outcome()).isEqualTo(AsynchronousCloseException.class.getName());
        DatagramChannel next = opened(provider().openDatagramChannel());
        assertThat(next.bind(address).getLocalAddress()).isEqualTo(address);
    }

    @Test
    void theEndsOfAPipeCloseAtTheSelect() throws IOException {
        Pipe pipe = provider().openPipe();
        opened(pipe.sink());
        nonBlocking(opened(pipe.source()));
        Selector ofSink = cancelled(pipe.sink());
        pipe.sink().close();
        assertThat(pipe.source().read(ByteBuffer.allocate(1))).as("no end yet").isZero();
        ofSink.selectNow();
        assertThat(pipe.source().read(ByteBuffer.allocate(1))).isEqualTo(-1);

        Pipe other = provider().openPipe();
        opened(other.sink());
        Selector ofSource = cancelled(opened(other.source()));
        other.source().close();
        assertThat(other.sink().write(bytes("x"))).isEqualTo(1);
        ofSource.selectNow();
        assertThatThrownBy(() -> other.sink().write(bytes("y"))).hasMessage("Broken pipe");
    }
}

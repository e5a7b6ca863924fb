package dev.nettest.channel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AcceptPendingException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ReadPendingException;
import java.nio.channels.WritePendingException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Operations of asynchronous channels with futures and handlers. The figures were measured on loopback. */
class AsynchronousChannelTest {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 80);

    private final Network network =
            Network.create(NetworkConfig.builder().checksLeaks(true).build());
    private final AsynchronousChannelProvider provider = NetworkChannels.asynchronousChannelProvider(network);

    @AfterEach
    void close() {
        network.close();
    }

    private AsynchronousSocketChannel channel() throws IOException {
        return provider.openAsynchronousSocketChannel(null);
    }

    private AsynchronousServerSocketChannel server() throws IOException {
        return provider.openAsynchronousServerSocketChannel(null);
    }

    /** Two connected channels. */
    private record Pair(AsynchronousSocketChannel client, AsynchronousSocketChannel server) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    private Pair pair() throws Exception {
        try (AsynchronousServerSocketChannel server = server().bind(ADDRESS)) {
            AsynchronousSocketChannel client = channel();
            Future<AsynchronousSocketChannel> accepted = server.accept();
            assertThat(client.connect(ADDRESS).get()).isNull();
            return new Pair(client, accepted.get());
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    private static String text(ByteBuffer read) {
        return US_ASCII.decode(read.duplicate().flip()).toString();
    }

    private static void assertFails(Future<?> future, Class<? extends Throwable> type, String message) {
        assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isExactlyInstanceOf(type)
                .hasMessage(message);
    }

    private static void assertThrows(Class<? extends Throwable> type, ThrowingCallable call) {
        assertThatThrownBy(call).isExactlyInstanceOf(type);
    }

    // ---- reading and writing

    @Test
    void futuresCarryBytesInBothDirections() throws Exception {
        try (Pair pair = pair()) {
            ByteBuffer read = ByteBuffer.allocate(8);
            Future<Integer> pending = pair.server.read(read);
            assertThat(pending.isDone()).isFalse();
            assertThat(pair.client.write(bytes("ping")).get()).isEqualTo(4);
            assertThat(pending.get()).isEqualTo(4);
            assertThat(text(read)).isEqualTo("ping");
            pair.client.shutdownOutput();
            assertThat(pair.server.read(read).get()).isEqualTo(-1);
            assertThat(pair.server.write(bytes("bye")).get()).isEqualTo(3);
            assertThat(pair.client.read(read.clear()).get()).isEqualTo(3);
        }
    }

    @Test
    void scatterAndGatherAreOneOperationEach() throws Exception {
        try (Pair pair = pair()) {
            CompletionRecord<Long> written = new CompletionRecord<>();
            ByteBuffer[] sources = {bytes("ab"), bytes("cde"), bytes("unused")};
            pair.client.write(sources, 0, 2, 0, TimeUnit.SECONDS, null, written);
            assertThat(written.get()).isEqualTo(5);
            CompletionRecord<Long> read = new CompletionRecord<>();
            ByteBuffer[] targets = {ByteBuffer.allocate(1), ByteBuffer.allocate(3), ByteBuffer.allocate(3)};
            pair.server.read(targets, 0, 3, 0, TimeUnit.SECONDS, null, read);
            assertThat(read.get()).isEqualTo(5);
            assertThat(text(targets[0]) + '|' + text(targets[1]) + '|' + text(targets[2]))
                    .isEqualTo("a|bcd|e");
        }
    }

    @Test
    void anOperationTransfersAtMostSoManyBuffers() throws Exception {
        try (Pair pair = pair()) {
            ByteBuffer[] buffers = new ByteBuffer[2000];
            Arrays.setAll(buffers, i -> ByteBuffer.allocate(1));
            CompletionRecord<Long> written = new CompletionRecord<>();
            pair.client.write(buffers, 0, 2000, 0, TimeUnit.SECONDS, null, written);
            assertThat(written.get()).isEqualTo(1024); // IOV_MAX, like the JDK's
            assertThat(pair.client.write(ByteBuffer.allocate(976)).get()).isEqualTo(976);
            Arrays.setAll(buffers, i -> ByteBuffer.allocate(1));
            CompletionRecord<Long> read = new CompletionRecord<>();
            pair.server.read(buffers, 0, 2000, 0, TimeUnit.SECONDS, null, read);
            assertThat(read.get()).isEqualTo(1024);
        }
    }

    @Test
    void aWriteIsShortIfTheBufferIsFullAndTheNextOneWaits() throws Exception {
        try (Pair pair = pair()) {
            NetworkChannels.connection(pair.server).receiveBufferSize(10);
            ByteBuffer source = bytes("0123456789abcdef");
            assertThat(pair.client.write(source).get()).isEqualTo(10);
            Future<Integer> rest = pair.client.write(source);
            assertThat(rest.isDone()).isFalse();
            assertThrows(WritePendingException.class, () -> pair.client.write(bytes("x")));
            ByteBuffer read = ByteBuffer.allocate(32);
            assertThat(pair.server.read(read).get()).isEqualTo(10);
            assertThat(rest.get()).isEqualTo(6);
            assertThat(pair.server.read(read).get()).isEqualTo(6);
            assertThat(text(read)).isEqualTo("0123456789abcdef");
        }
    }

    @Test
    void aSecondReadIsRefusedWhileOneIsPending() throws Exception {
        try (Pair pair = pair()) {
            Future<Integer> pending = pair.client.read(ByteBuffer.allocate(1));
            assertThrows(ReadPendingException.class, () -> pair.client.read(ByteBuffer.allocate(1)));
            pair.server.write(bytes("a")).get();
            assertThat(pending.get()).isEqualTo(1);
            Future<Integer> next = pair.client.read(ByteBuffer.allocate(1));
            pair.server.write(bytes("b")).get();
            assertThat(next.get()).isEqualTo(1);
        }
    }

    @Test
    void anEmptyTransferCompletesWithZero() throws Exception {
        try (Pair pair = pair()) {
            assertThat(pair.client.read(ByteBuffer.allocate(0)).get()).isZero();
            assertThat(pair.client.write(ByteBuffer.allocate(0)).get()).isZero();
            CompletionRecord<Long> read = new CompletionRecord<>();
            pair.client.read(new ByteBuffer[] {ByteBuffer.allocate(0)}, 0, 1, 0, TimeUnit.SECONDS, null, read);
            assertThat(read.get()).isZero();
        }
    }

    // ---- faults

    @Test
    void aResetAfterSomeBytesFailsThePendingReadOnce() throws Exception {
        try (Pair pair = pair()) {
            NetworkChannels.connection(pair.client).faults().read(Fault.reset().afterBytes(3));
            ByteBuffer read = ByteBuffer.allocate(8);
            pair.server.write(bytes("abcdef")).get();
            assertThat(pair.client.read(read).get()).isEqualTo(3);
            assertFails(pair.client.read(read), IOException.class, "Connection reset");
            assertThat(pair.client.read(read).get()).isEqualTo(-1);
            assertFails(pair.client.write(bytes("x")), IOException.class, "Broken pipe");
        }
    }

    @Test
    void aResetByThePeerFailsAPendingRead() throws Exception {
        try (Pair pair = pair()) {
            CompletionRecord<Integer> read = new CompletionRecord<>();
            pair.client.read(ByteBuffer.allocate(1), null, read);
            NetworkChannels.connection(pair.server).reset();
            assertThat(read.failure()).isExactlyInstanceOf(IOException.class).hasMessage("Connection reset");
        }
    }

    @Test
    void aFaultThatThrowsFailsTheRead() throws Exception {
        try (Pair pair = pair()) {
            NetworkChannels.connection(pair.client)
                    .faults()
                    .read(Fault.failWith(new IOException("on purpose")).once());
            assertFails(pair.client.read(ByteBuffer.allocate(1)), IOException.class, "on purpose");
            pair.server.write(bytes("a")).get();
            assertThat(pair.client.read(ByteBuffer.allocate(1)).get()).isEqualTo(1);
        }
    }

    // ---- connecting and accepting

    @Test
    void aRefusedConnectFailsAndClosesTheChannel() throws Exception {
        AsynchronousSocketChannel first = channel();
        assertFails(first.connect(ADDRESS), ConnectException.class, "Connection refused");
        assertThat(first.isOpen()).isFalse();
        AsynchronousSocketChannel second = channel();
        CompletionRecord<Void> connected = new CompletionRecord<>();
        second.connect(ADDRESS, null, connected);
        assertThat(connected.failure()).isExactlyInstanceOf(ConnectException.class);
        assertThat(second.isOpen()).isFalse();
    }

    @Test
    void operationsInTheWrongStateThrow() throws Exception {
        try (AsynchronousSocketChannel channel = channel();
                AsynchronousServerSocketChannel server = server()) {
            assertThrows(NotYetConnectedException.class, () -> channel.read(ByteBuffer.allocate(1)));
            assertThrows(NotYetConnectedException.class, () -> channel.write(bytes("a")));
            assertThrows(NotYetConnectedException.class, channel::shutdownInput);
            assertThrows(NotYetBoundException.class, server::accept);
        }
        try (Pair pair = pair()) {
            assertThrows(AlreadyConnectedException.class, () -> pair.client.connect(ADDRESS));
        }
    }

    @Test
    void aClosedChannelFailsOperationsByTheirFuture() throws Exception {
        AsynchronousSocketChannel channel = channel();
        channel.close();
        assertFails(channel.read(ByteBuffer.allocate(1)), ClosedChannelException.class, null);
        assertFails(channel.connect(ADDRESS), ClosedChannelException.class, null);
        CompletionRecord<Integer> written = new CompletionRecord<>();
        channel.write(bytes("a"), null, written);
        assertThat(written.failure()).isExactlyInstanceOf(ClosedChannelException.class);
        assertThat(written.thread()).isNotSameAs(Thread.currentThread());
    }

    @Test
    void closingCompletesPendingOperations() throws Exception {
        Pair pair = pair();
        NetworkChannels.connection(pair.server).receiveBufferSize(1);
        CompletionRecord<Integer> read = new CompletionRecord<>();
        pair.client.read(ByteBuffer.allocate(1), null, read);
        pair.client.write(bytes("a")).get();
        Future<Integer> write = pair.client.write(bytes("b"));
        pair.client.close();
        assertThat(write.isDone()).isTrue();
        assertFails(write, AsynchronousCloseException.class, null);
        assertThat(read.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        pair.server.close();

        AsynchronousServerSocketChannel server = server().bind(ADDRESS);
        Future<AsynchronousSocketChannel> accept = server.accept();
        assertThrows(AcceptPendingException.class, server::accept);
        server.close();
        assertFails(accept, AsynchronousCloseException.class, null);
    }

    @Test
    void closingAbandonsAPendingConnect() throws Exception {
        try (AsynchronousServerSocketChannel server = server().bind(ADDRESS, 1)) {
            try (AsynchronousSocketChannel first = channel();
                    AsynchronousSocketChannel second = channel()) {
                AsynchronousSocketChannel third = channel();
                first.connect(ADDRESS).get();
                second.connect(ADDRESS).get();
                Future<Void> pending = third.connect(ADDRESS);
                assertThat(pending.isDone()).isFalse();
                assertThat(third.toString()).endsWith("[connection-pending]");
                third.close();
                assertFails(pending, AsynchronousCloseException.class, null);
            }
            assertThat(server.isOpen()).isTrue();
        }
    }

    @Test
    void halfClosesEndPendingOperations() throws Exception {
        try (Pair pair = pair()) {
            Future<Integer> read = pair.client.read(ByteBuffer.allocate(1));
            pair.client.shutdownInput();
            assertThat(read.get()).isEqualTo(-1);
            assertThat(pair.client.read(ByteBuffer.allocate(0)).get()).isEqualTo(-1);

            NetworkChannels.connection(pair.server).receiveBufferSize(1);
            pair.client.write(bytes("a")).get();
            Future<Integer> write = pair.client.write(bytes("b"));
            pair.client.shutdownOutput();
            assertFails(write, IOException.class, "Broken pipe");
            assertFails(pair.client.write(bytes("c")), ClosedChannelException.class, null);
        }
    }

    // ---- cancelling

    @Test
    void aCancelledReadGoesOnButNoOtherMayBegin() throws Exception {
        try (Pair pair = pair()) {
            ByteBuffer read = ByteBuffer.allocate(4);
            Future<Integer> pending = pair.client.read(read);
            assertThat(pending.cancel(false)).isTrue();
            assertThat(pending.cancel(false)).isFalse();
            assertThat(pending.isCancelled()).isTrue();
            assertThrows(CancellationException.class, pending::get);
            assertThatThrownBy(() -> pair.client.read(ByteBuffer.allocate(1)))
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("Reading not allowed due to timeout or cancellation");
            pair.server.write(bytes("abcd")).get();
            assertThat(text(read)).isEqualTo("abcd");
            assertThat(pair.client.write(bytes("x")).get()).isEqualTo(1);
        }
    }

    @Test
    void aForcefulCancelClosesTheChannel() throws Exception {
        Pair pair = pair();
        Future<Integer> pending = pair.client.read(ByteBuffer.allocate(1));
        assertThat(pending.cancel(true)).isTrue();
        assertThat(pair.client.isOpen()).isFalse();
        assertThat(pair.server.read(ByteBuffer.allocate(1)).get()).isEqualTo(-1);
        pair.server.close();
    }

    @Test
    void theConnectionOfACancelledAcceptIsClosed() throws Exception {
        try (AsynchronousServerSocketChannel server = server().bind(ADDRESS);
                AsynchronousSocketChannel client = channel()) {
            server.accept().cancel(false);
            assertThatThrownBy(server::accept)
                    .isExactlyInstanceOf(RuntimeException.class)
                    .hasMessage("Accept not allowed due cancellation");
            client.connect(ADDRESS).get();
            assertThat(client.read(ByteBuffer.allocate(1)).get()).isEqualTo(-1);
        }
    }

    // ---- addresses and options

    @Test
    void addressesAndTextsAreThoseOfTheConnection() throws Exception {
        try (Pair pair = pair()) {
            Connection connection = NetworkChannels.connection(pair.client);
            assertThat(pair.client.getRemoteAddress()).isEqualTo(ADDRESS);
            assertThat(pair.client.getLocalAddress()).isEqualTo(connection.localAddress());
            assertThat(pair.server.getLocalAddress()).isEqualTo(ADDRESS);
            assertThat(pair.client.shutdownOutput().toString())
                    .endsWith("[connected oshut local=" + pair.client.getLocalAddress() + " remote=/127.0.0.1:80]");
        }
        try (AsynchronousServerSocketChannel server = server()) {
            assertThat(server.toString()).endsWith("[unbound]");
            assertThat(server.bind(ADDRESS).toString()).endsWith("[/127.0.0.1:80]");
            assertThat(NetworkChannels.listener(server).localAddress()).isEqualTo(ADDRESS);
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void optionsAreThoseOfNio2() throws Exception {
        try (Pair pair = pair()) {
            AsynchronousSocketChannel channel = pair.client;
            assertThat(channel.supportedOptions()).hasSize(11).doesNotContain(StandardSocketOptions.SO_LINGER);
            assertThat(channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true)
                            .getOption(StandardSocketOptions.SO_KEEPALIVE))
                    .isTrue();
            assertThat(NetworkChannels.connection(channel).keepAlive().enabled())
                    .isTrue();
            SocketOption<Object> untyped = (SocketOption<Object>) (SocketOption<?>) StandardSocketOptions.TCP_NODELAY;
            assertThrows(ClassCastException.class, () -> channel.setOption(untyped, 1));
            assertThatThrownBy(() -> channel.setOption(untyped, null)).hasMessage("Invalid option value");
            channel.shutdownOutput();
            assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.TCP_NODELAY, true))
                    .hasMessage("Connection has been shutdown for writing");
        }
    }
}

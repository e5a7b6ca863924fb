package dev.nettest.jvm.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetwork;
import dev.nettest.testing.Background;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** If the channel that does the work closes, so does that of the user, on the kernel and on a network. */
class ClosedInsideTest {

    private final Network network = Network.create();
    private final Claim claim = JvmNetwork.claim(network);

    @BeforeEach
    void addAHost() {
        claim.host("server");
    }

    @AfterEach
    void close() {
        claim.close();
        network.close();
    }

    private SocketAddress address(boolean real) {
        return real
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
                : new InetSocketAddress(claim.address(1), 0);
    }

    /** A connected pair. */
    private record Pair(ServerSocketChannel server, SocketChannel client, SocketChannel accepted)
            implements AutoCloseable {

        @Override
        public void close() throws IOException {
            server.close();
            client.close();
            accepted.close();
        }
    }

    private Pair pair(boolean real) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open().bind(address(real));
        SocketChannel client = SocketChannel.open(server.getLocalAddress());
        return new Pair(server, client, server.accept());
    }

    /** An interrupt ends the call, whether it waits already or begins later. */
    private static void assertInterruptCloses(Channel channel, Background.Action call) {
        Background<Void> blocked = Background.run(call).interrupt();
        assertThat(blocked.failure()).isInstanceOf(ClosedByInterruptException.class);
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptClosesAChannelThatWaits(boolean real) throws IOException {
        try (Pair pair = pair(real);
                DatagramChannel datagrams = DatagramChannel.open().bind(address(real))) {
            ByteBuffer buffer = ByteBuffer.allocate(8);
            assertInterruptCloses(pair.client, () -> pair.client.read(buffer));
            assertInterruptCloses(pair.server, pair.server::accept);
            assertInterruptCloses(datagrams, () -> datagrams.receive(buffer));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptOfAStreamClosesItsChannel(boolean real) throws IOException {
        try (Pair pair = pair(real)) {
            assertInterruptCloses(
                    pair.client, () -> pair.client.socket().getInputStream().read());
            assertThat(pair.client.socket().isClosed()).isTrue();
            assertInterruptCloses(pair.server, () -> pair.server.socket().accept());
            assertThat(pair.server.socket().isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptedThreadClosesTheChannelThatItConnects(boolean real) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(address(real));
                SocketChannel client = SocketChannel.open()) {
            SocketAddress remote = server.getLocalAddress();
            assertInterruptCloses(client, () -> {
                Thread.currentThread().interrupt();
                client.connect(remote);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theCloseOfAStreamClosesItsChannel(boolean real) throws IOException {
        try (Pair pair = pair(real);
                Selector selector = Selector.open()) {
            pair.client.socket().getOutputStream().close();
            assertThat(pair.client.isOpen()).isFalse();
            pair.accepted.socket().getInputStream().close();
            assertThat(pair.accepted.isOpen()).isFalse();
            assertThat(selector.selectNow()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCloseByAnotherThreadEndsTheRead(boolean real) throws IOException {
        try (Pair pair = pair(real)) {
            Background<Integer> reading = Background.call(() -> pair.client.read(ByteBuffer.allocate(8)));
            pair.client.close();
            assertThat(reading.failure()).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void anInterruptClosesThePipeThatWaits() throws IOException {
        Pipe pipe = Pipe.open();
        try (Pipe.SinkChannel sink = pipe.sink();
                Pipe.SourceChannel source = pipe.source()) {
            assertInterruptCloses(source, () -> source.read(ByteBuffer.allocate(8)));
            assertThat(sink.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptEndsASelectAndClosesNothing(boolean real) throws IOException {
        try (Pair pair = pair(real);
                Selector selector = Selector.open()) {
            pair.client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            Background<Boolean> selecting = Background.call(() -> selector.select() == 0 && Thread.interrupted())
                    .interrupt();
            assertThat(selecting.result()).isTrue();
            assertThat(pair.client.isOpen()).isTrue();
            assertThat(selector.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aChannelBlocksAgainAfterItsKeyIsCancelled(boolean real) throws IOException {
        try (Pair pair = pair(real);
                Selector selector = Selector.open()) {
            for (int i = 0; i < 3; i++) {
                SelectionKey key = pair.client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
                assertThat(selector.selectNow()).isZero();
                key.cancel();
                pair.client.configureBlocking(true);
                pair.accepted.write(ByteBuffer.wrap(new byte[] {1}));
                assertThat(pair.client.read(ByteBuffer.allocate(8))).isEqualTo(1);
                selector.selectNow();
                assertThat(selector.keys()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWakeupByAnActionEndsTheNextSelect(boolean real) throws IOException {
        try (Pair pair = pair(real);
                Selector selector = Selector.open()) {
            pair.client.configureBlocking(false).register(selector, SelectionKey.OP_WRITE);
            assertThat(selector.select(key -> {
                        key.interestOps(SelectionKey.OP_READ);
                        selector.wakeup();
                    }))
                    .isEqualTo(1);
            Background<Integer> next = Background.call(() -> selector.select(30_000));
            assertThat(next.result()).isZero();
        }
    }
}

package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Snapshot;
import dev.nettest.channel.NetworkChannels;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Snapshots show pending operations of asynchronous channels, with the lines that began them. */
@Timeout(60)
class AsynchronousWaitersTest {

    private static final InetSocketAddress SERVER = new InetSocketAddress("10.0.0.5", 7);
    private static final String HERE = ", at AsynchronousWaitersTest.java:";

    private final Network network =
            Network.create(NetworkConfig.builder().checksLeaks(true).build());
    private final AsynchronousChannelProvider provider = NetworkChannels.asynchronousChannelProvider(network);

    @AfterEach
    void close() {
        network.shutdown();
    }

    @Test
    void aPendingAcceptIsShown() throws Exception {
        AsynchronousServerSocketChannel server =
                provider.openAsynchronousServerSocketChannel(null).bind(SERVER);
        Handler<AsynchronousSocketChannel> accepted = new Handler<>();
        server.accept(null, accepted);

        assertThat(waiters())
                .singleElement()
                .asString()
                .matches("handler AsynchronousWaitersTest\\$Handler in accept of 10\\.0\\.0\\.5:7" + HERE + "\\d+");
        network.connect("10.0.0.5:7");
        accepted.result.get(20, TimeUnit.SECONDS);
        assertThat(waiters()).isEmpty();
    }

    @Test
    void pendingReadsAndWritesAreShownInTheRowOfTheirConnection() throws Exception {
        AsynchronousSocketChannel client = connected(provider.openAsynchronousSocketChannel(null));
        Connection connection = NetworkChannels.connection(client);
        connection.peer().receiveBufferSize(4);
        assertThat(client.write(ByteBuffer.allocate(10)).get()).isEqualTo(4);

        client.read(ByteBuffer.allocate(1), null, new Handler<>());
        client.write(ByteBuffer.allocate(1), 1, TimeUnit.HOURS, null, new Handler<>());

        assertThat(network.snapshot().connections().get(0).waiters())
                .extracting(Snapshot.Waiter::operation, Snapshot.Waiter::limited)
                .containsExactly(tuple("read", false), tuple("write", true));
        assertThat(network.failure("a failure"))
                .hasMessageContaining("in read of 127.0.0.1:49152 -> 10.0.0.5:7" + HERE)
                .hasMessageContaining("in write of 127.0.0.1:49152 -> 10.0.0.5:7" + HERE);
        connection.reset();
        network.awaitUntil(() -> waiters().isEmpty());
    }

    @Test
    void anOperationOfAGroupWithFixedThreadsIsShown() throws Exception {
        AsynchronousChannelGroup group = provider.openAsynchronousChannelGroup(1, Thread::new);
        AsynchronousSocketChannel client = connected(provider.openAsynchronousSocketChannel(group));
        Handler<Integer> read = new Handler<>();
        client.read(ByteBuffer.allocate(1), null, read);

        assertThat(operations()).singleElement().asString().contains("Handler in read of ", HERE);
        NetworkChannels.connection(client).peer().write(ByteBuffer.allocate(1));
        assertThat(read.result.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(operations()).isEmpty();
        group.shutdownNow();
    }

    @Test
    void aPendingConnectIsShown() throws Exception {
        network.listen("10.0.0.5:7");
        network.faults().connect(Fault.stall());
        AsynchronousSocketChannel client = provider.openAsynchronousSocketChannel(null);
        client.connect(SERVER, null, new Handler<>());

        assertThat(operations()).singleElement().asString().contains("Handler in connect of 10.0.0.5:7" + HERE);
        client.close();
        assertThat(operations()).isEmpty();
    }

    @Test
    void aFutureIsShownUntilItIsCancelled() throws Exception {
        AsynchronousSocketChannel client = connected(provider.openAsynchronousSocketChannel(null));
        Future<Integer> read = client.read(ByteBuffer.allocate(1));

        assertThat(operations()).singleElement().asString().startsWith("future in read of ");
        read.cancel(false);
        assertThat(operations()).isEmpty();
    }

    @Test
    void aClosedChannelHasNoPendingOperation() throws Exception {
        AsynchronousSocketChannel client = connected(provider.openAsynchronousSocketChannel(null));
        client.read(ByteBuffer.allocate(1), null, new Handler<>());
        client.close();

        assertThat(operations()).isEmpty();
    }

    @Test
    void withoutChecksThereIsNoLine() throws Exception {
        try (Network unchecked = Network.create()) {
            NetworkChannels.asynchronousChannelProvider(unchecked)
                    .openAsynchronousServerSocketChannel(null)
                    .bind(SERVER)
                    .accept(null, new Handler<>());

            assertThat(unchecked.snapshot().waiters())
                    .singleElement()
                    .hasToString("handler AsynchronousWaitersTest$Handler in accept of 10.0.0.5:7");
        }
    }

    private AsynchronousSocketChannel connected(AsynchronousSocketChannel client) throws Exception {
        network.listen("10.0.0.5:7");
        client.connect(SERVER).get();
        return client;
    }

    /** Without the threads of a group. */
    private List<Snapshot.Waiter> operations() {
        return waiters().stream()
                .filter(waiter -> !waiter.name().startsWith("thread "))
                .toList();
    }

    private List<Snapshot.Waiter> waiters() {
        return network.snapshot().waiters();
    }

    private static final class Handler<V> implements CompletionHandler<V, Object> {

        private final CompletableFuture<V> result = new CompletableFuture<>();

        @Override
        public void completed(V value, Object attachment) {
            result.complete(value);
        }

        @Override
        public void failed(Throwable failure, Object attachment) {
            result.completeExceptionally(failure);
        }
    }
}

package dev.nettest.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Network;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.IllegalChannelGroupException;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups: their threads, and how they end. The figures were measured on loopback. */
class AsynchronousGroupTest {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 80);

    private final Network network = Network.create();
    private final AsynchronousChannelProvider provider = NetworkChannels.asynchronousChannelProvider(network);
    private final ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
    private final ThreadFactory factory = work -> {
        Thread thread = new Thread(work, "group");
        thread.setUncaughtExceptionHandler((dead, failure) -> uncaught.add(failure));
        threads.add(thread);
        return thread;
    };

    @AfterEach
    void close() {
        network.close();
    }

    private AsynchronousChannelGroup group(boolean fixed) throws IOException {
        return fixed
                ? provider.openAsynchronousChannelGroup(2, factory)
                : provider.openAsynchronousChannelGroup(Executors.newCachedThreadPool(factory), 1);
    }

    /** A channel of {@code group} and its peer in the default group. */
    private AsynchronousSocketChannel[] pair(AsynchronousChannelGroup group) throws Exception {
        try (AsynchronousServerSocketChannel server =
                provider.openAsynchronousServerSocketChannel(null).bind(ADDRESS)) {
            Future<AsynchronousSocketChannel> accepted = server.accept();
            AsynchronousSocketChannel client = provider.openAsynchronousSocketChannel(group);
            client.connect(ADDRESS).get();
            return new AsynchronousSocketChannel[] {client, accepted.get()};
        }
    }

    private static boolean terminates(AsynchronousChannelGroup group) throws InterruptedException {
        return group.awaitTermination(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void handlersRunOnThreadsOfTheGroup(boolean fixed) throws Exception {
        AsynchronousChannelGroup group = group(fixed);
        AsynchronousSocketChannel[] pair = pair(group);
        CompletionRecord<Integer> later = new CompletionRecord<>();
        pair[0].read(ByteBuffer.allocate(1), null, later);
        pair[1].write(ByteBuffer.allocate(2)).get();
        assertThat(threads).contains(later.thread());
        CompletionRecord<Integer> atOnce = new CompletionRecord<>();
        pair[0].read(ByteBuffer.allocate(1), null, atOnce);
        assertThat(threads).contains(atOnce.thread());
        group.shutdownNow();
        assertThat(terminates(group)).isTrue();
    }

    @Test
    void aGroupWithFixedThreadsStartsThemAtOnce() throws Exception {
        AsynchronousChannelGroup group = provider.openAsynchronousChannelGroup(3, factory);
        assertThat(threads).hasSize(3);
        group.shutdown();
        assertThat(terminates(group)).isTrue();
        assertThat(group.isShutdown()).isTrue();
        assertThat(group.isTerminated()).isTrue();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aShutDownGroupEndsWithItsLastChannel(boolean fixed) throws Exception {
        AsynchronousChannelGroup group = group(fixed);
        AsynchronousSocketChannel[] pair = pair(group);
        group.shutdown();
        assertThatThrownBy(() -> provider.openAsynchronousSocketChannel(group))
                .isExactlyInstanceOf(ShutdownChannelGroupException.class);
        assertThatThrownBy(() -> provider.openAsynchronousServerSocketChannel(group))
                .isExactlyInstanceOf(ShutdownChannelGroupException.class);
        assertThat(group.awaitTermination(0, TimeUnit.SECONDS)).isFalse();
        CompletionRecord<Integer> read = new CompletionRecord<>();
        pair[0].read(ByteBuffer.allocate(1), null, read);
        pair[1].write(ByteBuffer.allocate(1)).get();
        assertThat(read.get()).isEqualTo(1);
        CompletionRecord<Integer> pending = new CompletionRecord<>();
        pair[0].read(ByteBuffer.allocate(1), null, pending);
        pair[0].close();
        assertThat(pending.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(terminates(group)).isTrue();
        assertThatThrownBy(() -> pair[0].read(ByteBuffer.allocate(1), null, new CompletionRecord<>()))
                .isExactlyInstanceOf(ShutdownChannelGroupException.class);
        assertThatThrownBy(() -> pair[0].read(ByteBuffer.allocate(1)).get())
                .hasCauseExactlyInstanceOf(ClosedChannelException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shutdownNowClosesTheChannelsOfTheGroup(boolean fixed) throws Exception {
        AsynchronousChannelGroup group = group(fixed);
        AsynchronousSocketChannel[] pair = pair(group);
        AsynchronousServerSocketChannel server =
                provider.openAsynchronousServerSocketChannel(group).bind(ADDRESS);
        CompletionRecord<Integer> read = new CompletionRecord<>();
        CompletionRecord<AsynchronousSocketChannel> accept = new CompletionRecord<>();
        pair[0].read(ByteBuffer.allocate(1), null, read);
        server.accept(null, accept);
        group.shutdownNow();
        assertThat(pair[0].isOpen()).isFalse();
        assertThat(server.isOpen()).isFalse();
        assertThat(pair[1].isOpen()).isTrue();
        assertThat(read.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(accept.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(terminates(group)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aShutDownGroupAcceptsNoConnection(boolean fixed) throws Exception {
        AsynchronousChannelGroup group = group(fixed);
        try (AsynchronousServerSocketChannel server =
                        provider.openAsynchronousServerSocketChannel(group).bind(ADDRESS);
                AsynchronousSocketChannel client = provider.openAsynchronousSocketChannel(null)) {
            group.shutdown();
            Future<AsynchronousSocketChannel> accept = server.accept();
            client.connect(ADDRESS).get();
            assertThatThrownBy(accept::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isExactlyInstanceOf(IOException.class)
                    .hasCauseExactlyInstanceOf(ShutdownChannelGroupException.class);
            assertThat(client.read(ByteBuffer.allocate(1)).get()).isEqualTo(-1);
        }
        assertThat(terminates(group)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anExceptionOfAHandlerReachesItsThreadAndTheGroupGoesOn(boolean fixed) throws Exception {
        AsynchronousChannelGroup group = group(fixed);
        AsynchronousSocketChannel[] pair = pair(group);
        for (int i = 0; i < 3; i++) {
            pair[1].write(ByteBuffer.allocate(1)).get();
            pair[0].read(ByteBuffer.allocate(1), null, new CompletionHandler<Integer, Object>() {
                @Override
                public void completed(Integer count, Object none) {
                    throw new IllegalStateException("handler");
                }

                @Override
                public void failed(Throwable failure, Object none) {
                    throw new AssertionError(failure);
                }
            });
            int expected = i + 1;
            network.awaitUntil(() -> uncaught.size() == expected);
        }
        assertThat(uncaught).allMatch(failure -> "handler".equals(failure.getMessage()));
        CompletionRecord<Integer> read = new CompletionRecord<>();
        pair[0].read(ByteBuffer.allocate(1), null, read);
        pair[1].write(ByteBuffer.allocate(1)).get();
        assertThat(read.get()).isEqualTo(1);
        group.shutdownNow();
        assertThat(terminates(group)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aThreadOfTheGroupRunsHandlersInsideOneAnotherUpToALimit(boolean fixed) throws Exception {
        AsynchronousChannelGroup group = group(fixed);
        AsynchronousSocketChannel[] pair = pair(group);
        pair[1].write(ByteBuffer.allocate(100)).get();
        List<Integer> depths = new ArrayList<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        pair[0].read(ByteBuffer.allocate(1), 1, new CompletionHandler<Integer, Integer>() {
            private int depth;

            @Override
            public void completed(Integer count, Integer number) {
                synchronized (depths) {
                    depths.add(++depth);
                }
                if (number == 17) {
                    done.complete(null);
                } else {
                    pair[0].read(ByteBuffer.allocate(1), number + 1, this);
                }
                synchronized (depths) {
                    depth--;
                }
            }

            @Override
            public void failed(Throwable failure, Integer number) {
                done.completeExceptionally(failure);
            }
        });
        done.get(20, TimeUnit.SECONDS);
        synchronized (depths) {
            assertThat(depths.subList(0, 16)).startsWith(1, 2, 3).endsWith(15, 16);
        }
        group.shutdownNow();
        assertThat(terminates(group)).isTrue();
    }

    @Test
    void aHandlerThatWaitsForAFutureBlocksAGroupOfOneFixedThread() throws Exception {
        AsynchronousChannelGroup group = provider.openAsynchronousChannelGroup(1, factory);
        AsynchronousSocketChannel[] pair = pair(group);
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        CompletableFuture<Void> waits = new CompletableFuture<>();
        pair[1].write(ByteBuffer.allocate(1)).get();
        pair[0].read(ByteBuffer.allocate(1), null, new CompletionHandler<Integer, Object>() {
            @Override
            public void completed(Integer count, Object none) {
                Future<Integer> next = pair[0].read(ByteBuffer.allocate(1));
                waits.complete(null);
                try {
                    next.get(50, TimeUnit.MILLISECONDS);
                    outcome.complete(null);
                } catch (InterruptedException | ExecutionException | TimeoutException e) {
                    outcome.complete(e);
                }
            }

            @Override
            public void failed(Throwable failure, Object none) {
                outcome.complete(failure);
            }
        });
        waits.get(20, TimeUnit.SECONDS);
        pair[1].write(ByteBuffer.allocate(1)).get();
        assertThat(outcome.get(20, TimeUnit.SECONDS)).isExactlyInstanceOf(TimeoutException.class);
        group.shutdownNow();
        assertThat(terminates(group)).isTrue();
    }

    @Test
    void aHandlerRunsInAnInitialTask() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(1, factory); // which the task occupies
        AsynchronousChannelGroup group = provider.openAsynchronousChannelGroup(executor, 1);
        AsynchronousSocketChannel[] pair = pair(group);
        CompletionRecord<Integer> read = new CompletionRecord<>();
        pair[0].read(ByteBuffer.allocate(1), null, read);
        pair[1].write(ByteBuffer.allocate(1)).get();
        assertThat(read.thread()).isIn(threads);
        assertThat(group.isTerminated()).isFalse();
        group.shutdownNow();
        assertThat(terminates(group)).isTrue();
    }

    @Test
    void anExecutorThatIsShutDownTakesNoHandler() throws Exception {
        ExecutorService executor = Executors.newCachedThreadPool(factory);
        AsynchronousChannelGroup group = provider.openAsynchronousChannelGroup(executor, 0);
        AsynchronousSocketChannel[] pair = pair(group);
        pair[1].write(ByteBuffer.allocate(2)).get();
        executor.shutdown();
        assertThat(terminates(group)).isTrue();
        assertThatThrownBy(() -> pair[0].read(ByteBuffer.allocate(1), null, new CompletionRecord<>()))
                .isExactlyInstanceOf(ShutdownChannelGroupException.class);
        assertThat(pair[0].read(ByteBuffer.allocate(1)).get()).isEqualTo(1);
    }

    @Test
    void argumentsAreCheckedLikeInTheJdk() throws Exception {
        assertThatThrownBy(() -> provider.openAsynchronousChannelGroup(0, factory))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("'nThreads' must be > 0");
        assertThatThrownBy(() -> provider.openAsynchronousChannelGroup((ExecutorService) null, 0))
                .isExactlyInstanceOf(NullPointerException.class)
                .hasMessage("'executor' is null");
        AsynchronousChannelGroup foreign =
                NetworkChannels.asynchronousChannelProvider(network).openAsynchronousChannelGroup(1, factory);
        assertThatThrownBy(() -> provider.openAsynchronousSocketChannel(foreign))
                .isExactlyInstanceOf(IllegalChannelGroupException.class);
        assertThat(foreign.provider()).isNotSameAs(provider);
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "fixed", "executor"})
    void closingTheNetworkCompletesAllOperationsAndEndsTheThreads(String kind) throws Exception {
        AsynchronousChannelGroup group = kind.equals("default") ? null : group(kind.equals("fixed"));
        AsynchronousSocketChannel[] pair = pair(group);
        AsynchronousServerSocketChannel server =
                provider.openAsynchronousServerSocketChannel(group).bind(ADDRESS);
        Future<AsynchronousSocketChannel> accept = server.accept();
        CompletionRecord<Integer> read = new CompletionRecord<>();
        pair[0].read(ByteBuffer.allocate(1), null, read);
        Future<Integer> peer = pair[1].read(ByteBuffer.allocate(1));
        network.close();
        assertThat(accept.isDone()).isTrue();
        assertThat(peer.isDone()).isTrue();
        assertThatThrownBy(accept::get).hasCauseExactlyInstanceOf(AsynchronousCloseException.class);
        assertThatThrownBy(peer::get).hasCauseExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(read.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        read.thread().join(kind.equals("executor") ? 1 : 20_000);
        assertThat(read.thread().isAlive()).isEqualTo(kind.equals("executor"));
        assertThatThrownBy(() -> provider.openAsynchronousSocketChannel(null))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Network is down");
        if (group != null) {
            group.shutdownNow();
            assertThat(terminates(group)).isTrue();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(uncaught).isEmpty();
    }
}

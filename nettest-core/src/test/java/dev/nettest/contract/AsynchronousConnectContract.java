package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A connect of an asynchronous channel that completes late, because the only thread of the group runs a handler. */
@Timeout(60)
abstract class AsynchronousConnectContract {
    private static final int LIMIT_SECONDS = 20;

    private final CountDownLatch handlerRuns = new CountDownLatch(1);
    private final CountDownLatch handlerEnds = new CountDownLatch(1);
    private AsynchronousChannelGroup group;
    private ServerSocketChannel server;

    abstract AsynchronousChannelProvider provider();

    abstract SelectorProvider peers();

    /** Returns when the kernel has delivered everything to the connecting channel. */
    abstract void settle(int localPort, int remotePort);

    @BeforeEach
    void occupyTheOnlyThread() throws Exception {
        group = provider().openAsynchronousChannelGroup(1, Thread::new);
        server = peers().openServerSocketChannel();
        server.bind(StreamBackend.loopback(0));
        AsynchronousSocketChannel first = provider().openAsynchronousSocketChannel(group);
        first.connect(server.getLocalAddress(), null, new CompletionHandler<Void, Object>() {
            @Override
            public void completed(Void nothing, Object attachment) {
                handlerRuns.countDown();
                try {
                    handlerEnds.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt(); // the group is shut down
                }
            }

            @Override
            public void failed(Throwable failure, Object attachment) {
                throw new AssertionError(failure);
            }
        });
        server.accept().close();
        assertThat(handlerRuns.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @AfterEach
    void close() throws IOException {
        handlerEnds.countDown();
        server.close();
        group.shutdownNow();
    }

    /** An act of the peer. */
    interface Act {
        void on(SocketChannel peer) throws IOException;
    }

    static Stream<Arguments> aLateCompletionHasTheErrorOfTheConnection() {
        Act reset = peer -> peer.setOption(StandardSocketOptions.SO_LINGER, 0).close();
        Act endAndReset = peer -> {
            peer.shutdownOutput();
            reset.on(peer);
        };
        return Stream.of(
                arguments("close", (Act) SocketChannel::close, "null"),
                arguments("reset", reset, "java.net.SocketException: Connection reset by peer"),
                arguments("end and reset", endAndReset, "java.net.SocketException: Broken pipe"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aLateCompletionHasTheErrorOfTheConnection(String name, Act act, String outcome) throws Exception {
        AsynchronousSocketChannel channel = provider().openAsynchronousSocketChannel(group);
        Future<Void> connected = channel.connect(server.getLocalAddress());
        SocketChannel peer = server.accept();
        int port = ChannelWorld.localPort(peer);
        int remote = peer.socket().getPort();
        act.on(peer);
        settle(remote, port);
        assertThat(connected.isDone()).isFalse();

        handlerEnds.countDown();

        assertThat(outcome(connected)).isEqualTo(outcome);
        assertThat(channel.isOpen()).isEqualTo(outcome.equals("null"));
        channel.close();
    }

    private static String outcome(Future<Void> connected) throws Exception {
        try {
            return String.valueOf(connected.get(LIMIT_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return e.getCause().toString();
        }
    }
}

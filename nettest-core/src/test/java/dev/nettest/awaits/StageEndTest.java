package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Listener;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However a stage is completed from outside, its operation ends: nothing is moved, taken or connected later. */
@Timeout(30)
class StageEndTest extends NetworkFixture {

    /** The methods of a future that complete it. */
    enum Way {
        COMPLETE,
        COMPLETE_EXCEPTIONALLY,
        CANCEL,
        OR_TIMEOUT,
        COMPLETE_ON_TIMEOUT,
        COMPLETE_ASYNC,
        OBTRUDE_VALUE,
        OBTRUDE_EXCEPTION;

        <T> void end(CompletableFuture<T> stage, T value) {
            switch (this) {
                case COMPLETE -> stage.complete(value);
                case COMPLETE_EXCEPTIONALLY -> stage.completeExceptionally(new IOException("outside"));
                case CANCEL -> stage.cancel(false);
                case OR_TIMEOUT -> stage.orTimeout(1, TimeUnit.MILLISECONDS);
                case COMPLETE_ON_TIMEOUT -> stage.completeOnTimeout(value, 1, TimeUnit.MILLISECONDS);
                case COMPLETE_ASYNC -> stage.completeAsync(() -> value);
                case OBTRUDE_VALUE -> stage.obtrudeValue(value);
                case OBTRUDE_EXCEPTION -> stage.obtrudeException(new IOException("outside"));
            }
            stage.handle((result, failure) -> null).join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWriteMovesNothingMoreAndGivesUpTheWriteLock(Way way) throws Exception {
        ConnectionPair pair = pair(4);
        ByteBuffer source = ByteBuffer.allocate(10);
        CompletableFuture<Integer> write = pair.client().writeAsync(source).toCompletableFuture();
        assertThat(source.position()).isEqualTo(4);

        way.end(write, 7);

        assertThat(pair.server().tryRead(ByteBuffer.allocate(10))).isEqualTo(4);
        assertThat(source.position()).isEqualTo(4);
        assertThat(pair.client().tryWrite(ByteBuffer.allocate(3))).isEqualTo(3);
        assertThat(clock.advanceToNext()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aReceiveTakesNoDatagram(Way way) throws Exception {
        DatagramEndpoint endpoint = network.bindDatagram().receiveTimeout(Duration.ofHours(1));
        ByteBuffer target = ByteBuffer.allocate(10);
        CompletableFuture<SocketAddress> receive = endpoint.receiveAsync(target).toCompletableFuture();

        way.end(receive, endpoint.localAddress());
        network.bindDatagram().send(ByteBuffer.allocate(3), endpoint.localAddress());

        assertThat(target.position()).isZero();
        assertThat(endpoint.isReadable()).isTrue();
        assertThat(clock.advanceToNext()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aConnectGivesUp(Way way) throws Exception {
        Listener listener = network.listen("localhost:80").backlog(1);
        Connection first = listener.connect();
        listener.connect();
        CompletableFuture<Connection> connect =
                listener.connectAsync(client -> {}).toCompletableFuture();

        way.end(connect, first);
        listener.accept();
        listener.accept();

        assertThat(listener.isAcceptable()).isFalse();
        assertThat(clock.advanceToNext()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void awaitsGiveUp(Way way) throws Exception {
        Duration limit = Duration.ofHours(1);
        Connection end = end();
        way.end(end.whenReadable(1, limit).toCompletableFuture(), null);
        way.end(end.peer().whenClosed().toCompletableFuture(), null);
        way.end(network.whenListening("localhost:90", limit).toCompletableFuture(), network.listen("localhost:91"));

        assertThat(clock.advanceToNext()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void anAwaitOfIdlenessGivesUp(Way way) throws Exception {
        Thread runs = network.threadFactory().newThread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
        });
        runs.start();
        CompletableFuture<Void> idle = network.whenIdle(Duration.ofHours(1)).toCompletableFuture();
        way.end(idle, null);
        runs.interrupt();
        runs.join();

        assertThat(clock.advanceToNext()).isFalse();
    }
}

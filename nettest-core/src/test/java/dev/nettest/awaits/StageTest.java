package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Listener;
import dev.nettest.Readiness;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stages of connections: awaits, writes and connects that do not block a thread. */
class StageTest extends NetworkFixture {
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        ConnectionPair pair = pair(4);
        client = pair.client();
        server = pair.server();
    }

    @Test
    void readableWritableAndClosedComplete() throws Exception {
        Text.write(client, "abcd");
        CompletableFuture<Void> readable = future(client.whenReadable());
        CompletableFuture<Void> writable = future(client.whenWritable());
        CompletableFuture<Void> closed = future(client.whenClosed());
        assertThat(readable).isNotDone();
        assertThat(writable).isNotDone();
        assertThat(closed).isNotDone();

        Text.write(server, "a");
        assertThat(readable).isCompleted();
        Text.read(server);
        assertThat(writable).isCompleted();
        client.close();
        assertThat(closed).isCompleted();
    }

    @Test
    void readableWaitsForBytesUpToItsLimit() throws Exception {
        CompletableFuture<Void> inTime = future(client.whenReadable(3, SECOND));
        CompletableFuture<Void> late = future(client.whenReadable(4, SECOND));
        Text.write(server, "abc");
        clock.advanceTimeBy(SECOND);

        assertThat(inTime).isCompleted();
        assertThatThrownBy(late::join)
                .hasCauseInstanceOf(AssertionError.class)
                .hasMessageContaining("after 1 s still waiting for " + client + " to be readable (4 bytes)\nProto ");
    }

    @Test
    void stagesFailAtOnceIfImpossible() throws Exception {
        CompletableFuture<Void> readable = future(client.whenReadable());
        CompletableFuture<Void> drained = future(client.whenReady(Readiness.WRITE_BLOCKED, SECOND));
        client.close();

        assertThat(catchThrowable(readable::join)).hasMessageContaining("can no longer come about");
        assertThat(catchThrowable(drained::join)).hasMessageContaining("can no longer come about");
        assertThat(future(client.whenWritable())).isCompletedExceptionally();
    }

    @Test
    void cancelledStageLeavesNoWaiterAndNoTimer() throws Exception {
        CompletableFuture<Void> readable = future(client.whenReadable(2, SECOND));
        readable.cancel(true);

        assertThat(clock.advanceToNext()).isFalse();
        Text.write(server, "abc");
        assertThat(readable).isCancelled();
    }

    @Test
    void completedStageLeavesNoTimer() throws Exception {
        future(client.whenReadable(2, SECOND));

        Text.write(server, "abc");

        assertThat(clock.advanceToNext()).isFalse();
    }

    @Test
    void writeCompletesWhenAllBytesAreWritten() throws Exception {
        CompletableFuture<Integer> write = future(client.writeAsync(Text.bytes("abcdefgh")));
        assertThat(write).isNotDone();
        assertThat(Text.read(server)).isEqualTo("abcd");

        assertThat(write).isCompletedWithValue(8);
        assertThat(Text.read(server)).isEqualTo("efgh");
    }

    @Test
    void writesRunOneAfterAnother() throws Exception {
        CompletableFuture<Integer> first = future(client.writeAsync(Text.bytes("aaaaaa")));
        CompletableFuture<Integer> second = future(client.writeAsync(Text.bytes("bbb")));
        StringBuilder read = new StringBuilder();
        while (read.length() < 9) {
            read.append(Text.read(server, 2));
        }

        assertThat(read).hasToString("aaaaaabbb");
        assertThat(first).isCompletedWithValue(6);
        assertThat(second).isCompletedWithValue(3);
    }

    @Test
    void cancelledWriteLeavesTheRestAndReleasesTheWriteLock() throws Exception {
        ByteBuffer source = Text.bytes("abcdefgh");
        CompletableFuture<Integer> write = future(client.writeAsync(source));
        CompletableFuture<Integer> next = future(client.writeAsync(Text.bytes("XY")));

        assertThat(write.cancel(false)).isTrue();

        assertThat(source.remaining()).isEqualTo(4);
        assertThat(Text.read(server)).isEqualTo("abcd");
        assertThat(next).isCompletedWithValue(2);
        assertThat(Text.read(server)).isEqualTo("XY");
    }

    @Test
    void writeFailedFromOutsideLeavesTheRestAndReleasesTheWriteLock() throws Exception {
        ByteBuffer source = Text.bytes("abcdefgh");
        CompletableFuture<Integer> write = future(client.writeAsync(source));
        CompletableFuture<Integer> next = future(client.writeAsync(Text.bytes("XY")));

        assertThat(write.completeExceptionally(new IOException("given up"))).isTrue();

        assertThat(source.remaining()).isEqualTo(4);
        assertThat(Text.read(server)).isEqualTo("abcd");
        assertThat(next).isCompletedWithValue(2);
        assertThat(Text.read(server)).isEqualTo("XY");
        assertThat(write).isCompletedExceptionally();
    }

    @Test
    void cancelledRendezvousWriteWithdrawsUnreadBytes() throws Exception {
        server.receiveBufferSize(0);
        ByteBuffer source = Text.bytes("abcdefgh");
        CompletableFuture<Integer> write = future(client.writeAsync(source));
        assertThat(Text.read(server, 3)).isEqualTo("abc");

        write.cancel(false);

        assertThat(Text.text(source.compact())).isEqualTo("defgh");
        assertThat(server.available()).isZero();
    }

    @Test
    void writeTimesOut() throws Exception {
        client.writeTimeout(SECOND);
        ByteBuffer source = Text.bytes("abcdefgh");
        CompletableFuture<Integer> write = future(client.writeAsync(source));

        clock.advanceTimeBy(SECOND);

        assertThatThrownBy(write::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Write timed out")
                .hasFieldOrPropertyWithValue("bytesTransferred", 4);
        assertThat(source.remaining()).isEqualTo(4);
    }

    @Test
    void writeCompletesPartiallyOnResetAndTheNextOneFails() throws Exception {
        CompletableFuture<Integer> write = future(client.writeAsync(Text.bytes("abcdefgh")));

        server.reset();

        assertThat(write).isCompletedWithValue(4);
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Connection reset by peer");
    }

    @Test
    void connectCompletesWhenQueued() throws Exception {
        Listener listener = network.listen("10.0.0.1:80");

        CompletableFuture<Connection> dial = future(network.connectAsync("10.0.0.1:80"));

        assertThat(dial).isCompleted();
        assertThat(dial.join().peer()).isSameAs(listener.accept());
    }

    @Test
    void connectFailsWithTheKernelException() {
        assertThatThrownBy(() -> future(network.connectAsync("10.0.0.1:80")).join())
                .cause()
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
        assertThatThrownBy(() -> future(network.connectAsync("nowhere.test:80")).join())
                .hasRootCauseExactlyInstanceOf(java.net.UnknownHostException.class);
    }

    @Test
    void connectWaitsForTheBacklog() throws Exception {
        Listener listener = fullListener();
        CompletableFuture<Connection> dial = future(network.connectAsync("10.0.0.1:80"));
        assertThat(dial).isNotDone();

        listener.accept();

        assertThat(dial).isCompleted();
        assertThat(clock.advanceToNext()).isFalse();
    }

    @Test
    void cancelledConnectTakesNoSlot() throws Exception {
        Listener listener = fullListener();
        CompletableFuture<Connection> dial = future(network.connectAsync("10.0.0.1:80"));
        dial.cancel(true);

        listener.accept();
        listener.accept();

        assertThat(listener.tryAccept()).isNull();
        assertThat(network.snapshot().connections()).hasSize(6);
        assertThat(clock.advanceToNext()).isFalse();
    }

    @Test
    void connectTimesOut() throws Exception {
        fullListener();
        CompletableFuture<Connection> own = future(network.connectAsync(
                new InetSocketAddress("10.0.0.1", 80), dialling -> dialling.connectTimeout(SECOND)));
        CompletableFuture<Connection> kernels = future(network.connectAsync("10.0.0.1:80"));

        clock.advanceTimeBy(Duration.ofSeconds(127));

        assertThatThrownBy(own::join)
                .cause()
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Connect timed out");
        assertThatThrownBy(kernels::join)
                .cause()
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("Connection timed out");
    }

    @Test
    void connectEndsWithItsConnectionOrItsListener() throws Exception {
        Listener listener = fullListener();
        Connection[] dialling = {null};
        CompletableFuture<Connection> closed =
                future(network.connectAsync(listener.localAddress(), connection -> dialling[0] = connection));
        CompletableFuture<Connection> refused = future(network.connectAsync("10.0.0.1:80"));

        dialling[0].close();
        listener.close();

        assertThatThrownBy(closed::join).hasRootCauseExactlyInstanceOf(AsynchronousCloseException.class);
        assertThatThrownBy(refused::join).hasRootCauseMessage("Connection refused");
    }

    @Test
    void hookExceptionFailsTheConnect() throws Exception {
        network.listen("10.0.0.1:80");
        AssertionError thrown = new AssertionError("hook");

        CompletableFuture<Connection> dial = future(network.connectAsync(new InetSocketAddress("10.0.0.1", 80), c -> {
            throw thrown;
        }));

        assertThatThrownBy(dial::join).hasCause(thrown);
    }

    private Listener fullListener() throws IOException {
        Listener listener = network.listen("10.0.0.1:80").backlog(1);
        listener.connect();
        listener.connect();
        return listener;
    }

    private static <T> CompletableFuture<T> future(CompletionStage<T> stage) {
        return stage.toCompletableFuture();
    }
}

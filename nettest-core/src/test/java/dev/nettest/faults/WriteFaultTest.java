package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each effect on a write. */
class WriteFaultTest extends NetworkFixture {
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        ConnectionPair pair = network.pair();
        client = pair.client();
        server = pair.server();
    }

    @Test
    void failThrowsTheSameInstanceAndWritesNothing() throws Exception {
        IOException declared = new IOException("the very one");
        FaultHandle handle = client.faults().write(Fault.failWith(declared).once());
        ByteBuffer source = Text.bytes("abc");

        assertThatThrownBy(() -> client.write(source)).isSameAs(declared);
        assertThat(source.remaining()).isEqualTo(3);
        assertThat(client.write(source)).isEqualTo(3);
        assertThat(Text.read(server)).isEqualTo("abc");
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void faultsActOnTryWriteAndOutputStreams() {
        client.faults().write(Fault.failWith(() -> new IOException("boom")));

        assertThatThrownBy(() -> Text.tryWrite(client, "x")).hasMessage("boom");
        assertThatThrownBy(() -> client.outputStream().write(1)).hasMessage("boom");
        assertThat(client.writeAsync(Text.bytes("x")).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void resetAfterBytesCutsExactlyThere() throws Exception {
        client.faults().write(Fault.reset().afterBytes(4));

        assertThatThrownBy(() -> Text.write(client, "0123456789")).hasMessage("Connection reset by peer");
        assertThat(Text.read(server)).isEqualTo("0123");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
    }

    @Test
    void halfCloseAfterBytesEndsTheStreamExactlyThere() throws Exception {
        FaultHandle handle = client.faults().write(Fault.halfClose().afterBytes(4));
        Text.write(server, "answer");

        assertThatThrownBy(() -> client.outputStream().write("0123456789".getBytes(StandardCharsets.ISO_8859_1)))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Broken pipe")
                .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessageContaining("halfClose().afterBytes(4)"));
        assertThat(Text.readAll(server)).isEqualTo("0123");
        assertThat(Text.read(client)).isEqualTo("answer");
        assertThat(Text.write(server, "still open")).isEqualTo(10);
        assertThatThrownBy(() -> client.outputStream().write(1)).hasMessage("Broken pipe");
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void halfCloseOfAChannelIsLikeThatOfAnotherThread() throws Exception {
        client.faults().write(Fault.halfClose().afterBytes(2));

        assertThat(Text.tryWrite(client, "0123")).isEqualTo(2);
        assertThat(client.isWritable()).isTrue();
        assertThatThrownBy(() -> Text.write(client, "23")).isInstanceOf(AsynchronousCloseException.class);
        assertThat(client.isClosed()).isFalse();
        assertThat(Text.readAll(server)).isEqualTo("01");
    }

    @Test
    void halfCloseEndsAWriteThatWaits() throws Exception {
        client.peer().receiveBufferSize(3);
        Background<Void> writing = Background.run(() -> Text.write(client, "0123456789"));
        writing.awaitParked();

        client.faults().write(Fault.halfClose());

        assertThat(writing.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(Text.readAll(server)).isEqualTo("012");
    }

    @Test
    void silenceAfterBytesLosesTheRest() throws Exception {
        FaultHandle handle = client.faults().write(Fault.silence().afterBytes(4));

        assertThat(Text.write(client, "0123456789")).isEqualTo(10);
        assertThat(Text.read(server)).isEqualTo("0123");
        client.close();
        clock.advanceTimeBy(Duration.ofMinutes(10));

        assertThat(server.isReadable()).isFalse();
        assertThat(server.isReadable()).as("no end of stream").isFalse();
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void aSilencedWriterFillsTheBufferAndTimesOut() throws Exception {
        server.receiveBufferSize(6);
        client.faults().write(Fault.silence().afterBytes(4));
        Background<Void> writing = Background.run(() -> Text.write(client, "0123456789"));
        writing.awaitParked();

        clock.advanceTimeBy(Duration.ofMillis(924_600));

        assertThat(writing.result()).isNull(); // 6 bytes moved; the next write reports the error
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Connection timed out");
        assertThat(Text.read(server)).isEqualTo("0123");
        assertThat(server.isReadable()).isFalse();
    }

    @Test
    void aSilencedEndStillReads() throws Exception {
        client.faults().write(Fault.silence());
        Text.write(client, "lost");
        Text.write(server, "answer");

        assertThat(Text.read(client)).isEqualTo("answer");
        network.defaultLink().hold().release();
        assertThat(server.isReadable()).isFalse();
    }

    @Test
    void resetAbortsBothEnds() throws Exception {
        Text.write(client, "sent before");
        client.faults().write(Fault.reset().once());

        assertThatThrownBy(() -> Text.write(client, "x"))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Connection reset by peer");
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Broken pipe");
        assertThat(Text.read(client)).isEqualTo(Text.END);
        assertThat(Text.read(server)).isEqualTo("sent before");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
    }

    @Test
    void resetOfAStreamHasTheMessageOfASocket() {
        client.faults().write(Fault.reset());

        assertThatThrownBy(() -> client.outputStream().write(1))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Connection reset by peer");
    }

    @Test
    void unreachableAndTimeoutHaveTheMessagesOfTheSystem() {
        client.faults().write(Fault.unreachable().once());
        client.faults().write(Fault.timeout());

        assertThatThrownBy(() -> Text.write(client, "x"))
                .isExactlyInstanceOf(NoRouteToHostException.class)
                .hasMessage("No route to host");
        assertThatThrownBy(() -> Text.write(client, "x"))
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Write timed out");
    }

    @Test
    void stallEndsAtTheWriteTimeout() throws Exception {
        client.faults().write(Fault.stall());
        client.writeTimeout(SECOND);
        Background<Void> writer =
                Background.run(() -> Text.write(client, "abc")).awaitParked();
        client.awaitWriteBlocked();

        clock.advanceTimeBy(SECOND);

        assertThat(writer.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Write timed out")
                .hasFieldOrPropertyWithValue("bytesTransferred", 0);
        assertThat(server.available()).isZero();
    }

    @Test
    void aStalledWriteIsReadyWhenThePeerResets() throws Exception {
        client.faults().write(Fault.stall());
        boolean[] called = {false};
        client.onReady(dev.nettest.Readiness.WRITABLE, () -> called[0] = true);
        assertThat(Text.tryWrite(client, "x")).isZero();

        server.reset();

        assertThat(called[0]).isTrue();
        assertThatThrownBy(() -> Text.tryWrite(client, "x")).hasMessage("Connection reset by peer");
    }

    @Test
    void aStalledWriterIsFreedByItsOwnShutdown() throws Exception {
        client.faults().write(Fault.stall());
        Background<Void> channel =
                Background.run(() -> Text.write(client, "abc")).awaitParked();
        Background<Void> stream =
                Background.run(() -> client.outputStream().write(new byte[3])).awaitParked();

        client.shutdownOutput();

        assertThat(channel.failure()).isExactlyInstanceOf(java.nio.channels.AsynchronousCloseException.class);
        assertThat(stream.failure()).isExactlyInstanceOf(SocketException.class).hasMessage("Broken pipe");
    }

    @Test
    void aStalledWriterIsFreedByItsOwnClose() throws Exception {
        client.faults().write(Fault.stall());
        Background<Void> channel =
                Background.run(() -> Text.write(client, "abc")).awaitParked();
        Background<Void> stream =
                Background.run(() -> client.outputStream().write(new byte[3])).awaitParked();

        client.close();

        assertThat(channel.failure()).isExactlyInstanceOf(java.nio.channels.AsynchronousCloseException.class);
        assertThat(stream.failure()).isExactlyInstanceOf(SocketException.class).hasMessage("Socket closed");
    }

    @Test
    void delayStartsWhenTheOperationCouldProceed() throws Exception {
        server.receiveBufferSize(1);
        Text.write(client, "a");
        client.faults().write(Fault.delayed(SECOND).once());
        Background<Integer> writer =
                Background.call(() -> Text.write(client, "b")).awaitParked();
        clock.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(Text.read(server)).isEqualTo("a");

        clock.advanceTimeBy(SECOND.minusNanos(1));
        assertThat(server.available()).isZero();
        clock.advanceTimeBy(Duration.ofNanos(1));

        assertThat(writer.result()).isEqualTo(1);
        assertThat(Text.read(server)).isEqualTo("b");
    }

    @Test
    void sliceShortensATryWriteAndSplitsABlockingWrite() throws Exception {
        FaultHandle handle = client.faults().write(Fault.slice(3));

        assertThat(Text.tryWrite(client, "abcdefgh")).isEqualTo(3);
        assertThat(Text.write(client, "defgh")).isEqualTo(5);
        assertThat(Text.read(server)).isEqualTo("abcdefgh");
        assertThat(handle.fireCount()).isEqualTo(2);
    }

    @Test
    void aLargeWriteInSmallSlicesArrives() throws Exception {
        client.faults().write(Fault.slice(1));
        ByteBuffer source = ByteBuffer.allocate(1 << 20);

        assertThat(client.write(source)).isEqualTo(1 << 20);
        assertThat(server.available()).isEqualTo(1 << 20);
    }

    @Test
    void corruptInvertsOneBitThatThePeerReads() throws Exception {
        FaultHandle handle = client.faults().write(Fault.corrupt().nth(2));
        Text.write(client, "abcd");
        Text.write(client, "efgh");
        Text.write(client, "ijkl");

        String read = Text.read(server);

        assertThat(read).startsWith("abcd").endsWith("ijkl");
        assertThat(read.substring(4, 8)).isNotEqualTo("efgh");
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void corruptDoesNotChangeTheCallersBuffer() throws Exception {
        client.faults().write(Fault.corrupt());
        ByteBuffer source = Text.bytes("abcd");

        client.write(source);

        assertThat(source.array()).isEqualTo(new byte[] {'a', 'b', 'c', 'd'});
    }

    @Test
    void aWriteOfNoBytesIsNotCounted() throws Exception {
        FaultHandle handle = client.faults().write(Fault.failWith(new IOException("boom")));

        assertThat(client.write(ByteBuffer.allocate(0))).isZero();
        assertThat(handle.fireCount()).isZero();
    }

    @Test
    void resetDropsTheBytesThatAreQueuedHere() throws Exception {
        Text.write(server, "unread");
        client.faults().write(Fault.reset());

        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Connection reset by peer");

        assertThat(client.available()).isZero();
        assertThat(Text.read(client)).isEqualTo(Text.END);
    }

    @Test
    void corruptReachesEveryByte() throws Exception {
        client.faults().write(Fault.corrupt());
        Set<Integer> changed = new TreeSet<>();
        for (int i = 0; i < 200; i++) {
            client.write(ByteBuffer.wrap(new byte[4]));
            changed.add(ReadFaultTest.onlyBit(server));
        }

        assertThat(changed).hasSize(32);
    }
}

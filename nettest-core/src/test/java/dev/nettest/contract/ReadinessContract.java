package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

/** The ready sets of stream channels. Hang-ups and errors make each operation of the interest set ready. */
abstract class ReadinessContract extends ChannelApiContract {
    private static final int STREAM = R | W | C;

    private SelectionKey key(SocketChannel channel) throws IOException {
        return registered(channel, selector(), STREAM);
    }

    @Test
    void aConnectionIsWritable() throws IOException {
        SelectionKey key = key(connected().client());
        assertThat(ready(key)).isEqualTo(W);
        assertThat(key.isWritable()).isTrue();
        assertThat(key.isReadable() || key.isConnectable() || key.isAcceptable())
                .isFalse();
    }

    @Test
    void bytesMakeItReadableUntilTheyAreRead() throws IOException {
        Ends ends = connected();
        SelectionKey key = registered(ends.client(), selector(), R);
        assertThat(readyNow(key)).isZero();
        ends.server().write(bytes("ab"));
        assertThat(ready(key)).isEqualTo(R);
        ends.client().read(ByteBuffer.allocate(1));
        assertThat(readyNow(key)).isEqualTo(R);
        ends.client().read(ByteBuffer.allocate(1));
        assertThat(readyNow(key)).isZero();
    }

    @Test
    void anEndOfStreamIsReadableForEver() throws IOException {
        Ends ends = connected();
        SelectionKey key = key(ends.client());
        ends.server().shutdownOutput();
        PollingWait.until(() -> Outcome.of(() -> readyNow(key)).equals("5"), () -> "the end of the stream");
        assertThat(ends.client().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(readyNow(key)).isEqualTo(R | W);
    }

    @Test
    void myShutInputIsReadable() throws IOException {
        Ends ends = connected();
        SelectionKey key = key(ends.client());
        ends.client().shutdownInput();
        assertThat(readyNow(key)).isEqualTo(R | W);
    }

    @Test
    void myShutOutputIsWritable() throws IOException {
        Ends ends = connected();
        SelectionKey key = key(ends.client());
        ends.client().shutdownOutput();
        assertThat(readyNow(key)).isEqualTo(W);
    }

    @Test
    void bothDirectionsAtTheirEndMakeEverythingReady() throws IOException {
        Ends ends = connected();
        SelectionKey key = key(ends.client());
        ends.client().shutdownOutput();
        ends.server().shutdownOutput();
        PollingWait.until(() -> Outcome.of(() -> readyNow(key)).equals("13"), () -> "a hang-up");
    }

    @Test
    void aResetMakesEverythingReadyAlsoAfterItsErrorIsTaken() throws IOException {
        Ends ends = connected();
        SelectionKey key = key(ends.client());
        ends.server().setOption(StandardSocketOptions.SO_LINGER, 0);
        ends.server().close();
        PollingWait.until(() -> Outcome.of(() -> readyNow(key)).equals("13"), () -> "a reset");
        assertThatThrownBy(() -> ends.client().read(ByteBuffer.allocate(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("Connection reset");
        assertThat(readyNow(key)).isEqualTo(STREAM);
    }

    @Test
    void aFullSendBufferIsNotWritableUntilThePeerReads() throws IOException {
        Ends ends = connectedWithoutBlocking();
        SelectionKey key = registered(ends.client(), selector(), W);
        long written = fill(key);
        assertThat(written).isPositive();
        Task reader = task("reader", () -> {
            ByteBuffer target = ByteBuffer.allocate(1 << 16);
            for (long read = 0; read < written; target.clear()) {
                read += ends.server().read(target);
            }
            return "read all";
        });
        assertThat(ready(key)).isEqualTo(W);
        assertThat(reader.outcome()).isEqualTo("read all");
        assertThat(ends.client().write(bytes("x"))).isEqualTo(1);
    }

    /** Writes until nothing fits and the channel does not become writable by itself. */
    private static long fill(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        long total = 0;
        do {
            for (long count = 1; count > 0; total += count) {
                count = channel.write(ByteBuffer.allocate(1 << 16));
            }
        } while (readyNow(key) != 0);
        return total;
    }

    @Test
    void anUnconnectedChannelIsReadyForEverything() throws IOException {
        assertThat(readyNow(key(stream()))).isEqualTo(STREAM);
    }

    @Test
    void anInterestSetOfZeroIsNeverReady() throws IOException {
        assertThat(readyNow(registered(stream(), selector(), 0))).isZero();
        SelectionKey key = registered(connected().client(), selector(), W);
        key.interestOps(0);
        assertThat(readyNow(key)).isZero();
        key.interestOps(W);
        assertThat(readyNow(key)).isEqualTo(W);
    }

    @Test
    void aConnectIsReadyToBeFinished() throws IOException {
        ServerSocketChannel server = server();
        SocketChannel channel = nonBlocking(stream());
        SelectionKey key = registered(channel, selector(), C);
        assertThat(channel.connect(server.getLocalAddress())).isFalse();
        assertThat(ready(key)).isEqualTo(C);
        assertThat(channel.finishConnect()).isTrue();
        key.interestOps(STREAM);
        assertThat(readyNow(key)).isEqualTo(W);
    }

    /** Only a pending connect is connectable, and only a finished one writable. */
    @Test
    void aPendingConnectIsNotWritable() throws IOException {
        ServerSocketChannel server = server();
        SocketChannel channel = nonBlocking(stream());
        SelectionKey key = key(channel);
        channel.connect(server.getLocalAddress());
        assertThat(ready(key)).isEqualTo(C);
    }

    @Test
    void aRefusedConnectIsReadyForEverything() throws IOException {
        SocketChannel refusing = stream().bind(StreamBackend.loopback(0));
        SocketChannel channel = nonBlocking(stream());
        SelectionKey key = key(channel);
        assertThat(channel.connect(refusing.getLocalAddress())).isFalse();
        assertThat(ready(key)).isEqualTo(STREAM);
        assertThatThrownBy(channel::finishConnect)
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
        assertThat(channel.isOpen()).isFalse();
        assertThat(key.isValid()).isFalse();
    }

    @Test
    void aServerIsAcceptableWhileConnectionsWait() throws IOException {
        ServerSocketChannel server = server();
        SelectionKey key = registered(server, selector(), A);
        assertThat(readyNow(key)).isZero();
        stream().connect(server.getLocalAddress());
        stream().connect(server.getLocalAddress());
        assertThat(ready(key)).isEqualTo(A);
        PollingWait.until(
                () -> Outcome.of(() -> opened(server.accept()).isOpen()).equals("true"), () -> "one");
        PollingWait.until(
                () -> Outcome.of(() -> opened(server.accept()).isOpen()).equals("true"), () -> "another");
        assertThat(readyNow(key)).isZero();
        assertThat(server.accept()).isNull();
    }

    @Test
    void anUnboundServerIsAcceptable() throws IOException {
        ServerSocketChannel server = opened(provider().openServerSocketChannel());
        assertThat(readyNow(registered(server, selector(), A))).isEqualTo(A);
    }

    /** The FIN leaves at the close; the rest of the close follows at the next select. */
    @Test
    void aRegisteredChannelEndsItsStreamWhenItIsClosed() throws IOException {
        Ends ends = connected();
        SelectionKey key = key(ends.client());
        ends.client().close();
        assertThat(ends.server().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(ends.server().write(bytes("x"))).isEqualTo(1);
        assertThat(ends.server().write(bytes("y")))
                .as("no reset before the select")
                .isEqualTo(1);
        key.selector().selectNow();
        PollingWait.until(
                () -> Outcome.of(() -> ends.server().write(bytes("z"))).contains("IOException"), () -> "a reset");
    }

    @Test
    void aRegisteredChannelWithLingerZeroResetsAtTheNextSelect() throws IOException {
        Ends ends = connected();
        SelectionKey key = key(ends.client());
        nonBlocking(ends.server());
        ends.client().setOption(StandardSocketOptions.SO_LINGER, 0);
        ends.client().close();
        assertThat(ends.server().read(ByteBuffer.allocate(1))).as("nothing yet").isZero();
        key.selector().selectNow();
        PollingWait.until(
                () -> Outcome.of(() -> ends.server().read(ByteBuffer.allocate(1)))
                        .equals("java.net.SocketException: Connection reset"),
                () -> "a reset");
    }

    @Test
    void aClosedServerListensUntilTheNextSelect() throws IOException {
        ServerSocketChannel server = server();
        SelectionKey key = registered(server, selector(), A);
        var address = server.getLocalAddress();
        server.close();
        SocketChannel late = stream();
        assertThat(late.connect(address)).isTrue();
        key.selector().selectNow();
        PollingWait.until(
                () -> Outcome.of(() -> late.write(bytes("x"))).contains("IOException"), () -> "the end of " + late);
        assertThatThrownBy(() -> stream().connect(address)).isInstanceOf(ConnectException.class);
    }
}

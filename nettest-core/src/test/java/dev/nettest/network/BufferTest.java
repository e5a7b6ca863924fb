package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Receive buffers of all sizes, and changes of their size in use. */
class BufferTest extends NetworkFixture {
    @Test
    void oneByteBufferTakesOneByteAtATime() throws Exception {
        ConnectionPair pair = pair(1);
        assertThat(Text.tryWrite(pair.client(), "abc")).isEqualTo(1);
        assertThat(Text.tryWrite(pair.client(), "bc")).isZero();
        Background<Integer> writer = Background.call(() -> Text.write(pair.client(), "bc"));
        StringBuilder read = new StringBuilder();
        while (read.length() < 3) {
            read.append(Text.read(pair.server()));
        }

        assertThat(read).hasToString("abc");
        assertThat(writer.result()).isEqualTo(2);
    }

    @Test
    void unlimitedBufferTakesEverything() throws Exception {
        ConnectionPair pair = pair(Connection.UNLIMITED);
        int size = 8 * 1024 * 1024;

        assertThat(pair.client().write(ByteBuffer.allocate(size))).isEqualTo(size);
        assertThat(pair.server().available()).isEqualTo(size);
        assertThat(pair.client().isWritable()).isTrue();
    }

    @Test
    void defaultBufferTakesFourMebibytes() throws Exception {
        ConnectionPair pair = network.pair();

        assertThat(pair.client().tryWrite(ByteBuffer.allocate(5_000_000))).isEqualTo(4 * 1024 * 1024);
        assertThat(pair.client().isWritable()).isFalse();
    }

    @Test
    void growthUnblocksTheWriter() throws Exception {
        ConnectionPair pair = pair(2);
        Background<Integer> writer =
                Background.call(() -> Text.write(pair.client(), "abcd")).awaitParked();

        pair.server().receiveBufferSize(4);

        assertThat(writer.result()).isEqualTo(4);
        assertThat(Text.read(pair.server())).isEqualTo("abcd");
    }

    @Test
    void shrunkBufferKeepsItsBytesAndBlocksWritesUntilTheyFit() throws Exception {
        ConnectionPair pair = pair(8);
        Text.write(pair.client(), "abcdef");
        pair.server().receiveBufferSize(2);

        assertThat(Text.tryWrite(pair.client(), "X")).isZero();
        assertThat(Text.read(pair.server(), 4)).isEqualTo("abcd");
        assertThat(Text.tryWrite(pair.client(), "X")).isZero();
        assertThat(Text.read(pair.server(), 1)).isEqualTo("e");
        assertThat(Text.tryWrite(pair.client(), "XY")).isEqualTo(1);
        assertThat(Text.read(pair.server())).isEqualTo("fX");
    }

    @Test
    void bufferChangedToRendezvousTakesTheNextWriteOnceEmpty() throws Exception {
        ConnectionPair pair = pair(8);
        Text.write(pair.client(), "ab");
        pair.server().receiveBufferSize(0);
        Background<Integer> writer =
                Background.call(() -> Text.write(pair.client(), "cdefghijklm")).awaitParked();

        assertThat(Text.read(pair.server())).isEqualTo("ab");
        pair.server().awaitReadable();
        assertThat(Text.read(pair.server())).isEqualTo("cdefghijklm");
        assertThat(writer.result()).isEqualTo(11);
    }

    @Test
    void rendezvousChangedToBufferUnblocksTheWriter() throws Exception {
        ConnectionPair pair = pair(0);
        Background<Integer> writer =
                Background.call(() -> Text.write(pair.client(), "abcd")).awaitParked();

        pair.server().receiveBufferSize(1);

        assertThat(writer.result()).isEqualTo(4);
        assertThat(Text.read(pair.server())).isEqualTo("abcd");
    }

    @Test
    void rendezvousWriteReturnsWhenThePeerHasReadAll() throws Exception {
        ConnectionPair pair = pair(0);
        Background<Integer> writer = Background.call(network, () -> Text.write(pair.client(), "abcd"))
                .awaitParked();
        pair.client().awaitWriteBlocked();

        assertThat(Text.read(pair.server(), 3)).isEqualTo("abc");
        writer.assertWaits();
        assertThat(Text.read(pair.server(), 1)).isEqualTo("d");

        assertThat(writer.result()).isEqualTo(4);
        pair.client().awaitDrained(Duration.ZERO);
    }

    @Test
    void rendezvousIsWritableWhileEmpty() throws Exception {
        ConnectionPair pair = pair(0);
        assertThat(pair.client().isWritable()).isTrue();

        assertThat(Text.tryWrite(pair.client(), "abcd")).isEqualTo(4);
        assertThat(pair.client().isWritable()).isFalse();
        Text.read(pair.server(), 3);
        assertThat(pair.client().isWritable()).isFalse();
        Text.read(pair.server());
        assertThat(pair.client().isWritable()).isTrue();
    }

    @Test
    void timedOutRendezvousWriteWithdrawsUnreadBytes() throws Exception {
        ConnectionPair pair = pair(0);
        pair.client().writeTimeout(SECOND);
        ByteBuffer source = Text.bytes("abcd");
        Background<Integer> writer =
                Background.call(() -> pair.client().write(source)).awaitParked();
        Text.read(pair.server(), 1);

        clock.advanceTimeBy(SECOND);

        assertThat(writer.failure()).hasMessage("Write timed out").hasFieldOrPropertyWithValue("bytesTransferred", 1);
        assertThat(source.position()).isEqualTo(1);
        assertThat(pair.server().available()).isZero();
        assertThat(pair.client().isWritable()).isTrue();
    }

    @Test
    void interruptedRendezvousWriteClosesWithNothingUnread() throws Exception {
        ConnectionPair pair = pair(0);
        Background<Integer> writer =
                Background.call(() -> Text.write(pair.client(), "abcd")).awaitParked();

        writer.interrupt();

        assertThat(writer.failure()).isInstanceOf(java.nio.channels.ClosedByInterruptException.class);
        assertThat(Text.readAll(pair.server())).isEmpty();
    }

    @Test
    void twoRendezvousWritersTakeTurns() throws Exception {
        ConnectionPair pair = pair(0);
        Background<Integer> first =
                Background.call(() -> Text.write(pair.client(), "aaaa")).awaitParked();
        Background<Integer> second =
                Background.call(() -> Text.write(pair.client(), "bbbb")).awaitParked();

        assertThat(Text.read(pair.server())).isEqualTo("aaaa");
        first.result();
        assertThat(Text.read(pair.server())).isEqualTo("bbbb");
        second.result();
    }

    @Test
    void unreadBytesComeFirst() throws Exception {
        ConnectionPair pair = pair(4);
        Text.write(pair.client(), "abcd");
        String read = Text.read(pair.server(), 3);
        Text.write(pair.client(), "ef");

        pair.server().unread(Text.bytes(read));

        assertThat(pair.server().available()).isEqualTo(6);
        assertThat(Text.tryWrite(pair.client(), "X")).isZero();
        assertThat(Text.read(pair.server())).isEqualTo("abcdef");
        assertThat(Text.tryWrite(pair.client(), "X")).isEqualTo(1);
    }

    @Test
    void unreadBytesComeBeforeEndOfStream() throws Exception {
        ConnectionPair pair = pair(4);
        Text.write(pair.client(), "ab");
        pair.client().close();
        String read = Text.read(pair.server());
        assertThat(Text.read(pair.server())).isEqualTo(Text.END);

        pair.server().unread(Text.bytes(read));
        pair.server().unread(ByteBuffer.allocate(0));

        assertThat(Text.readAll(pair.server())).isEqualTo("ab");
    }

    @Test
    void unreadWakesAReaderAndUndrainsTheWriter() throws Exception {
        ConnectionPair pair = pair(4);
        Text.write(pair.client(), "ab");
        String read = Text.read(pair.server());
        Background<String> reader =
                Background.call(() -> Text.read(pair.server())).awaitParked();

        pair.server().unread(Text.bytes(read));

        assertThat(reader.result()).isEqualTo("ab");
        pair.server().unread(Text.bytes(read));
        assertThatThrownBy(() -> pair.client().awaitDrained(Duration.ZERO)).isInstanceOf(AssertionError.class);
    }

    @Test
    void delimiterEndsATryRead() throws Exception {
        ConnectionPair pair = pair(16);
        Text.write(pair.client(), "one\ntwo\nthree");

        assertThat(line(pair.server())).isEqualTo("one\n");
        assertThat(line(pair.server())).isEqualTo("two\n");
        assertThat(line(pair.server())).isEqualTo("three");
        assertThat(line(pair.server())).isEmpty();
        Text.write(pair.client(), "\n\n");
        assertThat(line(pair.server())).isEqualTo("\n");
        assertThat(line(pair.server())).isEqualTo("\n");
    }

    @Test
    void delimiterAbove127IsFound() throws Exception {
        ConnectionPair pair = pair(16);
        pair.client().write(ByteBuffer.wrap(new byte[] {1, (byte) 0xFF, 2}));
        ByteBuffer target = ByteBuffer.allocate(8);

        assertThat(pair.server().tryRead(target, (byte) 0xFF)).isEqualTo(2);
    }

    @Test
    void smallTargetEndsATryReadBeforeTheDelimiter() throws Exception {
        ConnectionPair pair = pair(16);
        Text.write(pair.client(), "one\n");
        ByteBuffer target = ByteBuffer.allocate(2);

        assertThat(pair.server().tryRead(target, (byte) '\n')).isEqualTo(2);
        assertThat(line(pair.server())).isEqualTo("e\n");
    }

    private static String line(Connection connection) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(16);
        connection.tryRead(target, (byte) '\n');
        return Text.text(target);
    }

    @Test
    void aDelimiterOfZeroIsFound() throws Exception {
        ConnectionPair pair = pair(16);
        pair.client().write(ByteBuffer.wrap(new byte[] {1, 0, 2}));
        ByteBuffer target = ByteBuffer.allocate(8);

        assertThat(pair.server().tryRead(target, (byte) 0)).isEqualTo(2);
        assertThat(pair.server().tryRead(target, (byte) 0)).isEqualTo(1);
    }

    @Test
    void bytesReadAgainAfterAnUnreadAreDrained() throws Exception {
        ConnectionPair pair = pair(4);
        Text.write(pair.client(), "ab");
        String read = Text.read(pair.server());
        pair.client().awaitDrained(Duration.ZERO);
        pair.server().unread(Text.bytes(read));

        assertThat(Text.read(pair.server())).isEqualTo("ab");

        pair.client().awaitDrained(Duration.ZERO);
    }

    @Test
    void aSkippedUrgentByteIsDrained() throws Exception {
        ConnectionPair pair = pair(8);
        Text.write(pair.client(), "a");
        pair.client().sendUrgentData('x');
        Text.write(pair.client(), "b");
        assertThat(Text.read(pair.server())).isEqualTo("a");
        assertThat(Text.read(pair.server())).isEqualTo("b");

        pair.client().awaitDrained(Duration.ZERO);
    }

    @Test
    void aRendezvousThatIsTakenBackIsDrained() throws Exception {
        ConnectionPair pair = pair(0);
        pair.client().writeTimeout(SECOND);
        Background<Void> writer =
                Background.run(() -> Text.write(pair.client(), "abcd")).awaitParked();
        assertThatThrownBy(() -> pair.client().awaitDrained(Duration.ZERO)).isInstanceOf(AssertionError.class);
        assertThat(Text.read(pair.server(), 1)).isEqualTo("a");

        clock.advanceTimeBy(SECOND);

        assertThat(writer.failure()).hasMessage("Write timed out");
        pair.client().awaitDrained(Duration.ZERO);
    }

    @Test
    void aShutdownDuringAHalfReadRendezvousEndsTheWriteWithItsPart() throws Exception {
        ConnectionPair pair = pair(0);
        ByteBuffer source = Text.bytes("abcd");
        Background<Integer> writer =
                Background.call(() -> pair.client().write(source)).awaitParked();
        assertThat(Text.read(pair.server(), 1)).isEqualTo("a");

        pair.client().shutdownOutput();

        assertThat(writer.result()).isEqualTo(1);
        assertThat(source.position()).isEqualTo(1);
        assertThat(Text.read(pair.server())).isEqualTo(Text.END);
        assertThatThrownBy(() -> Text.tryWrite(pair.client(), "x")).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void anAsynchronousWriteThatFitsIsDoneAtOnce() throws Exception {
        ConnectionPair pair = pair(4);

        assertThat(pair.client().writeAsync(Text.bytes("abcd")).toCompletableFuture())
                .isCompletedWithValue(4);

        assertThat(pair.client().writeAsync(Text.bytes("e")).toCompletableFuture())
                .isNotDone();
        assertThat(Text.read(pair.server())).isEqualTo("abcd");
        assertThat(Text.read(pair.server())).isEqualTo("e");
    }

    @Test
    void aTimedOutReaderTakesNoWakeUpOfTheNext() throws Exception {
        ConnectionPair pair = pair(4);
        pair.client().readTimeout(SECOND);
        Background<String> first =
                Background.call(() -> Text.read(pair.client())).awaitParked();
        clock.advanceTimeBy(SECOND);
        assertThat(first.failure()).isInstanceOf(SocketTimeoutException.class);
        Background<String> second =
                Background.call(() -> Text.read(pair.client())).awaitParked();

        Text.write(pair.server(), "x");

        assertThat(second.result()).isEqualTo("x");
    }
}

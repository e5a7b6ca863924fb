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
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code afterBytes} is exact. */
class ByteTriggerTest extends NetworkFixture {
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        ConnectionPair pair = network.pair();
        client = pair.client();
        server = pair.server();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void aReadAcrossTheLimitStopsThere(int limit) throws Exception {
        client.faults().read(boom().afterBytes(limit));
        Text.write(server, "abcdefgh");

        assertThat(Text.read(client)).isEqualTo("abcdefgh".substring(0, limit));
        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
    }

    @Test
    void aReadThatEndsAtTheLimitIsComplete() throws Exception {
        client.faults().read(boom().afterBytes(4).once());
        Text.write(server, "abcdefgh");

        assertThat(Text.read(client, 4)).isEqualTo("abcd");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
        assertThat(Text.read(client)).isEqualTo("efgh");
    }

    @Test
    void afterZeroBytesActsAtOnce() {
        client.faults().read(boom().afterBytes(0));

        assertThatThrownBy(() -> Text.tryRead(client)).hasMessage("boom");
    }

    @Test
    void bytesReadBeforeTheInstallationDoNotCount() throws Exception {
        Text.write(server, "abcdefgh");
        Text.read(client, 3);

        client.faults().read(boom().afterBytes(2));

        assertThat(Text.read(client)).isEqualTo("de");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
    }

    @Test
    void aBlockingWriteAcrossTheLimitWritesUpToItAndThrows() throws Exception {
        client.faults().write(boom().afterBytes(5));
        ByteBuffer source = Text.bytes("abcdefgh");

        assertThatThrownBy(() -> client.write(source)).hasMessage("boom");
        assertThat(source.position()).isEqualTo(5);
        assertThat(Text.read(server)).isEqualTo("abcde");
    }

    @Test
    void aStreamWriteAcrossTheLimitWritesUpToItAndThrows() throws Exception {
        client.faults().write(boom().afterBytes(5));

        assertThatThrownBy(() -> client.outputStream().write(new byte[8])).hasMessage("boom");
        assertThat(server.available()).isEqualTo(5);
    }

    @Test
    void anAsynchronousWriteAcrossTheLimitWritesUpToItAndFails() throws Exception {
        client.faults().write(boom().afterBytes(5));
        ByteBuffer source = Text.bytes("abcdefgh");

        assertThatThrownBy(() -> client.writeAsync(source).toCompletableFuture().join())
                .hasRootCauseMessage("boom");
        assertThat(source.position()).isEqualTo(5);
    }

    @Test
    void tryWriteStopsAtTheLimitAndTheNextOneThrows() throws Exception {
        FaultHandle handle = client.faults().write(boom().afterBytes(5));
        ByteBuffer source = Text.bytes("abcdefgh");

        assertThat(client.tryWrite(source)).isEqualTo(5);
        assertThat(handle.fireCount()).isZero();
        assertThatThrownBy(() -> client.tryWrite(source)).hasMessage("boom");
        assertThat(source.position()).isEqualTo(5);
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void aWriteThatBlocksBeforeTheLimitThrowsExactlyThere() throws Exception {
        server.receiveBufferSize(2);
        client.faults().write(boom().afterBytes(5));
        Background<Void> writer =
                Background.run(() -> Text.write(client, "abcdefgh")).awaitParked();

        assertThat(Text.read(server)).isEqualTo("ab");
        server.awaitReadable(2);
        assertThat(Text.read(server)).isEqualTo("cd");

        assertThat(writer.failure()).hasMessage("boom");
        assertThat(Text.read(server)).isEqualTo("e");
        assertThat(server.available()).isZero();
    }

    @Test
    void resetAfterBytesDeliversExactlyThoseBytes() throws Exception {
        client.faults().write(Fault.reset().afterBytes(3));

        assertThatThrownBy(() -> Text.write(client, "abcdefgh")).hasMessage("Connection reset by peer");
        assertThat(Text.read(server)).isEqualTo("abc");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
    }

    @Test
    void endOfStreamAfterBytesHidesTheRest() throws Exception {
        client.faults().read(Fault.endOfStream().afterBytes(3));
        Text.write(server, "abcdefgh");

        assertThat(Text.readAll(client)).isEqualTo("abc");
    }

    @Test
    void stallAfterBytesBlocksTheRestOfAWrite() throws Exception {
        FaultHandle handle = client.faults().write(Fault.stall().afterBytes(3));
        Background<Integer> writer =
                Background.call(() -> Text.write(client, "abcdefgh")).awaitParked();

        assertThat(Text.read(server)).isEqualTo("abc");
        assertThat(server.isReadable()).isFalse();
        handle.close();

        assertThat(writer.result()).isEqualTo(8);
        assertThat(Text.read(server)).isEqualTo("defgh");
    }

    @Test
    void delayAfterBytesDelaysTheFollowingBytes() throws Exception {
        client.faults().read(Fault.delayed(SECOND).afterBytes(3));
        Text.write(server, "abcdef");

        assertThat(Text.read(client)).isEqualTo("abc");
        assertThat(Text.tryRead(client)).isEmpty();
        clock.advanceTimeBy(SECOND);
        assertThat(Text.read(client)).isEqualTo("def");
    }

    @Test
    void severalLimitsAreEachExact() throws Exception {
        client.faults().read(boom().afterBytes(5).once());
        client.faults().read(boom().afterBytes(2).once());
        Text.write(server, "abcdefgh");

        assertThat(Text.read(client)).isEqualTo("ab");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
        assertThat(Text.read(client)).isEqualTo("cde");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
        assertThat(Text.read(client)).isEqualTo("fgh");
    }

    @Test
    void theLimitIsExactWithARecordMark() throws Exception {
        client.faults().read(boom().afterBytes(6));
        Text.write(server, "ab\ncdefgh\n");
        ByteBuffer target = ByteBuffer.allocate(64);

        assertThat(client.tryRead(target, (byte) '\n')).isEqualTo(3);
        assertThat(client.tryRead(target, (byte) '\n')).isEqualTo(3);
        assertThatThrownBy(() -> client.tryRead(target, (byte) '\n')).hasMessage("boom");
        assertThat(Text.text(target)).isEqualTo("ab\ncde");
    }

    @Test
    void theLimitIsExactInARendezvous() throws Exception {
        server.receiveBufferSize(0);
        client.faults().write(boom().afterBytes(3));
        Background<Void> writer = Background.run(() -> Text.write(client, "abcdefgh"));

        assertThat(Text.read(server)).isEqualTo("abc");
        assertThat(writer.failure()).hasMessage("boom");
    }

    private static Fault boom() {
        return Fault.failWith(() -> new IOException("boom"));
    }

    @Test
    void bytesUnderAnOlderFaultDoNotCount() throws Exception {
        client.faults().read(boom().afterBytes(100));
        Text.write(server, "abcdefgh");
        assertThat(Text.read(client, 3)).isEqualTo("abc");

        client.faults().read(boom().afterBytes(2));

        assertThat(Text.read(client)).isEqualTo("de");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
    }

    @Test
    void bytesThatWerePutBackDoNotCount() throws Exception {
        client.faults().read(boom().afterBytes(4));
        Text.write(server, "abcdefgh");
        assertThat(Text.read(client, 3)).isEqualTo("abc");

        client.unread(Text.bytes("bc"));

        assertThat(Text.read(client)).isEqualTo("bcd");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
    }

    @Test
    void bufferedBytesBeforeAFaultCountForTheNextOne() throws Exception {
        client.faults().read(boom().afterBuffered().once());
        client.faults().read(Fault.endOfStream().afterBytes(6));
        Text.write(server, "abcd");
        assertThat(Text.read(client)).isEqualTo("abcd");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("boom");
        Text.write(server, "efgh");

        assertThat(Text.read(client)).isEqualTo("ef");
        assertThat(Text.read(client)).isEqualTo(Text.END);
    }
}

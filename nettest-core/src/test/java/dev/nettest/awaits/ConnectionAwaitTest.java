package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every await of a connection: its return, its immediate failure, its limit. */
class ConnectionAwaitTest extends NetworkFixture {
    private static final Map<String, Consumer<Connection>> PLAIN = new TreeMap<>(Map.of(
            "readable", Connection::awaitReadable,
            "5 bytes", end -> end.awaitReadable(5),
            "writable", Connection::awaitWritable,
            "closed", Connection::awaitClosed,
            "peer closed", Connection::awaitPeerClosed,
            "end of stream", Connection::awaitEndOfStream,
            "drained", Connection::awaitDrained,
            "write blocked", Connection::awaitWriteBlocked));

    private static final Map<String, BiConsumer<Connection, Duration>> LIMITED = new TreeMap<>(Map.of(
            "readable", Connection::awaitReadable,
            "5 bytes", (end, limit) -> end.awaitReadable(5, limit),
            "writable", Connection::awaitWritable,
            "closed", Connection::awaitClosed,
            "peer closed", Connection::awaitPeerClosed,
            "end of stream", Connection::awaitEndOfStream,
            "drained", Connection::awaitDrained,
            "write blocked", Connection::awaitWriteBlocked));

    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        ConnectionPair pair = pair(8);
        client = pair.client();
        server = pair.server();
    }

    @ParameterizedTest
    @CsvSource({
        "readable, 1 s still waiting for connection # to be readable",
        "5 bytes, 1 s still waiting for connection # to be readable (5 bytes)",
        "writable, 1 s still waiting for connection # to be writable",
        "closed, 1 s still waiting for connection # to be closed",
        "peer closed, 1 s still waiting for connection # to be closed by its peer",
        "end of stream, 1 s still waiting for connection # to be at the end of its stream",
        "drained, 1 s still waiting for connection # to be drained by its peer",
        "write blocked, 1 s still waiting for connection # to be blocked in a write"
    })
    void failsAtItsLimitAndNamesTheCondition(String name, String message) throws Exception {
        if (name.equals("writable") || name.equals("drained")) {
            Text.write(client, "12345678");
        }
        String expected = "after " + message.replace("#", client.toString().substring("connection ".length()));
        Background<Void> await = Background.run(network, () -> LIMITED.get(name).accept(client, SECOND))
                .awaitParked();

        clock.advanceTimeBy(SECOND.minusNanos(1));
        await.assertWaits();
        clock.advanceTimeBy(Duration.ofNanos(1));

        assertThat(await.failure()).isInstanceOf(AssertionError.class).hasMessageStartingWith(expected + "\n");
    }

    @ParameterizedTest
    @CsvSource({"readable", "5 bytes", "writable", "closed", "peer closed", "end of stream", "drained", "write blocked"
    })
    void usesTheLimitOfTheNetworkByDefault(String name) throws Exception {
        if (name.equals("writable") || name.equals("drained")) {
            Text.write(client, "12345678");
        }
        Background<Void> await =
                Background.run(() -> PLAIN.get(name).accept(client)).awaitParked();

        clock.advanceTimeBy(Duration.ofSeconds(10));

        assertThat(await.failure()).hasMessageStartingWith("after 10 s still waiting for connection ");
    }

    @Test
    void returnsAtOnceIfTheConditionHolds() throws Exception {
        Text.write(server, "12345");
        client.awaitReadable();
        client.awaitReadable(5);
        client.awaitReadable(Duration.ZERO);
        client.awaitWritable(Duration.ZERO);
        client.awaitDrained(Duration.ZERO);
        server.close();
        client.awaitPeerClosed(Duration.ZERO);
        Text.read(client);
        client.awaitEndOfStream(Duration.ZERO);
        client.close();
        client.awaitClosed(Duration.ZERO);
    }

    @Test
    void zeroLimitDoesNotWaitEvenOnAStoppedClock() {
        assertThatThrownBy(() -> client.awaitReadable(Duration.ZERO))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("after 0 s still waiting for connection ");
    }

    @Test
    void readableWaitsForTheGivenNumberOfBytes() throws Exception {
        Background<Void> await =
                Background.run(network, () -> client.awaitReadable(5)).awaitParked();
        Text.write(server, "1234");
        await.assertWaits();

        Text.write(server, "5");

        await.result();
    }

    @Test
    void readableIsEndOfStreamAndResetToo() throws Exception {
        Background<Void> await = Background.run(client::awaitReadable).awaitParked();
        server.shutdownOutput();
        await.result();
        Background<Void> other = Background.run(server::awaitReadable).awaitParked();
        client.reset();
        other.result();
    }

    @Test
    void writableWaitsForFreeSpace() throws Exception {
        Text.write(client, "12345678");
        Background<Void> await = Background.run(client::awaitWritable).awaitParked();

        Text.read(server, 1);

        await.result();
    }

    @Test
    void drainedWaitsUntilThePeerHasReadEverything() throws Exception {
        Text.write(client, "1234");
        Background<Void> await = Background.run(network, client::awaitDrained).awaitParked();
        Text.read(server, 3);
        await.assertWaits();

        Text.read(server, 1);

        await.result();
    }

    @Test
    void writeBlockedWaitsForABlockedWriter() throws Exception {
        Background<Void> await =
                Background.run(network, client::awaitWriteBlocked).awaitParked();
        Text.write(client, "12345678");
        await.assertWaits();
        Background<Void> writer = Background.run(() -> Text.write(client, "9"));

        await.result();
        Text.read(server);
        writer.result();
        assertThatThrownBy(() -> client.awaitWriteBlocked(Duration.ZERO)).isInstanceOf(AssertionError.class);
    }

    @Test
    void writeBlockedCountsAsynchronousWritesToo() throws Exception {
        client.writeAsync(Text.bytes("123456789"));

        client.awaitWriteBlocked();
    }

    @Test
    void peerClosedIsACloseOrAReset() throws Exception {
        Background<Void> await = Background.run(client::awaitPeerClosed).awaitParked();
        server.close();
        await.result();

        ConnectionPair other = network.pair();
        Background<Void> second =
                Background.run(other.client()::awaitPeerClosed).awaitParked();
        other.server().reset();
        second.result();
    }

    @Test
    void endOfStreamWaitsUntilEverythingIsRead() throws Exception {
        Text.write(server, "abc");
        server.shutdownOutput();
        Background<Void> await = Background.run(client::awaitEndOfStream).awaitParked();

        Text.read(client);

        await.result();
    }

    @Test
    void failsAtOnceIfImpossible() throws Exception {
        Text.write(server, "abc");
        Text.write(client, "abc");
        server.shutdownOutput();
        assertHopeless(() -> client.awaitReadable(5), "to be readable (5 bytes) can no longer come about");
        server.close();
        assertHopeless(client::awaitDrained, "to be drained by its peer can no longer come about");
        client.close();
        assertHopeless(client::awaitReadable, "to be readable can no longer come about");
        assertHopeless(client::awaitWritable, "to be writable can no longer come about");
        assertHopeless(client::awaitEndOfStream, "to be at the end of its stream can no longer come about");
        assertHopeless(client::awaitWriteBlocked, "to be blocked in a write can no longer come about");
    }

    @Test
    void failsAtOnceWhenItBecomesImpossible() throws Exception {
        Text.write(server, "abc");
        Background<Void> readable =
                Background.run(() -> client.awaitReadable(5)).awaitParked();
        Background<Void> end = Background.run(client::awaitEndOfStream).awaitParked();
        Background<Void> blocked = Background.run(client::awaitWriteBlocked).awaitParked();

        client.close();

        assertThat(readable.failure()).hasMessageContaining("to be readable (5 bytes) can no longer come about");
        assertThat(end.failure()).hasMessageContaining("to be at the end of its stream can no longer come about");
        assertThat(blocked.failure()).hasMessageContaining("to be blocked in a write can no longer come about");
    }

    @Test
    void endOfStreamNeverComesAfterAReset() throws Exception {
        Background<Void> await = Background.run(client::awaitEndOfStream).awaitParked();

        server.reset();

        assertThat(await.failure()).hasMessageContaining("can no longer come about");
    }

    @Test
    void interruptEndsItAndIsKept() throws Exception {
        boolean[] kept = {false};
        Background<Void> await = Background.run(() -> {
                    try {
                        client.awaitReadable();
                    } finally {
                        kept[0] = Thread.currentThread().isInterrupted();
                    }
                })
                .awaitParked();

        await.interrupt();

        assertThat(await.failure())
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("interrupted while waiting for " + client + " to be readable\n");
        assertThat(kept[0]).isTrue();
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void moreBytesThanTheBufferHoldsAreRefused() {
        assertThatThrownBy(() -> client.awaitReadable(9))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("waiting for 9 readable bytes, but the receive buffer holds at most 8");
        assertThatThrownBy(() -> client.whenReadable(9, SECOND)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.awaitReadable(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bytes must be at least 1: 0");
        assertThatThrownBy(() -> client.awaitReadable(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit is negative: PT-0.000000001S");
    }

    private static void assertHopeless(org.assertj.core.api.ThrowableAssert.ThrowingCallable await, String message) {
        assertThatThrownBy(await).isInstanceOf(AssertionError.class).hasMessageContaining(message);
    }

    @Test
    void oneByteEndsTheWaitOfAllThreads() throws Exception {
        Background<Void> first = Background.run(client::awaitReadable).awaitParked();
        Background<Void> second = Background.run(client::awaitReadable).awaitParked();
        Background<Void> third = Background.run(client::awaitReadable).awaitParked();

        Text.write(server, "x");

        first.result();
        second.result();
        third.result();
        assertThat(Text.read(client)).isEqualTo("x");
    }

    @Test
    void severalBytesNeverComeAfterAShutdownOfTheInput() throws Exception {
        Text.write(server, "12345");
        client.awaitReadable(5, Duration.ZERO);

        client.shutdownInput();

        client.awaitReadable(1, Duration.ZERO);
        assertHopeless(() -> client.awaitReadable(5), "to be readable (5 bytes) can no longer come about");
    }
}

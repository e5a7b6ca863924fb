package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A stalled operation ends when its own end closes, or its peer closes or resets, like a blocked one of the kernel. */
class StallEndTest extends NetworkFixture {
    private final ConnectionPair pair = pair();
    private final Connection client = pair.client();
    private final Connection server = pair.server();

    private ConnectionPair pair() {
        try {
            return network.pair();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Background<String> stalledRead() {
        client.faults().read(Fault.stall());
        return Background.call(network, () -> Text.read(client)).awaitParked();
    }

    private Background<Integer> stalledWrite() {
        client.faults().write(Fault.stall());
        return Background.call(network, () -> Text.write(client, "x")).awaitParked();
    }

    // ---- a read

    @Test
    void aReadEndsWithTheResetOfThePeer() throws Exception {
        Background<String> reader = stalledRead();
        server.reset();

        assertThat(reader.failure()).hasMessage("Connection reset");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection reset");
    }

    @Test
    void aReadEndsWithTheCloseOfThePeer() throws Exception {
        Background<String> reader = stalledRead();
        server.close();

        assertThat(reader.result()).isEqualTo(Text.END);
        assertThat(client.isReadable()).isTrue();
    }

    @Test
    void aReadEndsWithAHalfClose() throws Exception {
        Background<String> reader = stalledRead();
        server.shutdownOutput();

        assertThat(reader.result()).isEqualTo(Text.END);
    }

    @Test
    void bytesBeforeAResetAreReadFirst() throws Exception {
        Background<String> reader = stalledRead();
        Text.write(server, "stalled");
        server.reset();

        assertThat(reader.result()).isEqualTo("stalled");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection reset");
    }

    /** The FIN would arrive behind the bytes that do not arrive. */
    @Test
    void aReadIsStalledWhileBytesStandBeforeTheEnd() throws Exception {
        Background<String> reader = stalledRead();
        Text.write(server, "stalled");
        server.close();

        assertThat(client.isReadable()).isFalse();
        reader.assertWaits();
        client.close();
        assertThat(reader.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void aReadEndsWithTheTimeoutOfTheConnection() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        network.listen("10.0.0.5:80");
        Connection connected = app.connect("10.0.0.5:80");
        connected.faults().read(Fault.stall());
        Background<String> reader = Background.call(() -> Text.read(connected)).awaitParked();
        network.partition("app", "10.0.0.5");
        Text.write(connected, "x");
        clock.advanceTimeBy(Duration.ofMinutes(16));

        assertThat(reader.failure()).hasMessage("Connection timed out");
    }

    @Test
    void aStallThatHasEndedFiresOnce() throws Exception {
        FaultHandle stall = client.faults().read(Fault.stall().once());
        Background<String> reader = Background.call(() -> Text.read(client)).awaitParked();
        server.close();

        assertThat(reader.result()).isEqualTo(Text.END);
        assertThat(stall.fireCount()).isEqualTo(1);
    }

    // ---- a write

    @Test
    void aWriteEndsWithTheResetOfThePeer() throws Exception {
        Background<Integer> writer = stalledWrite();
        server.reset();

        assertThat(writer.failure()).isExactlyInstanceOf(IOException.class).hasMessage("Connection reset by peer");
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Broken pipe");
    }

    @Test
    void aWriteEndsWithTheCloseOfAChannelWithUnreadBytes() throws Exception {
        Text.write(client, "unread");
        Background<Integer> writer = stalledWrite();
        server.close();

        assertThat(writer.failure()).hasMessage("Connection reset by peer");
    }

    @Test
    void aWriteEndsWithTheCloseOfASocketWithUnreadBytes() throws Exception {
        Text.write(client, "unread");
        Background<Integer> writer = stalledWrite();
        server.inputStream().close();

        assertThat(writer.failure()).hasMessage("Broken pipe");
    }

    /** Without the fault the first write after a close succeeds, and its bytes are lost. */
    @Test
    void aWriteEndsWithTheCloseOfThePeer() throws Exception {
        Background<Integer> writer = stalledWrite();
        server.close();

        assertThat(writer.result()).isEqualTo(1);
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Broken pipe");
    }

    @Test
    void aHalfCloseOfThePeerLeavesAWriteStalled() throws Exception {
        Background<Integer> writer = stalledWrite();
        server.shutdownOutput();

        assertThat(client.isWritable()).isFalse();
        client.close();
        assertThat(writer.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void aWriteThatHasMovedBytesEndsWithTheReset() throws Exception {
        client.faults().write(Fault.stall().afterBytes(3));
        Background<Integer> writer =
                Background.call(() -> Text.write(client, "abcdef")).awaitParked();
        server.reset();

        assertThat(writer.result()).isEqualTo(3);
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Connection reset by peer");
    }

    @Test
    void aStalledStageEndsToo() throws Exception {
        client.faults().write(Fault.stall());
        var stage = client.writeAsync(ByteBuffer.allocate(1)).toCompletableFuture();
        server.reset();

        assertThat(stage).failsWithin(SECOND).withThrowableThat().havingCause().withMessage("Connection reset by peer");
    }

    @Test
    void aWriteOverALinkEndsWhenTheCloseArrives() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Listener listener = network.listen("10.0.0.5:80");
        Connection connected = app.connect("10.0.0.5:80");
        network.link("app", "10.0.0.5").latency(SECOND);
        connected.faults().write(Fault.stall());
        listener.accept().reset();
        assertThat(connected.isWritable()).isFalse();

        clock.advanceTimeBy(SECOND);

        assertThatThrownBy(() -> Text.write(connected, "x")).hasMessage("Connection reset by peer");
    }

    // ---- the own end

    @Test
    void everyOperationEndsWithItsOwnClose() throws Exception {
        Background<String> reader = stalledRead();
        Background<Integer> writer = stalledWrite();
        Listener listener = network.listen();
        listener.faults().accept(Fault.stall());
        Background<Connection> acceptor = Background.call(listener::accept).awaitParked();
        DatagramEndpoint endpoint = network.bindDatagram();
        endpoint.faults().receive(Fault.stall());
        endpoint.faults().send(Fault.stall());
        Background<?> receiver =
                Background.call(() -> endpoint.receive(ByteBuffer.allocate(1))).awaitParked();
        Background<?> sender = Background.run(() -> endpoint.send(ByteBuffer.allocate(1), endpoint.localAddress()))
                .awaitParked();

        client.close();
        listener.close();
        endpoint.close();

        for (Background<?> stalled : new Background<?>[] {reader, writer, acceptor, receiver, sender}) {
            assertThat(stalled.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        }
    }

    @Test
    void aConnectEndsWithItsOwnClose() throws Exception {
        Listener listener = network.listen();
        listener.faults().connect(Fault.stall());
        Connection[] dialling = new Connection[1];
        Background<Connection> dial = Background.call(
                        () -> network.connect(listener.localAddress(), connection -> dialling[0] = connection))
                .awaitParked();

        dialling[0].close();

        assertThat(dial.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
    }
}

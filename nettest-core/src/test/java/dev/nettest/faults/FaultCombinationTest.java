package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults of different kinds on one operation. */
class FaultCombinationTest extends NetworkFixture {
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        ConnectionPair pair = network.pair();
        client = pair.client();
        server = pair.server();
    }

    private static Fault boom() {
        return Fault.failWith(() -> new IOException("boom"));
    }

    @Test
    void aReadIsDelayedSlicedAndCorrupted() throws Exception {
        FaultHandle corrupt = network.faults().read(Fault.corrupt());
        FaultHandle slice = server.faults().read(Fault.slice(2));
        FaultHandle delay = server.faults().read(Fault.delayed(SECOND));
        Text.write(client, "0123");

        assertThat(Text.tryRead(server)).isEmpty();
        clock.advanceTimeBy(SECOND);
        assertThat(Text.tryRead(server)).hasSize(2).isNotEqualTo("01");
        assertThat(Text.tryRead(server)).isEmpty();
        for (FaultHandle each : new FaultHandle[] {corrupt, slice}) {
            assertThat(each.fireCount()).isEqualTo(1);
        }
        assertThat(delay.fireCount())
                .as("also of the last attempt, which found bytes")
                .isEqualTo(2);
    }

    @Test
    void aDripIsCutAfterBytesInAnyOrder() throws Exception {
        client.faults().write(Fault.drip(2, SECOND));
        client.faults().write(Fault.reset().afterBytes(3));
        Background<Integer> writing = Background.call(() -> Text.write(client, "012345"));
        writing.awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(writing.failure()).hasMessage("Connection reset by peer");
        assertThat(Text.read(server)).isEqualTo("012");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
    }

    @Test
    void aFailureIsDelayedFromTheStart() {
        server.faults().read(Fault.delayed(SECOND));
        server.faults().read(boom());
        Background<String> reading = Background.call(() -> Text.read(server));
        reading.awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(reading.failure()).hasMessage("boom");
    }

    @Test
    void aFailureLeavesNothingToSlice() throws Exception {
        FaultHandle slice = server.faults().read(Fault.slice(1).once());
        server.faults().read(boom().once());
        Text.write(client, "0123");

        assertThatThrownBy(() -> Text.read(server)).hasMessage("boom");
        assertThat(slice.fireCount()).isZero();
        assertThat(Text.read(server)).isEqualTo("0");
        assertThat(Text.read(server)).isEqualTo("123");
    }

    @Test
    void amongFaultsOfOneKindTheNarrowestScopeWins() throws Exception {
        network.faults().read(Fault.slice(3));
        server.faults().read(Fault.slice(2).once());
        server.faults().read(Fault.drip(1, SECOND));
        Text.write(client, "0123456");

        assertThat(Text.read(server)).isEqualTo("01");
        assertThat(Text.read(server)).isEqualTo("2");
        assertThat(Text.tryRead(server)).isEmpty();
    }

    @Test
    void aFaultAfterBufferedDataCombinesWithNone() throws Exception {
        server.faults().read(boom().afterBuffered());
        FaultHandle slice = server.faults().read(Fault.slice(1));
        Text.write(client, "0123");

        assertThat(Text.read(server)).isEqualTo("0123");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("boom");
        assertThat(slice.fireCount()).isZero();
    }

    @Test
    void aStalledOperationIsNotDelayed() throws Exception {
        FaultHandle delay = server.faults().read(Fault.delayed(SECOND));
        FaultHandle stall = server.faults().read(Fault.stall().once());
        Text.write(client, "0");

        assertThat(Text.tryRead(server)).isEmpty();
        clock.advanceTimeBy(SECOND);
        assertThat(Text.tryRead(server)).isEmpty();
        assertThat(stall.fireCount()).isEqualTo(1);
        assertThat(delay.fireCount()).isZero();
    }

    @Test
    void aCloseIsDelayedAndReset() throws Exception {
        client.faults().close(Fault.delayed(SECOND));
        client.faults().close(Fault.reset());
        client.close();

        assertThat(server.isReadable()).isFalse();
        clock.advanceTimeBy(SECOND);
        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
    }

    @Test
    void aConnectIsDelayedAndRefusedByFaultsOfTwoScopes() throws Exception {
        Listener listener = network.listen();
        FaultHandle delay = network.faults().connect(Fault.delayed(SECOND));
        FaultHandle refusal = listener.faults().connect(Fault.refuse());
        Background<Connection> connecting = Background.call(listener::connect);
        connecting.awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(connecting.failure()).hasMessage("Connection refused");
        assertThat(delay.fireCount()).isEqualTo(1);
        assertThat(refusal.fireCount()).isEqualTo(1);
    }

    @Test
    void anAcceptIsDelayedAndReset() throws Exception {
        Listener listener = network.listen();
        listener.faults().accept(Fault.reset());
        listener.faults().accept(Fault.delayed(SECOND));
        Connection connected = listener.connect();

        assertThat(listener.tryAccept()).isNull();
        clock.advanceTimeBy(SECOND);
        assertThat(listener.tryAccept()).isNotNull();
        assertThatThrownBy(() -> Text.read(connected)).hasMessage("Connection reset");
    }

    @Test
    void aDatagramIsDuplicatedAndCorrupted() throws Exception {
        DatagramEndpoint receiver = network.bindDatagram();
        DatagramEndpoint sender = network.bindDatagram();
        sender.faults().send(Fault.duplicate(1));
        sender.faults().send(Fault.corrupt());
        sender.send(ByteBuffer.wrap(new byte[] {0}), receiver.localAddress());

        for (int copy = 0; copy < 2; copy++) {
            ByteBuffer target = ByteBuffer.allocate(1);
            assertThat(receiver.tryReceive(target)).isNotNull();
            assertThat(Integer.bitCount(target.get(0) & 0xFF)).isEqualTo(1);
        }
    }

    @Test
    void aReorderedDatagramIsCorrupted() throws Exception {
        DatagramEndpoint receiver = network.bindDatagram();
        DatagramEndpoint sender = network.bindDatagram();
        receiver.faults().receive(Fault.corrupt().once());
        receiver.faults().receive(Fault.reorder(1).once());
        sender.faults().send(Fault.corrupt().nth(3));
        sender.faults().send(Fault.reorder(1).nth(3));
        for (int i = 0; i < 4; i++) {
            sender.send(ByteBuffer.wrap(new byte[] {0, 0}), receiver.localAddress());
        }

        StringBuilder corrupted = new StringBuilder();
        ByteBuffer target = ByteBuffer.allocate(2);
        while (receiver.tryReceive(target) != null) {
            corrupted.append(target.getShort(0) == 0 ? "-" : "x");
            target.clear();
        }
        assertThat(corrupted).hasToString("-x-x");
    }

    @Test
    void aSlicedDelayServesEachOperationOnce() throws Exception {
        client.faults().write(Fault.slice(2));
        client.faults().write(Fault.delayed(Duration.ofMillis(100)));
        Background<Integer> writing = Background.call(() -> Text.write(client, "0123456789"));
        writing.awaitParked();
        assertThat(server.isReadable()).isFalse();

        clock.advanceTimeBy(Duration.ofMillis(100));

        assertThat(writing.result()).isEqualTo(10);
        assertThat(Text.read(server)).isEqualTo("0123456789");
    }

    @Test
    void aFaultThatGivesWayToABufferedOneIsNotUsedUp() throws Exception {
        FaultHandle wide = network.faults()
                .read(Fault.failWith(() -> new IOException("wide")).once());
        server.faults().read(boom().afterBuffered().once());

        assertThatThrownBy(() -> Text.read(server)).hasMessage("boom");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("wide");
        assertThat(wide.fireCount()).isEqualTo(1);
    }

    @Test
    void aBufferedFaultDoesNotJoinAnEarlierOne() throws Exception {
        FaultHandle delay = server.faults().read(Fault.delayed(SECOND).once());
        server.faults().read(boom().afterBuffered());
        clock.advanceTimeBy(SECOND.multipliedBy(2));
        assertThat(server.isReadable()).isFalse();
        Text.write(client, "ab");

        clock.advanceTimeBy(SECOND);

        assertThat(Text.read(server)).isEqualTo("ab");
        assertThat(delay.fireCount()).isEqualTo(1);
        assertThatThrownBy(() -> Text.read(server)).hasMessage("boom");
    }

    @Test
    void aBufferedFaultIsNotJoinedByALaterOne() throws Exception {
        server.faults().read(boom().afterBuffered());
        FaultHandle slice = server.faults().read(Fault.slice(1));
        Text.write(client, "ab");

        assertThat(Text.read(server)).isEqualTo("ab");
        assertThat(slice.fireCount()).isZero();
        assertThatThrownBy(() -> Text.read(server)).hasMessage("boom");
    }

    @Test
    void anUnreadTakesBackTheOnlyActionOfAFault() throws Exception {
        server.faults().read(boom().afterBytes(2).once());
        Text.write(client, "abcd");
        assertThat(Text.read(server, 2)).isEqualTo("ab");
        server.unread(Text.bytes("ab"));

        assertThat(Text.read(server)).isEqualTo("ab");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("boom");
        assertThat(Text.read(server)).isEqualTo("cd");
    }

    @Test
    void theLimitOfAFaultBehindAnotherOfItsKindCutsNothing() throws Exception {
        server.faults().read(Fault.slice(4));
        server.faults().read(Fault.drip(1, SECOND).afterBytes(2));
        Text.write(client, "abcdefgh");

        assertThat(Text.read(server)).isEqualTo("abcd");
        assertThat(Text.read(server)).isEqualTo("efgh");
    }

    @Test
    void theDelayOfAClosedFaultIsServed() throws Exception {
        FaultHandle delay = server.faults().read(Fault.delayed(SECOND));
        Text.write(client, "abc");
        assertThat(Text.tryRead(server)).isEmpty();
        clock.advanceTimeBy(SECOND);
        assertThat(server.isReadable()).isTrue();

        delay.close();

        assertThat(Text.tryRead(server)).isEqualTo("abc");
    }

    @Test
    void aFailureOfAnAcceptIsDelayedFromTheStart() throws Exception {
        Listener listener = network.listen();
        listener.faults().accept(Fault.delayed(SECOND));
        listener.faults().accept(boom());
        assertThat(listener.tryAccept()).isNull();

        clock.advanceTimeBy(SECOND);

        assertThatThrownBy(listener::tryAccept).hasMessage("boom");
    }

    @Test
    void aDelayedAcceptDoesNotStartWithoutAConnection() throws Exception {
        Listener listener = network.listen();
        listener.faults().accept(Fault.delayed(SECOND));
        assertThat(listener.tryAccept()).isNull();
        clock.advanceTimeBy(SECOND);
        listener.connect();

        assertThat(listener.isAcceptable()).isFalse();
        clock.advanceTimeBy(SECOND);
        assertThat(listener.tryAccept()).isNotNull();
    }

    @Test
    void aFailureOfAWriteIsDelayedFromTheStartToo() throws Exception {
        server.receiveBufferSize(2);
        Text.write(client, "ab");
        client.faults().write(Fault.delayed(SECOND));
        client.faults().write(boom());
        assertThat(client.isWritable()).isFalse();

        clock.advanceTimeBy(SECOND);

        assertThat(client.isWritable()).isTrue();
        assertThatThrownBy(() -> Text.tryWrite(client, "x")).hasMessage("boom");
    }
}

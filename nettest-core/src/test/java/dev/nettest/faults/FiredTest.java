package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.testing.Text;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A fault has fired if it changed what an operation did. A wait beyond the caller's timeout is such a change. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SAME_THREAD)
class FiredTest {
    private static final Duration DELAY = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Network network = Network.create(NetworkConfig.builder()
            .clocks(VirtualClock::selfAdvancing)
            .checks(true)
            .build());

    @BeforeEach
    void register() {
        network.participate();
    }

    /** Fails if a fault has not fired. */
    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void aReadThatTimesOutBehindADelay() throws Exception {
        ConnectionPair pair = network.pair();
        FaultHandle delay = pair.server().faults().read(Fault.delayed(DELAY));
        Text.write(pair.client(), "late");

        assertThatThrownBy(() -> pair.server().readTimeout(TIMEOUT).read(ByteBuffer.allocate(8)))
                .isInstanceOf(SocketTimeoutException.class);

        assertThat(delay.fireCount()).isEqualTo(1);
    }

    @Test
    void theSameDelayCountsOnceForAReadThatTakesItsBytesLater() throws Exception {
        ConnectionPair pair = network.pair();
        FaultHandle delay = pair.server().faults().read(Fault.delayed(DELAY));
        Text.write(pair.client(), "late");
        assertThatThrownBy(() -> pair.server().readTimeout(TIMEOUT).read(ByteBuffer.allocate(8)))
                .isInstanceOf(SocketTimeoutException.class);

        assertThat(pair.server().readTimeout(DELAY).read(ByteBuffer.allocate(8)))
                .isEqualTo(4);

        assertThat(delay.fireCount()).isEqualTo(1);
    }

    @Test
    void aDelayOfAReadWithoutBytesHasNotFired() throws Exception {
        ConnectionPair pair = network.pair();
        FaultHandle delay = pair.server().faults().read(Fault.delayed(DELAY).optional());

        assertThatThrownBy(() -> pair.server().readTimeout(TIMEOUT).read(ByteBuffer.allocate(8)))
                .isInstanceOf(SocketTimeoutException.class);

        assertThat(delay.fireCount()).isZero();
    }

    @Test
    void anAttemptThatFindsBytesAndTakesNoneBehindADelay() throws Exception {
        ConnectionPair pair = network.pair();
        FaultHandle delay = pair.server().faults().read(Fault.delayed(DELAY));
        Text.write(pair.client(), "late");

        assertThat(pair.server().tryRead(ByteBuffer.allocate(8))).isZero();

        assertThat(delay.fireCount()).isEqualTo(1);
    }

    @Test
    void aWriteThatTimesOutBehindADelay() throws Exception {
        ConnectionPair pair = network.pair();
        FaultHandle delay = pair.client().faults().write(Fault.delayed(DELAY));

        assertThatThrownBy(() -> pair.client().writeTimeout(TIMEOUT).write(ByteBuffer.allocate(8)))
                .isInstanceOf(SocketTimeoutException.class);

        assertThat(delay.fireCount()).isEqualTo(1);
    }

    @Test
    void aWriteThatCrossesItsNumberOfBytes() throws Exception {
        ConnectionPair pair = network.pair();
        FaultHandle corrupt =
                pair.client().faults().write(Fault.corrupt().afterBytes(4).first(1));
        FaultHandle slice = pair.client().faults().write(Fault.slice(2).afterBytes(4));

        pair.client().outputStream().write(new byte[10]);

        assertThat(corrupt.fireCount()).isEqualTo(1);
        assertThat(slice.fireCount()).isEqualTo(1);
    }

    @Test
    void anAcceptThatTimesOutBehindADelay() throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        FaultHandle delay = listener.faults().accept(Fault.delayed(DELAY));
        try (Connection client = listener.connect()) {
            assertThatThrownBy(() -> listener.accept(TIMEOUT)).isInstanceOf(SocketTimeoutException.class);

            assertThat(delay.fireCount()).isEqualTo(1);
            assertThat(client.isClosed()).isFalse();
        }
    }

    @Test
    void aConnectThatTimesOutBehindADelay() throws Exception {
        network.listen("10.0.0.5:80");
        FaultHandle delay = network.faults().connect(Fault.delayed(DELAY));
        try (Socket socket = NetworkSockets.socketFactory(network).createSocket()) {
            assertThatThrownBy(() -> socket.connect(new InetSocketAddress("10.0.0.5", 80), (int) TIMEOUT.toMillis()))
                    .isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(delay.fireCount()).isEqualTo(1);
    }

    @Test
    void aReceiveThatTimesOutBehindADelay() throws Exception {
        try (DatagramEndpoint server = network.bindDatagram("10.0.0.5:53");
                DatagramEndpoint client = network.bindDatagram()) {
            FaultHandle delay = server.faults().receive(Fault.delayed(DELAY));
            client.send(ByteBuffer.wrap(new byte[4]), "10.0.0.5:53");

            assertThatThrownBy(() -> server.receiveTimeout(TIMEOUT).receive(ByteBuffer.allocate(8)))
                    .isInstanceOf(SocketTimeoutException.class);

            assertThat(delay.fireCount()).isEqualTo(1);
        }
    }

    @Test
    void aSendThatTimesOutBehindADelay() throws Exception {
        try (DatagramEndpoint client = network.bindDatagram()) {
            FaultHandle delay = client.faults().send(Fault.delayed(DELAY));

            assertThat(client.trySend(ByteBuffer.wrap(new byte[4]), "10.0.0.5:53"))
                    .isFalse();

            assertThat(delay.fireCount()).isEqualTo(1);
        }
    }

    @Test
    void aSlowDripThatATimeoutCutsShort() throws Exception {
        ConnectionPair pair = network.pair();
        FaultHandle drip = pair.server().faults().read(Fault.drip(1, DELAY));
        Text.write(pair.client(), "slow");
        pair.server().readTimeout(TIMEOUT).read(ByteBuffer.allocate(1));

        assertThatThrownBy(() -> pair.server().read(ByteBuffer.allocate(8))).isInstanceOf(SocketTimeoutException.class);

        assertThat(drip.fireCount()).isEqualTo(2);
    }

    @Test
    void aCorruptedWriteThatATimeoutCutsShort() throws Exception {
        ConnectionPair pair = network.pair();
        pair.server().receiveBufferSize(4);
        FaultHandle corrupt = pair.client().faults().write(Fault.corrupt());

        assertThatThrownBy(() -> Text.write(pair.client().writeTimeout(TIMEOUT), "too long"))
                .isInstanceOf(SocketTimeoutException.class);

        assertThat(corrupt.fireCount()).isEqualTo(1);
    }

    @Test
    void eachStallThatHoldsTheSameRead() throws Exception {
        ConnectionPair pair = network.pair();
        Text.write(pair.client(), "held");
        try (FaultHandle first = pair.server().faults().read(Fault.stall())) {
            assertThat(Text.tryRead(pair.server())).isEmpty();
            assertThat(first.fireCount()).isEqualTo(1);
        }
        try (FaultHandle second = pair.server().faults().read(Fault.stall())) {
            assertThat(Text.tryRead(pair.server())).isEmpty();
            assertThat(second.fireCount()).isEqualTo(1);
        }

        assertThat(Text.tryRead(pair.server())).isEqualTo("held");
    }
}

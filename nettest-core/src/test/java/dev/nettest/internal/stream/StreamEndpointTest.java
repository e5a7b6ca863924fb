package dev.nettest.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.KeepAlive;
import dev.nettest.internal.stream.StreamEndpoint.Closing;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.ReadyBits;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The close of an endpoint, the states that both endpoints see, and their conditions. The lock is held. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SAME_THREAD)
class StreamEndpointTest {
    private final ManualTimers timers = new ManualTimers();
    private final TcpTimeouts timeouts = TcpTimeouts.of(timers, 3, 3);
    private final StreamEndpoint client = StreamEndpoint.pair(new SegmentPool(), 4, 4, false);
    private final StreamEndpoint server = client.peer();
    private final StreamEndpoint unixClient = StreamEndpoint.pair(new SegmentPool(), 4, 4, true);
    private final StreamEndpoint unixServer = unixClient.peer();

    @BeforeEach
    void lock() {
        client.lock();
        unixClient.lock();
    }

    @AfterEach
    void unlock() {
        client.monitor.unlock();
        unixClient.monitor.unlock();
    }

    private static void write(StreamEndpoint endpoint, int count) {
        endpoint.writer().write(ByteBuffer.allocate(count));
    }

    private static int read(StreamEndpoint endpoint) {
        return endpoint.reader().read(ByteBuffer.allocate(9), -1);
    }

    private static boolean close(StreamEndpoint endpoint, Closing closing) {
        boolean unread = endpoint.close();
        endpoint.sendClose(closing, unread);
        return unread;
    }

    // ---- closing

    @Test
    void aCloseSendsFinIfNothingIsUnread() {
        for (Closing closing : new Closing[] {Closing.CHANNEL, Closing.SOCKET}) {
            StreamEndpoint endpoint = StreamEndpoint.pair(new SegmentPool(), 4, 4, false);
            assertThat(close(endpoint, closing)).isFalse();

            assertThat(endpoint.isClosed()).isTrue();
            assertThat(endpoint.peer().isClosed()).isFalse();
            assertThat(endpoint.peer().in.isFinished()).isTrue();
            assertThat(endpoint.peer().isReset()).isFalse();
        }
    }

    @Test
    void aChannelWithUnreadBytesSendsAnRstAlone() {
        write(server, 1);

        assertThat(close(client, Closing.CHANNEL)).isTrue();

        assertThat(server.isReset()).isTrue();
        assertThat(server.in.isFinSent()).isFalse();
        assertThat(read(server)).isEqualTo(Outcome.RESET);
    }

    @Test
    void aSocketWithUnreadBytesSendsFinAndThenAnRst() {
        write(server, 1);

        close(client, Closing.SOCKET);

        assertThat(server.isReset()).isTrue();
        assertThat(read(server)).isEqualTo(Outcome.END_OF_STREAM);
        assertThat(server.takeErrorForWrite()).isEqualTo(Outcome.BROKEN_PIPE);
    }

    @Test
    void aUnixSocketWithUnreadBytesResets() {
        write(unixServer, 1);

        close(unixClient, Closing.SOCKET);

        assertThat(unixServer.isReset()).isTrue();
        assertThat(unixServer.in.isFinSent()).isFalse();
        assertThat(unixClient.isLocal()).isTrue();
        assertThat(client.isLocal()).isFalse();
    }

    @Test
    void anAbortSendsAnRstAlone() {
        close(client, Closing.ABORT);

        assertThat(server.isReset()).isTrue();
        assertThat(server.in.isFinSent()).isFalse();
    }

    @Test
    void nothingIsSentBeforeTheEndOfTheHandshake() {
        client.beginConnect();
        assertThat(client.isConnecting()).isTrue();

        close(client, Closing.ABORT);
        assertThat(server.isReset()).isFalse();
        client.endConnect();
        assertThat(client.isConnecting()).isFalse();
        client.sendClose(Closing.ABORT, false);

        assertThat(server.isReset()).isTrue();
    }

    @Test
    void anEndpointThatVanishesSendsNothing() {
        write(client, 9);
        client.writer().shutdown();

        client.dropSilently(timeouts);
        client.sendClose(Closing.ABORT, true);

        assertThat(client.isClosed()).isTrue();
        assertThat(server.isReset()).isFalse();
        assertThat(server.in.isFinSent()).isFalse();
        assertThat(server.in.size()).as("what had arrived").isEqualTo(4);
        assertThat(read(server)).isEqualTo(4);
        assertThat(server.in.isFinSent()).as("the FIN that waited").isFalse();
        write(server, 2);
        assertThat(client.heldBytes()).as("the route to the client is cut").isEqualTo(2);
    }

    @Test
    void whatAVanishingEndpointHadInFlightIsLost() {
        server.hold(false, false, timeouts);
        write(client, 3);
        assertThat(server.heldBytes()).isEqualTo(3);

        client.dropSilently(timeouts);

        assertThat(server.heldBytes()).isZero();
        assertThat(server.in.size()).isZero();
    }

    @Test
    void theEndpointWhoseFinLeftFirstClosesActively() {
        client.writer().shutdown();
        server.writer().shutdown();
        client.writer().shutdown();

        assertThat(client.closedFirst()).isTrue();
        assertThat(server.closedFirst()).isFalse();
    }

    @Test
    void afterAnRstNoFinIsSent() {
        client.abort();

        client.writer().shutdown();

        assertThat(server.in.hasFin()).isFalse();
        assertThat(client.closedFirst()).isFalse();
    }

    @Test
    void anRstDiscardsTheFinThatWaits() {
        write(client, 9);
        client.writer().shutdown();
        assertThat(server.in.hasFin()).isTrue();

        client.sendReset();

        assertThat(server.in.hasFin()).isFalse();
        assertThat(server.isReset()).isTrue();
    }

    @Test
    void anRstThatArrivesDiscardsTheFinThatWaits() {
        write(client, 9);
        client.writer().shutdown();

        client.receiveReset();

        assertThat(server.in.hasFin()).isFalse();
    }

    @Test
    void aTimeoutDiscardsTheFinThatWaits() {
        write(client, 9);
        client.writer().shutdown();

        client.receiveTimeout();

        assertThat(server.in.hasFin()).isFalse();
        assertThat(client.isAborted()).isTrue();
        assertThat(client.takeErrorForRead()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(client.takeErrorForRead()).isZero();
    }

    @Test
    void anAbortDiscardsWhatWasQueuedHereAndTheErrorStays() {
        write(server, 3);

        client.abort();

        assertThat(client.in.size()).isZero();
        assertThat(client.takeErrorForRead()).isEqualTo(Outcome.RESET);
        assertThat(client.takeErrorForRead()).isZero();
        client.abortConsumed();
        assertThat(client.takeErrorForRead()).isZero();
    }

    @Test
    void anAbortThatTheOperationReportsLeavesNoError() {
        write(server, 3);

        client.abortConsumed();

        assertThat(client.isReset()).isTrue();
        assertThat(client.in.size()).isZero();
        assertThat(client.takeErrorForRead()).isZero();
        assertThat(server.takeErrorForRead()).isEqualTo(Outcome.RESET);
    }

    @Test
    void anRstAfterAFinIsABrokenPipeUnlessBothAreOfOneKernel() {
        client.writer().shutdown();
        server.receiveReset();
        assertThat(server.takeErrorForRead()).as("left to the writer").isZero();
        assertThat(server.takeErrorForWrite()).isEqualTo(Outcome.BROKEN_PIPE);

        unixClient.writer().shutdown();
        unixServer.receiveReset();
        assertThat(unixServer.takeErrorForRead()).isEqualTo(Outcome.RESET);
    }

    @Test
    void bytesThatArriveAtAClosedEndpointAreDiscardedAndAnswered() {
        client.close();
        client.in.write(ByteBuffer.allocate(2), 2);

        client.receiveBytes();

        assertThat(client.in.size()).isZero();
        assertThat(server.isReset()).isTrue();
        assertThat(client.takeErrorForRead()).as("it is closed").isZero();
    }

    @Test
    void aSilencedEndpointHoldsAllThatItSends() {
        client.silence(timeouts);
        write(client, 2);

        assertThat(server.heldBytes()).isEqualTo(2);
        assertThat(server.in.arrived()).isZero();
    }

    @Test
    void anEndpointAnswersWithAnRstIfNothingIsLeftToReadOrToAcknowledge() {
        assertThat(client.answersWithRst()).isFalse();
        client.reader().shutdown();
        assertThat(client.answersWithRst()).as("it may still write").isFalse();
        client.outputShutdown = true;
        assertThat(client.answersWithRst(false)).as("a probe").isFalse();
        assertThat(client.answersWithRst()).isTrue();

        unixClient.reader().shutdown();
        assertThat(unixClient.answersWithRst(false)).isTrue();
    }

    @Test
    void thePeerHasClosedIfItAnswersWithAnRstAndItsFinHasArrived() {
        assertThat(server.hasPeerClosed()).isFalse();
        client.writer().shutdown();
        assertThat(server.hasPeerClosed()).isFalse();
        client.close();
        assertThat(server.hasPeerClosed()).isTrue();

        unixClient.close();
        assertThat(unixServer.hasPeerClosed()).as("no FIN").isFalse();
    }

    // ---- states

    @Test
    void netstatNamesTheState() {
        assertThat(client.netstatState()).isEqualTo("ESTABLISHED");
        client.beginConnect();
        assertThat(client.netstatState()).isEqualTo("SYN_SENT");
        client.endConnect();
        client.writer().shutdown();
        assertThat(client.netstatState()).isEqualTo("FIN_WAIT");
        assertThat(server.netstatState()).isEqualTo("CLOSE_WAIT");
        server.writer().shutdown();
        assertThat(server.netstatState()).isEqualTo("LAST_ACK");
        server.abort();
        assertThat(server.netstatState()).isEqualTo("RESET");
        server.close();
        assertThat(server.netstatState()).isEqualTo("CLOSED");
    }

    // ---- the route

    @Test
    void aHoldHoldsTheBytesHereAndTheAcksOfThePeersBytes() {
        assertThat(client.heldBytes()).isZero();
        client.hold(false, false, timeouts);
        write(server, 2);
        write(client, 3);
        server.reader().read(ByteBuffer.allocate(3), -1);
        assertThat(client.heldBytes()).isEqualTo(2);
        assertThat(client.out.freeSpace()).as("no ACK").isEqualTo(1);

        client.open();
        client.transmitReleased();

        assertThat(client.heldBytes()).isZero();
        assertThat(client.in.arrived()).isEqualTo(2);
        assertThat(client.out.freeSpace()).isEqualTo(4);
    }

    @Test
    void aDirectRouteNeedsNoCountOfSegments() {
        client.open();
        client.transmitReleased();
        client.route(null, null, true, timeouts);
        assertThat(client.in.inFlight()).isNull();

        client.hold(false, false, timeouts);
        assertThat(client.in.inFlight()).isNotNull();
        client.route(null, null, true, timeouts);
        assertThat(client.in.inFlight()).isNotNull();
    }

    // ---- linger and keep-alive

    @Test
    void aLingerTimeIsThatOfTheEndpointThatCloses() {
        assertThat(client.linger()).isEqualTo(-1);
        assertThat(client.beginLinger()).isZero();
        client.endLinger();
        client.linger(7, timeouts);

        assertThat(client.linger()).isEqualTo(7);
        assertThat(server.linger()).isNegative();
        assertThat(client.beginLinger()).isEqualTo(7);
        assertThat(client.isAnyLingering()).isTrue();
        assertThat(server.isAnyLingering()).isTrue();
        client.endLinger();
        assertThat(client.isAnyLingering()).isFalse();
    }

    @Test
    void aLingerTimeOfNoneOrZeroIsNoWait() {
        client.linger(-1, timeouts);
        assertThat(client.beginLinger()).isZero();
        assertThat(client.isAnyLingering()).isFalse();
        client.linger(0, timeouts);
        assertThat(client.beginLinger()).isZero();
        assertThat(client.isAnyLingering()).as("a time of zero is one").isTrue();

        unixClient.linger(7, timeouts);
        assertThat(unixClient.linger()).as("Linux ignores it").isNegative();
    }

    @Test
    void aConnectionIsOverOnceBothEndsAreClosedAndNoCloseWaits() {
        client.linger(7, timeouts);
        client.close();
        assertThat(client.isConnectionOver()).isFalse();
        client.beginLinger();
        server.close();
        assertThat(client.isConnectionOver()).isFalse();
        assertThat(server.isConnectionOver()).isFalse();

        client.endLinger();

        assertThat(client.isConnectionOver()).isTrue();
        assertThat(server.isConnectionOver()).isTrue();
    }

    @Test
    void keepAliveIsOffInitially() {
        assertThat(client.keepAlive()).isEqualTo(KeepAlive.OFF);

        client.keepAlive(KeepAlive.ON, timeouts);

        assertThat(client.keepAlive()).isEqualTo(KeepAlive.ON);
        assertThat(server.keepAlive()).isEqualTo(KeepAlive.OFF);
        assertThat(client.in.inFlight()).as("both directions are watched").isNotNull();
    }

    @Test
    void theEndOfTheHandshakeIsHeard() {
        KeepAlive probes = KeepAlive.of(Duration.ofNanos(100), Duration.ofNanos(30), 3);
        client.keepAlive(probes, timeouts);
        client.beginConnect();
        timers.now = 50;
        client.endConnect();
        SilenceTimer silence = server.in.inFlight().silence();

        silence.update(false, true, false);

        assertThat(silence.at()).isEqualTo(50 + 190);
    }

    // ---- conditions

    private boolean holds(int condition) {
        return client.holds(condition, 1);
    }

    @Test
    void anEndpointIsConnectedAfterTheHandshakeOrTheClose() {
        assertThat(holds(ReadyBits.CONNECTED)).isTrue();
        client.beginConnect();
        assertThat(holds(ReadyBits.CONNECTED)).isFalse();
        client.close();
        assertThat(holds(ReadyBits.CONNECTED)).isTrue();
    }

    @Test
    void thePeerIsClosedByItsCloseOrAnRst() {
        assertThat(holds(ReadyBits.PEER_CLOSED)).isFalse();
        assertThat(holds(ReadyBits.CLOSED)).isFalse();
        server.close();
        assertThat(holds(ReadyBits.PEER_CLOSED)).isTrue();
        assertThat(server.holds(ReadyBits.CLOSED, 1)).isTrue();

        assertThat(unixClient.holds(ReadyBits.PEER_CLOSED, 1)).isFalse();
        unixClient.receiveReset();
        assertThat(unixClient.holds(ReadyBits.PEER_CLOSED, 1)).isTrue();
    }

    @Test
    void aLingerEndsWithTheAckOrTheConnection() {
        assertThat(holds(ReadyBits.LINGER_ENDED)).as("no close waits").isTrue();
        client.linger(7, timeouts);
        client.beginLinger();
        assertThat(holds(ReadyBits.LINGER_ENDED)).isFalse();
        client.silenced = true;
        assertThat(holds(ReadyBits.LINGER_ENDED)).isTrue();
        client.silenced = false;
        client.writer().shutdown();
        assertThat(holds(ReadyBits.LINGER_ENDED)).as("acknowledged").isTrue();

        unixClient
                .out
                .inFlight(unixServer, unixClient.monitor, timeouts)
                .linger()
                .begin();
        assertThat(unixClient.holds(ReadyBits.LINGER_ENDED, 1)).isFalse();
        unixClient.receiveReset();
        assertThat(unixClient.holds(ReadyBits.LINGER_ENDED, 1)).isTrue();
    }

    @Test
    void theOtherConditionsAreThoseOfTheReaderAndTheWriter() {
        assertThat(holds(ReadyBits.WRITABLE)).isTrue();
        assertThat(holds(ReadyBits.FREE_SPACE)).isTrue();
        assertThat(holds(ReadyBits.DRAINED)).isTrue();
        assertThat(holds(ReadyBits.READ_UNLOCKED)).isTrue();
        assertThat(holds(ReadyBits.WRITE_UNLOCKED)).isTrue();
        assertThat(holds(ReadyBits.READABLE)).isFalse();
        assertThat(holds(ReadyBits.END_OF_STREAM)).isFalse();
        assertThat(holds(ReadyBits.ACCEPTABLE))
                .as("an endpoint accepts nothing")
                .isFalse();

        client.reader().lock(this);
        client.writer().writeAll(ByteBuffer.allocate(9), this, true);
        server.writer().shutdown();

        assertThat(holds(ReadyBits.WRITABLE)).isFalse();
        assertThat(holds(ReadyBits.FREE_SPACE)).isFalse();
        assertThat(holds(ReadyBits.DRAINED)).isFalse();
        assertThat(holds(ReadyBits.READ_UNLOCKED)).isFalse();
        assertThat(holds(ReadyBits.WRITE_UNLOCKED)).isFalse();
        assertThat(holds(ReadyBits.WRITE_BLOCKED)).isTrue();
        assertThat(holds(ReadyBits.READABLE)).isTrue();
        assertThat(holds(ReadyBits.END_OF_STREAM)).isTrue();
    }

    private static boolean cannotHappen(StreamEndpoint endpoint, int condition, long amount) {
        return endpoint.cannotHappen(condition, amount);
    }

    @Test
    void aClosedEndpointIsNeverReadyAgain() {
        for (int condition :
                new int[] {ReadyBits.READABLE, ReadyBits.WRITABLE, ReadyBits.WRITE_BLOCKED, ReadyBits.END_OF_STREAM}) {
            assertThat(cannotHappen(client, condition, 1)).isFalse();
        }
        client.close();
        for (int condition :
                new int[] {ReadyBits.READABLE, ReadyBits.WRITABLE, ReadyBits.WRITE_BLOCKED, ReadyBits.END_OF_STREAM}) {
            assertThat(cannotHappen(client, condition, 1)).isTrue();
        }
        assertThat(cannotHappen(client, ReadyBits.CLOSED, 1)).isFalse();
        assertThat(cannotHappen(client, ReadyBits.DRAINED, 1)).isFalse();
        assertThat(cannotHappen(server, ReadyBits.DRAINED, 1)).isTrue();
    }

    @Test
    void severalBytesCannotComeAfterTheLastOne() {
        assertThat(cannotHappen(client, ReadyBits.READABLE, 2)).isFalse();
        client.reader().shutdown();
        assertThat(cannotHappen(client, ReadyBits.READABLE, 2)).isTrue();
        assertThat(cannotHappen(client, ReadyBits.READABLE, 1))
                .as("a read ends at once")
                .isFalse();
    }

    @Test
    void aResetStreamHasNoEndUnlessItsFinHasArrived() {
        client.receiveReset();
        assertThat(cannotHappen(client, ReadyBits.END_OF_STREAM, 1)).isTrue();
        assertThat(cannotHappen(client, ReadyBits.DRAINED, 1)).isTrue();

        unixServer.writer().shutdown();
        assertThat(cannotHappen(unixClient, ReadyBits.END_OF_STREAM, 1)).isFalse();
        unixClient.receiveReset();
        assertThat(cannotHappen(unixClient, ReadyBits.END_OF_STREAM, 1)).isFalse();
    }
}

package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Link;
import dev.nettest.Listener;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Streams over a link with latency: arrival times, and the return of free space. */
class LinkStreamTest extends NetworkFixture {
    private static final Duration ONE_WAY = Duration.ofMillis(50);
    private static final Duration ALMOST = ONE_WAY.minusNanos(1);
    private static final Duration INSTANT = Duration.ofNanos(1);

    private final Host app = network.host("app", "10.0.0.2");
    private final Host db = network.host("db", "10.0.0.5");
    private final Link link = network.link(app, db);
    private Listener listener;
    private Connection client;
    private Connection server;

    private void connect() throws IOException {
        listener = db.listen(80);
        client = app.connect("db:80");
        server = listener.accept();
    }

    private void connectThenSlow() throws IOException {
        connect();
        link.latency(ONE_WAY);
    }

    /** Runs on a registered thread, so that an advance of the clock waits for it. */
    private <T> Background<T> waiting(Callable<T> work) {
        return Background.call(network, work).awaitParked();
    }

    // ---- the handshake

    @Test
    void aConnectTakesOneRoundTripAndTheAcceptOneAndAHalf() throws Exception {
        listener = db.listen(80);
        link.latency(ONE_WAY);
        Background<Connection> dial = waiting(() -> app.connect("db:80"));

        clock.advanceTimeBy(ONE_WAY.plus(ALMOST));
        dial.assertWaits();
        clock.advanceTimeBy(INSTANT);
        client = dial.result();
        assertThat(client.localAddress()).hasToString("/10.0.0.2:49152");

        clock.advanceTimeBy(ALMOST);
        assertThat(listener.isAcceptable()).isFalse();
        clock.advanceTimeBy(INSTANT);
        assertThat(listener.tryAccept()).isNotNull();
    }

    @Test
    void aRefusalTakesOneRoundTrip() {
        link.latency(ONE_WAY);
        Background<Connection> dial = waiting(() -> app.connect("db:80"));

        clock.advanceTimeBy(ONE_WAY.plus(ALMOST));
        dial.assertWaits();
        clock.advanceTimeBy(INSTANT);

        assertThat(dial.failure()).isExactlyInstanceOf(ConnectException.class).hasMessage("Connection refused");
    }

    @Test
    void bytesSentWithTheAckArriveWithTheConnection() throws Exception {
        listener = db.listen(80);
        link.latency(ONE_WAY);
        Background<Connection> dial =
                Background.call(() -> app.connect("db:80")).awaitParked();
        clock.advanceTimeBy(ONE_WAY.multipliedBy(2));
        Text.write(dial.result(), "hello");

        clock.advanceTimeBy(ONE_WAY);

        server = listener.tryAccept();
        assertThat(server).isNotNull();
        assertThat(Text.tryRead(server)).isEqualTo("hello");
    }

    @Test
    void aConnectTimeoutPassesDuringTheHandshake() throws Exception {
        listener = db.listen(80);
        link.latency(SECOND);
        Background<Connection> dial = Background.call(
                        () -> app.connect("db:80", dialling -> dialling.connectTimeout(ONE_WAY)))
                .awaitParked();

        clock.advanceTimeBy(ONE_WAY);

        assertThat(dial.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Connect timed out");
        clock.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(listener.isAcceptable()).isFalse();
        listener.backlog(1);
        Background<Connection> next =
                Background.call(() -> app.connect("db:80")).awaitParked();
        clock.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(next.result().isClosed()).isFalse(); // its slot was released
    }

    @Test
    void aListenerClosedDuringTheHandshakeResets() throws Exception {
        listener = db.listen(80);
        link.latency(ONE_WAY);
        Background<Connection> dial =
                Background.call(() -> app.connect("db:80")).awaitParked();
        clock.advanceTimeBy(ONE_WAY);

        listener.close();
        clock.advanceTimeBy(ONE_WAY);
        client = dial.result();
        clock.advanceTimeBy(ONE_WAY.plus(ONE_WAY));

        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection reset");
    }

    @Test
    void theBacklogCountsHandshakesInFlight() throws Exception {
        listener = db.listen(80);
        listener.backlog(1);
        link.latency(ONE_WAY);
        Background<Connection> first =
                Background.call(() -> app.connect("db:80")).awaitParked();
        Background<Connection> second =
                Background.call(() -> app.connect("db:80")).awaitParked();
        clock.advanceTimeBy(ONE_WAY);
        Background<Connection> third = waiting(() -> app.connect("db:80"));
        clock.advanceTimeBy(SECOND);
        first.result();
        second.result();
        third.assertWaits();

        listener.tryAccept();
        clock.advanceTimeBy(ONE_WAY);

        assertThat(third.result().isClosed()).isFalse();
    }

    // ---- bytes, FIN and RST

    @Test
    void bytesArriveAfterTheLatency() throws Exception {
        connectThenSlow();
        Text.write(client, "ping");

        clock.advanceTimeBy(ALMOST);
        assertThat(server.isReadable()).isFalse();
        assertThat(server.available()).isZero();
        clock.advanceTimeBy(INSTANT);
        assertThat(server.available()).isEqualTo(4);
        assertThat(Text.read(server)).isEqualTo("ping");
    }

    @Test
    void aBlockedReaderIsWokenByTheArrival() throws Exception {
        connectThenSlow();
        Background<String> reader = Background.call(() -> Text.read(server)).awaitParked();

        Text.write(client, "ping");
        clock.advanceTimeBy(ONE_WAY);

        assertThat(reader.result()).isEqualTo("ping");
    }

    @Test
    void eachWriteArrivesAfterItsOwnLatency() throws Exception {
        connectThenSlow();
        Text.write(client, "one");
        clock.advanceTimeBy(Duration.ofMillis(20));
        Text.write(client, "two");

        clock.advanceTimeBy(Duration.ofMillis(30));
        assertThat(Text.tryRead(server)).isEqualTo("one");
        clock.advanceTimeBy(Duration.ofMillis(20));
        assertThat(Text.tryRead(server)).isEqualTo("two");
    }

    @Test
    void endOfStreamArrivesAfterTheBytes() throws Exception {
        connectThenSlow();
        Text.write(client, "bye");
        client.close();

        clock.advanceTimeBy(ALMOST);
        assertThat(server.isReadable()).isFalse();
        clock.advanceTimeBy(INSTANT);
        assertThat(Text.read(server)).isEqualTo("bye");
        assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void aResetArrivesAfterTheBytes() throws Exception {
        connectThenSlow();
        Text.write(client, "bye");
        client.reset();

        clock.advanceTimeBy(ALMOST);
        assertThat(server.isReadable()).isFalse();
        clock.advanceTimeBy(INSTANT);
        assertThat(Text.read(server)).isEqualTo("bye");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
    }

    @Test
    void aWriteToAClosedPeerIsResetAfterARoundTrip() throws Exception {
        connectThenSlow();
        server.close();
        Text.write(client, "anybody?");

        clock.advanceTimeBy(ONE_WAY);
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        Text.write(client, "still taken");
        clock.advanceTimeBy(ONE_WAY);
        assertThatThrownBy(() -> Text.write(client, "broken"))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Broken pipe");
    }

    @Test
    void bytesInFlightToAClosingEndCauseAReset() throws Exception {
        connectThenSlow();
        Text.write(client, "late");
        server.close();

        clock.advanceTimeBy(ONE_WAY);
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        clock.advanceTimeBy(ONE_WAY);
        assertThatThrownBy(() -> Text.write(client, "broken")).hasMessage("Broken pipe");
    }

    @Test
    void bytesInFlightStayFirstWhenTheLinkBecomesFaster() throws Exception {
        connectThenSlow();
        Text.write(client, "slow ");
        link.impair(Impairment.NONE);
        Text.write(client, "fast");

        assertThat(server.isReadable()).isFalse();
        clock.advanceTimeBy(ONE_WAY);
        assertThat(Text.read(server)).isEqualTo("slow fast");
        Text.write(client, "at once");
        assertThat(Text.tryRead(server)).isEqualTo("at once");
    }

    @Test
    void eachDirectionHasItsOwnLatency() throws Exception {
        connect();
        link.impair(Impairment.latency(ONE_WAY), Impairment.NONE);

        Text.write(server, "down");
        assertThat(Text.tryRead(client)).isEqualTo("down");
        Text.write(client, "up");
        assertThat(Text.tryRead(server)).isEmpty();
        clock.advanceTimeBy(ONE_WAY);
        assertThat(Text.tryRead(server)).isEqualTo("up");
    }

    // ---- free space

    @Test
    void freeSpaceReturnsARoundTripAfterTheWrite() throws Exception {
        connectThenSlow();
        server.receiveBufferSize(4);
        Text.write(client, "full");
        clock.advanceTimeBy(ONE_WAY);
        assertThat(Text.read(server)).isEqualTo("full");

        assertThat(client.isWritable()).isFalse();
        clock.advanceTimeBy(ALMOST);
        assertThat(client.isWritable()).isFalse();
        clock.advanceTimeBy(INSTANT);
        assertThat(client.isWritable()).isTrue();
    }

    @Test
    void aBlockedWriterContinuesAtTheAck() throws Exception {
        connectThenSlow();
        server.receiveBufferSize(4);
        Background<Void> writer =
                Background.run(() -> Text.write(client, "fullmore")).awaitParked();
        clock.advanceTimeBy(ONE_WAY);
        assertThat(Text.read(server)).isEqualTo("full");

        clock.advanceTimeBy(ONE_WAY);
        writer.result();
        clock.advanceTimeBy(ONE_WAY);
        assertThat(Text.read(server)).isEqualTo("more");
    }

    @Test
    void aRendezvousEndsAtTheAck() throws Exception {
        connectThenSlow();
        server.receiveBufferSize(0);
        Background<Integer> writer = waiting(() -> Text.write(client, "met"));

        clock.advanceTimeBy(ONE_WAY);
        assertThat(Text.read(server)).isEqualTo("met");
        writer.assertWaits();
        clock.advanceTimeBy(ONE_WAY);
        writer.result();
    }

    // ---- loss

    @Test
    void aLostSegmentCostsTheRetransmissionTimeout() throws Exception {
        connect();
        link.impair(Impairment.builder().latency(ONE_WAY).loss(1).build(), Impairment.latency(ONE_WAY));
        Text.write(client, "again");
        link.impair(Impairment.latency(ONE_WAY));

        // a segment whose retries were lost is sent again when the link changes
        clock.advanceTimeBy(ONE_WAY);
        assertThat(Text.read(server)).isEqualTo("again");
    }

    @Test
    void anUnacknowledgedSenderTimesOutLikeLinux() throws Exception {
        connect();
        link.forward().impair(Impairment.builder().loss(1).build());
        Text.write(client, "lost");
        Background<String> reader = waiting(() -> Text.read(client));

        clock.advanceTimeBy(Duration.ofMillis(924_599));
        reader.assertWaits();
        clock.advanceTimeBy(Duration.ofMillis(1));

        assertThat(reader.failure()).isExactlyInstanceOf(IOException.class).hasMessage("Connection timed out");
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Broken pipe");
        assertThat(server.isReadable()).isFalse();
    }

    @Test
    void aWriteCanReportTheTimeout() throws Exception {
        connect();
        link.forward().impair(Impairment.builder().loss(1).build());
        Text.write(client, "lost");
        clock.advanceTimeBy(Duration.ofMillis(924_600));

        assertThatThrownBy(() -> Text.write(client, "x"))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Connection timed out");
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Broken pipe");
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void aWriteToATimedOutEndIsReset() throws Exception {
        connect();
        link.forward().impair(Impairment.builder().loss(1).build());
        Text.write(client, "lost");
        clock.advanceTimeBy(Duration.ofMillis(924_600));
        link.impair(Impairment.NONE);

        Text.write(server, "are you there?");

        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
    }

    @Test
    void aLostSynIsRetriedUntilTheTimeoutOfTheSystem() throws Exception {
        listener = db.listen(80);
        link.impair(Impairment.builder().loss(1).build());
        Background<Connection> dial =
                Background.call(() -> app.connect("db:80")).awaitParked();

        clock.advanceTimeBy(Duration.ofSeconds(127));

        assertThat(dial.failure()).isExactlyInstanceOf(ConnectException.class).hasMessage("Connection timed out");
    }

    // ---- partitions

    @Test
    void aPartitionHoldsStreamsUntilTheRepair() throws Exception {
        connect();
        network.partition(app, db);
        Text.write(client, "up");
        Text.write(server, "down");

        assertThat(Text.tryRead(server)).isEmpty();
        assertThat(Text.tryRead(client)).isEmpty();
        network.repair(app, db);
        assertThat(Text.tryRead(server)).isEqualTo("up");
        assertThat(Text.tryRead(client)).isEqualTo("down");
    }

    @Test
    void heldBytesTakeTheLatencyAfterTheRepair() throws Exception {
        connectThenSlow();
        Text.write(client, "under way, ");
        clock.advanceTimeBy(Duration.ofMillis(20));
        link.partition();
        Text.write(client, "sent");
        clock.advanceTimeBy(SECOND);
        assertThat(server.isReadable()).isFalse();

        link.repair();
        clock.advanceTimeBy(ALMOST);
        assertThat(server.isReadable()).isFalse();
        clock.advanceTimeBy(INSTANT);
        assertThat(Text.read(server)).isEqualTo("under way, sent");
    }

    @Test
    void aPartitionCanBeOneWay() throws Exception {
        connect();
        network.partitionOneWay(app, db);
        Text.write(client, "up");
        Text.write(server, "down");

        assertThat(Text.tryRead(server)).isEmpty();
        assertThat(Text.tryRead(client)).isEqualTo("down");
    }

    @Test
    void anAckDoesNotCrossAPartition() throws Exception {
        connect();
        server.receiveBufferSize(4);
        network.partitionOneWay(db, app);
        Text.write(client, "full");
        assertThat(Text.read(server)).isEqualTo("full");

        assertThat(client.isWritable()).isFalse();
        network.repair();
        assertThat(client.isWritable()).isTrue();
    }

    @Test
    void aConnectionAcrossAPartitionTimesOutOnceItHasSomethingToSend() throws Exception {
        connect();
        network.partition(app, db);
        Background<String> idle = waiting(() -> Text.read(server));
        Text.write(client, "hello?");
        Background<String> reader = Background.call(() -> Text.read(client)).awaitParked();

        clock.advanceTimeBy(Duration.ofMinutes(16));

        assertThat(reader.failure()).hasMessage("Connection timed out");
        idle.assertWaits();
    }

    @Test
    void connectsAcrossAPartitionTimeOut() throws Exception {
        listener = db.listen(80);
        network.partition(app, db);
        Background<Connection> dial =
                Background.call(() -> app.connect("db:80")).awaitParked();

        clock.advanceTimeBy(Duration.ofSeconds(127));

        assertThat(dial.failure()).isExactlyInstanceOf(ConnectException.class).hasMessage("Connection timed out");
    }

    @Test
    void anAddressCanBeBlackholed() {
        network.partition("*", "10.0.0.9");
        Background<Connection> dial = Background.call(
                        () -> app.connect("10.0.0.9:80", dialling -> dialling.connectTimeout(SECOND)))
                .awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(dial.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Connect timed out");
        assertThatThrownBy(() -> app.connect("10.0.0.8:80")).hasMessage("Connection refused");
    }

    @Test
    void connectsContinueAfterTheRepairOfOneDirection() throws Exception {
        listener = db.listen(80);
        network.partitionOneWay(db, app);
        Background<Connection> dial =
                Background.call(() -> app.connect("db:80")).awaitParked();

        network.repair();

        assertThat(dial.result().isClosed()).isFalse();
    }

    @Test
    void anIsolatedHostReachesItselfOnly() throws Exception {
        connect();
        Host other = network.host("other", "10.0.0.9");
        network.isolate(db);
        Background<Connection> dial =
                Background.call(() -> other.connect("db:80")).awaitParked();
        Text.write(client, "x");

        assertThat(db.connect("db:80").isClosed()).isFalse();
        assertThat(server.isReadable()).isFalse();
        network.rejoin(db);
        assertThat(dial.result().isClosed()).isFalse();
        assertThat(Text.read(server)).isEqualTo("x");
    }

    @Test
    void aSplitPartitionsBetweenGroupsOnly() throws Exception {
        Host a = network.host("a", "10.0.1.1");
        Host b = network.host("b", "10.0.1.2");
        Host c = network.host("c", "10.0.1.3");
        Listener atA = a.listen(1);
        network.split(List.of(List.of(a, b), List.of(c)));

        assertThat(b.connect("a:1").isClosed()).isFalse();
        Background<Connection> dial = Background.call(() -> c.connect("a:1")).awaitParked();
        network.repair();
        dial.result();
        assertThat(atA.tryAccept()).isNotNull();
    }

    @Test
    void heldBytesArriveInOrderAfterTheRelease() throws Exception {
        connect();
        link.forward().hold();
        Text.write(client, "one ");
        Text.write(client, "two");
        client.close();

        assertThat(server.isReadable()).isFalse();
        link.release();
        assertThat(Text.read(server)).isEqualTo("one two");
        assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void bothAPauseAndAPartitionMustEnd() throws Exception {
        connect();
        network.partition(app, db);
        db.pause();
        Text.write(client, "x");

        db.resume();
        assertThat(server.isReadable()).isFalse();
        network.repair();
        assertThat(Text.read(server)).isEqualTo("x");
    }
}

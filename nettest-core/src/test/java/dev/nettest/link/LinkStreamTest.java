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

/** Streams over a link that takes time: when what arrives, and when room comes back. */
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

    /** It takes part, so that after a move of the clock it has ended if it can. */
    private <T> Background<T> waiting(Callable<T> work) {
        return Background.call(() -> {
                    network.participate();
                    return work.call();
                })
                .awaitParked();
    }

    // ---- the handshake

    @Test
    void aConnectTakesOneRoundTripAndTheServerHasItHalfALater() throws Exception {
        listener = db.listen(80);
        link.latency(ONE_WAY);
        Background<Connection> dial = waiting(() -> app.connect("db:80"));

        clock.advance(ONE_WAY.plus(ALMOST));
        assertThat(dial.isDone()).isFalse();
        clock.advance(INSTANT);
        client = dial.result();
        assertThat(client.localAddress()).hasToString("/10.0.0.2:49152");

        clock.advance(ALMOST);
        assertThat(listener.isAcceptable()).isFalse();
        clock.advance(INSTANT);
        assertThat(listener.tryAccept()).isNotNull();
    }

    @Test
    void aRefusalTakesOneRoundTrip() {
        link.latency(ONE_WAY);
        Background<Connection> dial = waiting(() -> app.connect("db:80"));

        clock.advance(ONE_WAY.plus(ALMOST));
        assertThat(dial.isDone()).isFalse();
        clock.advance(INSTANT);

        assertThat(dial.failure()).isExactlyInstanceOf(ConnectException.class).hasMessage("Connection refused");
    }

    @Test
    void whatIsSentWithTheLastPartOfTheHandshakeComesWithTheConnection() throws Exception {
        listener = db.listen(80);
        link.latency(ONE_WAY);
        Background<Connection> dial =
                Background.call(() -> app.connect("db:80")).awaitParked();
        clock.advance(ONE_WAY.multipliedBy(2));
        Text.write(dial.result(), "hello");

        clock.advance(ONE_WAY);

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

        clock.advance(ONE_WAY);

        assertThat(dial.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Connect timed out");
        clock.advance(Duration.ofSeconds(10));
        assertThat(listener.isAcceptable()).isFalse();
        listener.backlog(1);
        Background<Connection> next =
                Background.call(() -> app.connect("db:80")).awaitParked();
        clock.advance(Duration.ofSeconds(10));
        assertThat(next.result().isClosed()).isFalse(); // its place was given up
    }

    @Test
    void aListenerThatClosesDuringTheHandshakeResets() throws Exception {
        listener = db.listen(80);
        link.latency(ONE_WAY);
        Background<Connection> dial =
                Background.call(() -> app.connect("db:80")).awaitParked();
        clock.advance(ONE_WAY);

        listener.close();
        clock.advance(ONE_WAY);
        client = dial.result();
        clock.advance(ONE_WAY.plus(ONE_WAY));

        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection reset");
    }

    @Test
    void aFullBacklogCountsHandshakesThatAreUnderWay() throws Exception {
        listener = db.listen(80);
        listener.backlog(1);
        link.latency(ONE_WAY);
        Background<Connection> first =
                Background.call(() -> app.connect("db:80")).awaitParked();
        Background<Connection> second =
                Background.call(() -> app.connect("db:80")).awaitParked();
        clock.advance(ONE_WAY);
        Background<Connection> third = waiting(() -> app.connect("db:80"));
        clock.advance(SECOND);
        first.result();
        second.result();
        assertThat(third.isDone()).isFalse();

        listener.tryAccept();
        clock.advance(ONE_WAY);

        assertThat(third.result().isClosed()).isFalse();
    }

    // ---- bytes, ends and resets

    @Test
    void bytesArriveAfterTheLatency() throws Exception {
        connectThenSlow();
        Text.write(client, "ping");

        clock.advance(ALMOST);
        assertThat(server.isReadable()).isFalse();
        assertThat(server.available()).isZero();
        clock.advance(INSTANT);
        assertThat(server.available()).isEqualTo(4);
        assertThat(Text.read(server)).isEqualTo("ping");
    }

    @Test
    void aBlockedReaderIsWokenByTheArrival() throws Exception {
        connectThenSlow();
        Background<String> reader = Background.call(() -> Text.read(server)).awaitParked();

        Text.write(client, "ping");
        clock.advance(ONE_WAY);

        assertThat(reader.result()).isEqualTo("ping");
    }

    @Test
    void eachWriteArrivesInItsTime() throws Exception {
        connectThenSlow();
        Text.write(client, "one");
        clock.advance(Duration.ofMillis(20));
        Text.write(client, "two");

        clock.advance(Duration.ofMillis(30));
        assertThat(Text.tryRead(server)).isEqualTo("one");
        clock.advance(Duration.ofMillis(20));
        assertThat(Text.tryRead(server)).isEqualTo("two");
    }

    @Test
    void endOfStreamArrivesBehindTheBytes() throws Exception {
        connectThenSlow();
        Text.write(client, "bye");
        client.close();

        clock.advance(ALMOST);
        assertThat(server.isReadable()).isFalse();
        clock.advance(INSTANT);
        assertThat(Text.read(server)).isEqualTo("bye");
        assertThat(server.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void aResetArrivesBehindTheBytes() throws Exception {
        connectThenSlow();
        Text.write(client, "bye");
        client.reset();

        clock.advance(ALMOST);
        assertThat(server.isReadable()).isFalse();
        clock.advance(INSTANT);
        assertThat(Text.read(server)).isEqualTo("bye");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
    }

    @Test
    void writingToAPeerThatHasClosedDrawsAResetAfterARoundTrip() throws Exception {
        connectThenSlow();
        server.close();
        Text.write(client, "anybody?");

        clock.advance(ONE_WAY);
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        Text.write(client, "still taken");
        clock.advance(ONE_WAY);
        assertThatThrownBy(() -> Text.write(client, "broken"))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Broken pipe");
    }

    @Test
    void bytesUnderWayToAnEndThatClosesDrawAReset() throws Exception {
        connectThenSlow();
        Text.write(client, "late");
        server.close();

        clock.advance(ONE_WAY);
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        clock.advance(ONE_WAY);
        assertThatThrownBy(() -> Text.write(client, "broken")).hasMessage("Broken pipe");
    }

    @Test
    void whatIsUnderWayWhenTheLinkIsMadeFasterStaysInFront() throws Exception {
        connectThenSlow();
        Text.write(client, "slow ");
        link.impair(Impairment.NONE);
        Text.write(client, "fast");

        assertThat(server.isReadable()).isFalse();
        clock.advance(ONE_WAY);
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
        clock.advance(ONE_WAY);
        assertThat(Text.tryRead(server)).isEqualTo("up");
    }

    // ---- room

    @Test
    void roomComesBackARoundTripAfterTheWrite() throws Exception {
        connectThenSlow();
        server.receiveBufferSize(4);
        Text.write(client, "full");
        clock.advance(ONE_WAY);
        assertThat(Text.read(server)).isEqualTo("full");

        assertThat(client.isWritable()).isFalse();
        clock.advance(ALMOST);
        assertThat(client.isWritable()).isFalse();
        clock.advance(INSTANT);
        assertThat(client.isWritable()).isTrue();
    }

    @Test
    void aBlockedWriterGoesOnWhenWordIsBack() throws Exception {
        connectThenSlow();
        server.receiveBufferSize(4);
        Background<Void> writer =
                Background.run(() -> Text.write(client, "fullmore")).awaitParked();
        clock.advance(ONE_WAY);
        assertThat(Text.read(server)).isEqualTo("full");

        clock.advance(ONE_WAY);
        writer.result();
        clock.advance(ONE_WAY);
        assertThat(Text.read(server)).isEqualTo("more");
    }

    @Test
    void aRendezvousIsMetWhenWordIsBack() throws Exception {
        connectThenSlow();
        server.receiveBufferSize(0);
        Background<Integer> writer = waiting(() -> Text.write(client, "met"));

        clock.advance(ONE_WAY);
        assertThat(Text.read(server)).isEqualTo("met");
        network.awaitIdle();
        assertThat(writer.isDone()).isFalse();
        clock.advance(ONE_WAY);
        writer.result();
    }

    // ---- loss

    @Test
    void aLostSegmentCostsTheTimeUntilItIsSentAgain() throws Exception {
        connect();
        link.impair(Impairment.builder().latency(ONE_WAY).loss(1).build(), Impairment.latency(ONE_WAY));
        Text.write(client, "again");
        link.impair(Impairment.latency(ONE_WAY));

        // what was lost for good is sent again when the link changes
        clock.advance(ONE_WAY);
        assertThat(Text.read(server)).isEqualTo("again");
    }

    @Test
    void aSenderThatIsNeverAcknowledgedGivesUpAsLinuxDoes() throws Exception {
        connect();
        link.forward().impair(Impairment.builder().loss(1).build());
        Text.write(client, "lost");
        Background<String> reader = waiting(() -> Text.read(client));

        clock.advance(Duration.ofMillis(924_599));
        assertThat(reader.isDone()).isFalse();
        clock.advance(Duration.ofMillis(1));

        assertThat(reader.failure()).isExactlyInstanceOf(IOException.class).hasMessage("Connection timed out");
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Broken pipe");
        assertThat(server.isReadable()).isFalse();
    }

    @Test
    void aWriteMayBeTheFirstToHearOfIt() throws Exception {
        connect();
        link.forward().impair(Impairment.builder().loss(1).build());
        Text.write(client, "lost");
        clock.advance(Duration.ofMillis(924_600));

        assertThatThrownBy(() -> Text.write(client, "x"))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Connection timed out");
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Broken pipe");
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void whoeverWritesToAnEndThatGaveUpDrawsAReset() throws Exception {
        connect();
        link.forward().impair(Impairment.builder().loss(1).build());
        Text.write(client, "lost");
        clock.advance(Duration.ofMillis(924_600));
        link.impair(Impairment.NONE);

        Text.write(server, "are you there?");

        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
    }

    @Test
    void aLostHandshakeIsTriedAgainUntilTheKernelGivesUp() throws Exception {
        listener = db.listen(80);
        link.impair(Impairment.builder().loss(1).build());
        Background<Connection> dial =
                Background.call(() -> app.connect("db:80")).awaitParked();

        clock.advance(Duration.ofSeconds(127));

        assertThat(dial.failure()).isExactlyInstanceOf(ConnectException.class).hasMessage("Connection timed out");
    }

    // ---- partitions

    @Test
    void aPartitionWithholdsUntilTheRepair() throws Exception {
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
    void afterTheRepairWhatWasWithheldTakesTheLatency() throws Exception {
        connectThenSlow();
        Text.write(client, "under way, ");
        clock.advance(Duration.ofMillis(20));
        link.partition();
        Text.write(client, "sent");
        clock.advance(SECOND);
        assertThat(server.isReadable()).isFalse();

        link.repair();
        clock.advance(ALMOST);
        assertThat(server.isReadable()).isFalse();
        clock.advance(INSTANT);
        assertThat(Text.read(server)).isEqualTo("under way, sent");
    }

    @Test
    void aPartitionMayBeOneWay() throws Exception {
        connect();
        network.partitionOneWay(app, db);
        Text.write(client, "up");
        Text.write(server, "down");

        assertThat(Text.tryRead(server)).isEmpty();
        assertThat(Text.tryRead(client)).isEqualTo("down");
    }

    @Test
    void wordOfWhatWasReadDoesNotCrossAPartitionEither() throws Exception {
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

        clock.advance(Duration.ofMinutes(16));

        assertThat(reader.failure()).hasMessage("Connection timed out");
        assertThat(idle.isDone()).isFalse();
    }

    @Test
    void dialsAcrossAPartitionTimeOut() throws Exception {
        listener = db.listen(80);
        network.partition(app, db);
        Background<Connection> dial =
                Background.call(() -> app.connect("db:80")).awaitParked();

        clock.advance(Duration.ofSeconds(127));

        assertThat(dial.failure()).isExactlyInstanceOf(ConnectException.class).hasMessage("Connection timed out");
    }

    @Test
    void anAddressCanBeABlackHole() {
        network.partition("*", "10.0.0.9");
        Background<Connection> dial = Background.call(
                        () -> app.connect("10.0.0.9:80", dialling -> dialling.connectTimeout(SECOND)))
                .awaitParked();

        clock.advance(SECOND);

        assertThat(dial.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Connect timed out");
        assertThatThrownBy(() -> app.connect("10.0.0.8:80")).hasMessage("Connection refused");
    }

    @Test
    void dialsGoOnAfterTheRepairAlsoOfOneWay() throws Exception {
        listener = db.listen(80);
        network.partitionOneWay(db, app);
        Background<Connection> dial =
                Background.call(() -> app.connect("db:80")).awaitParked();

        network.repair();

        assertThat(dial.result().isClosed()).isFalse();
    }

    @Test
    void anIsolatedHostReachesNobodyButItself() throws Exception {
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
    void aSplitCutsBetweenTheGroupsOnly() throws Exception {
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
    void heldThingsComeInTheirOrderWhenTheyAreReleased() throws Exception {
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
    void aPausedHostAndAPartitionBothHaveToEnd() throws Exception {
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

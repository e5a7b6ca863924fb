package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Link;
import dev.nettest.Listener;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An RST is sent once. It can be lost, and then the peer learns of it when it sends. */
class LinkResetTest extends NetworkFixture {
    private static final Duration ONE_WAY = Duration.ofMillis(50);

    private final Host app = network.host("app", "10.0.0.2");
    private final Host db = network.host("db", "10.0.0.5");
    private final Link link = network.link(app, db);
    private Listener listener;
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        listener = db.listen(80);
        client = app.connect("db:80");
        server = listener.accept();
    }

    private void loss(double probability) {
        Impairment before = link.forward().impairment();
        link.forward().impair(before.toBuilder().loss(probability).build());
    }

    /** The client has aborted, and its RST is lost. */
    private void assertPeerLearnsWhenItSends() throws IOException {
        clock.advanceTimeBy(SECOND);
        assertThat(Text.tryRead(server)).isEmpty();

        Text.write(server, "x");
        clock.advanceTimeBy(SECOND);

        assertThatThrownBy(() -> Text.tryRead(server)).hasMessage("Connection reset");
        assertThatThrownBy(() -> Text.write(server, "x")).hasMessage("Broken pipe");
    }

    @Test
    void aResetDuringAPartitionIsLostWithItsBytes() throws Exception {
        link.partition();
        Text.write(client, "lost");
        client.shutdownOutput();
        client.reset();

        link.repair();

        assertPeerLearnsWhenItSends();
    }

    @Test
    void aResetInFlightIsLostInAPartition() throws Exception {
        link.latency(ONE_WAY);
        Text.write(client, "lost");
        client.reset();
        link.partition();

        link.repair();

        assertPeerLearnsWhenItSends();
    }

    @Test
    void aResetIsLostOnALossyLink() throws Exception {
        loss(1);
        Text.write(client, "lost");
        client.reset();

        loss(0);

        assertPeerLearnsWhenItSends();
    }

    @Test
    void aResetEndsTheRetransmissionOfALostSegment() throws Exception {
        link.impair(Impairment.builder()
                .latency(ONE_WAY)
                .lossGilbertElliott(1, 0, 0, 1) // exactly the first segment is lost
                .build());
        Text.write(client, "lost");
        Text.write(client, "useless");

        client.reset();
        clock.advanceTimeBy(ONE_WAY);

        assertThatThrownBy(() -> Text.tryRead(server)).hasMessage("Connection reset");
    }

    @Test
    void bytesThatHaveLeftArriveBeforeTheReset() throws Exception {
        link.latency(ONE_WAY);
        Text.write(client, "in flight");

        client.reset();
        clock.advanceTimeBy(ONE_WAY);

        assertThat(Text.tryRead(server)).isEqualTo("in flight");
        assertThatThrownBy(() -> Text.tryRead(server)).hasMessage("Connection reset");
    }

    @Test
    void bytesWhoseResetWasLostAreNotRetransmittedAfterAPartition() throws Exception {
        link.latency(ONE_WAY);
        Text.write(client, "in flight");
        loss(1);
        client.reset();
        loss(0);
        link.partition();

        link.repair();

        assertPeerLearnsWhenItSends();
    }

    @Test
    void theResetOfAFaultIsLostToo() throws Exception {
        link.partition();
        client.faults().write(Fault.reset());
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Connection reset by peer");

        link.repair();

        assertPeerLearnsWhenItSends();
    }

    @Test
    void theResetOfAClosedListenerIsLostToo() throws Exception {
        Connection waiting = app.connect("db:80");
        link.partition();
        listener.close();
        link.repair();
        assertThat(Text.tryRead(waiting)).isEmpty();

        Text.write(waiting, "x");

        assertThatThrownBy(() -> Text.tryRead(waiting)).hasMessage("Connection reset");
    }

    @Test
    void theResetOfACrashIsLostToo() throws Exception {
        link.partition();
        app.crashWithReset();
        app.restart();

        link.repair();

        assertPeerLearnsWhenItSends();
    }

    @Test
    void anOrdinaryCloseArrivesAfterTheRepair() throws Exception {
        link.partition();
        Text.write(client, "late");
        client.close();

        link.repair();

        assertThat(Text.tryRead(server)).isEqualTo("late");
        assertThat(Text.tryRead(server)).isEqualTo(Text.END);
    }

    @Test
    void aHeldResetArrivesBehindItsBytes() throws Exception {
        link.hold();
        Text.write(client, "held");
        client.reset();

        link.release();

        assertThat(Text.tryRead(server)).isEqualTo("held");
        assertThatThrownBy(() -> Text.tryRead(server)).hasMessage("Connection reset");
    }

    @Test
    void aHeldResetIsLostInAPartition() throws Exception {
        link.hold();
        Text.write(client, "held");
        client.reset();
        link.partition();

        link.release();
        link.repair();

        assertPeerLearnsWhenItSends();
    }

    @Test
    void aResetToAPausedHostArrivesAfterThePause() throws Exception {
        db.pause();
        client.reset();

        db.resume();

        assertThatThrownBy(() -> Text.tryRead(server)).hasMessage("Connection reset");
    }

    // ---- a closed peer rejects bytes only when they reach it

    @Test
    void bytesToAClosedPeerAcrossAPartitionAreNotRejectedYet() throws Exception {
        link.partition();
        server.close();

        assertThat(Text.tryWrite(client, "first")).isEqualTo(5);
        assertThat(Text.tryWrite(client, "second")).isEqualTo(6);
        assertThat(client.isReadable()).isFalse();

        link.repair();
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessageMatching("Broken pipe|Connection reset by peer");
    }

    @Test
    void bytesBehindOthersInFlightAreNotRejectedBeforeThem() throws Exception {
        link.latency(ONE_WAY);
        Text.write(client, "first");
        link.latency(Duration.ZERO);
        server.close();

        assertThat(Text.tryWrite(client, "second")).isEqualTo(6);
        assertThat(Text.tryWrite(client, "third")).isEqualTo(5);

        clock.advanceTimeBy(ONE_WAY);
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Broken pipe");
    }

    @Test
    void bytesOfASilencedWriterAreNeverRejected() throws Exception {
        client.faults().write(Fault.silence());
        server.close();

        assertThat(Text.tryWrite(client, "first")).isEqualTo(5);
        assertThat(Text.tryWrite(client, "second")).isEqualTo(6);
        assertThat(Text.tryRead(client)).isEqualTo(Text.END);
        assertThat(Text.tryWrite(client, "third")).isEqualTo(5);
    }

    @Test
    void aClosedPeerOfALinkThatWasSlowRejectsAllBytesAtOnce() throws Exception {
        server.receiveBufferSize(4);
        link.latency(ONE_WAY);
        Text.write(client, "slow");
        clock.advanceTimeBy(SECOND);
        link.latency(Duration.ZERO);
        assertThat(Text.read(server)).isEqualTo("slow");
        server.close();

        assertThat(Text.tryWrite(client, "more than fits")).isEqualTo(14);

        assertThatThrownBy(() -> Text.tryWrite(client, "x")).hasMessage("Broken pipe");
    }

    @Test
    void theResetOfASilencedWriterIsLostWithItsBytes() throws Exception {
        client.faults().write(Fault.silence());
        Text.write(client, "lost");

        client.reset();
        clock.advanceTimeBy(SECOND);

        assertThat(Text.tryRead(server)).isEmpty();
        assertThat(server.isReadable()).isFalse();
        assertThat(link.forward().heldBytes()).isZero();
    }

    @Test
    void theFinToAClosedPeerIsNoReset() throws Exception {
        link.latency(ONE_WAY);
        server.close();
        client.shutdownOutput();
        clock.advanceTimeBy(SECOND);

        assertThat(network.snapshot().toString()).contains("LAST_ACK").doesNotContain("RESET");
        assertThat(Text.read(client)).isEqualTo(Text.END);
    }

    @Test
    void aResetInFlightIsHeldToo() throws Exception {
        link.latency(ONE_WAY);
        client.reset();
        link.hold();
        clock.advanceTimeBy(SECOND);
        assertThat(server.isReadable()).isFalse();

        link.release();
        clock.advanceTimeBy(ONE_WAY);

        assertThatThrownBy(() -> Text.tryRead(server)).hasMessage("Connection reset");
    }

    @Test
    void bytesThatArrivedBeforeALostResetStayReadable() throws Exception {
        Text.write(client, "arrived");
        link.partition();
        Text.write(client, "lost");
        client.reset();

        assertThat(Text.read(server)).isEqualTo("arrived");
        assertThat(Text.tryRead(server)).isEmpty();
    }

    @Test
    void theEndOfTheStreamBeforeAResetArrivesWithItsBytes() throws Exception {
        link.latency(ONE_WAY);
        Text.write(client, "bytes");
        client.shutdownOutput();
        client.reset();
        assertThat(Text.tryRead(server)).isEmpty();

        clock.advanceTimeBy(ONE_WAY);

        assertThat(Text.read(server)).isEqualTo("bytes");
        assertThat(Text.read(server)).isEqualTo(Text.END);
        assertThatThrownBy(() -> Text.write(server, "x")).hasMessage("Broken pipe");
    }

    @Test
    void bytesInFlightToAnEndThatWasResetByAFaultAreNotRead() throws Exception {
        link.latency(ONE_WAY);
        Text.write(client, "late");
        server.faults().read(Fault.reset().once());
        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");

        Text.write(client, "later");
        clock.advanceTimeBy(ONE_WAY);

        assertThat(server.available()).isZero();
        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
    }
}

package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Link;
import dev.nettest.NetworkConfig;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The time after which a writer gives up that gets no answer, here with three retries. */
class LinkSilenceTest extends NetworkFixture {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    /** {@code tcp_orphan_retries} of 8: 0.2 s, 0.4 s, and so on to 51.2 s. */
    private static final Duration ORPHAN_TIMEOUT = Duration.ofMillis(102_200);

    private final Host app = network.host("app", "10.0.0.2");
    private final Host db = network.host("db", "10.0.0.5");
    private final Link link = network.link(app, db);
    private Connection client;
    private Connection server;

    LinkSilenceTest() {
        super(NetworkConfig.builder().tcpRetries2(3).tcpSynRetries(2));
    }

    @BeforeEach
    void connect() throws IOException {
        db.listen(80);
        client = app.connect("db:80");
        server = client.peer();
    }

    private Background<Void> blockedWriter() throws IOException {
        server.receiveBufferSize(4);
        return Background.run(network, () -> client.outputStream().write(new byte[6]))
                .awaitParked();
    }

    private void assertTimesOutNow(Background<?> blocked) throws IOException {
        clock.advanceTimeBy(TIMEOUT.minus(MILLISECOND));
        blocked.assertWaits();
        clock.advanceTimeBy(MILLISECOND);
        assertThat(blocked.failure()).hasMessage("Connection timed out");
        assertThat(Text.read(client)).isEqualTo(Text.END);
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Broken pipe");
    }

    // ---- a full buffer

    @Test
    void aBlockedWriterTimesOutInAPartition() throws Exception {
        Background<Void> writer = blockedWriter();
        clock.advanceTimeBy(Duration.ofDays(1));
        link.partition();

        assertTimesOutNow(writer);
    }

    @Test
    void aBlockedWriterTimesOutOnAHeldLink() throws Exception {
        Background<Void> writer = blockedWriter();
        link.hold();

        assertTimesOutNow(writer);
    }

    @Test
    void aBlockedWriterTimesOutIfItsPeerIsPaused() throws Exception {
        Background<Void> writer = blockedWriter();
        db.pause();

        assertTimesOutNow(writer);
        db.resume();
        assertThat(Text.tryRead(server)).hasSize(4);
    }

    @Test
    void aBlockedWriterTimesOutIfItsPeerCrashedSilently() throws Exception {
        Background<Void> writer = blockedWriter();
        db.crashSilently();

        writer.assertWaits();
        clock.advanceTimeBy(TIMEOUT);
        assertThat(writer.failure()).hasMessage("Connection timed out");
    }

    @Test
    void aBlockedWriterTimesOutIfEverySegmentIsLost() throws Exception {
        Background<Void> writer = blockedWriter();
        link.impair(Impairment.builder().loss(1).build());

        assertTimesOutNow(writer);
    }

    @Test
    void aBlockedWriterTimesOutIfOneDirectionIsCut() throws Exception {
        Background<Void> writer = blockedWriter();
        link.backward().partition();

        assertTimesOutNow(writer);
    }

    @Test
    void aWriterBlockedByARendezvousTimesOut() throws Exception {
        server.receiveBufferSize(0);
        Background<Void> writer = Background.run(
                        network, () -> client.outputStream().write(new byte[6]))
                .awaitParked();
        link.partition();

        assertTimesOutNow(writer);
    }

    @Test
    void aFullBufferTimesOutWithoutABlockedThread() throws Exception {
        server.receiveBufferSize(4);
        Text.tryWrite(client, "abcdef");
        link.partition();
        clock.advanceTimeBy(TIMEOUT);

        assertThatThrownBy(() -> Text.tryWrite(client, "ef")).hasMessage("Connection timed out");
    }

    @Test
    void aLivePeerThatDoesNotReadKeepsTheWriterBlocked() throws Exception {
        Background<Void> writer = blockedWriter();
        clock.advanceTimeBy(Duration.ofDays(1000));
        long before = clock.nanoTime();
        clock.advanceUntilIdle();

        assertThat(clock.nanoTime()).isEqualTo(before);
        writer.assertWaits();
        Text.read(server);
        writer.result();
    }

    @Test
    void aRepairInTimeEndsTheSilence() throws Exception {
        Background<Void> writer = blockedWriter();
        link.partition();
        clock.advanceTimeBy(TIMEOUT.minus(MILLISECOND));
        link.repair();
        long repaired = clock.nanoTime();
        clock.advanceUntilIdle();

        assertThat(clock.nanoTime()).isEqualTo(repaired);
        writer.assertWaits();
        link.partition();
        assertTimesOutNow(writer);
    }

    // ---- bytes without an ACK

    @Test
    void bytesWhoseAcksAreCutOffTimeOut() throws Exception {
        link.backward().partition();
        Background<String> reader =
                Background.call(network, () -> Text.read(client)).awaitParked();
        Text.write(client, "x");
        assertThat(Text.tryRead(server)).isEqualTo("x");

        assertTimesOutNow(reader);
        link.repair();
        Text.write(server, "x");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
    }

    @Test
    void aHalfCloseWhoseAckIsCutOffTimesOut() throws Exception {
        link.backward().partition();
        Background<String> reader = Background.call(() -> Text.read(client)).awaitParked();
        client.shutdownOutput();
        assertThat(Text.tryRead(server)).isEqualTo(Text.END);
        clock.advanceTimeBy(TIMEOUT);

        assertThat(reader.failure()).hasMessage("Connection timed out");
    }

    @Test
    void bytesAcknowledgedBeforeTheCutDoNotTimeOut() throws Exception {
        Text.write(client, "x");
        link.backward().partition();
        clock.advanceUntilIdle();

        assertThat(clock.nanoTime()).isZero();
        assertThat(client.isReadable()).isFalse();
    }

    @Test
    void theRepairOfOneDirectionDoesNotStartTheTimeAgain() throws Exception {
        Background<String> reader = Background.call(() -> Text.read(client)).awaitParked();
        link.partition();
        Text.write(client, "x");
        clock.advanceTimeBy(TIMEOUT.minus(MILLISECOND));
        link.forward().repair();
        clock.advanceTimeBy(MILLISECOND);

        assertThat(reader.failure()).hasMessage("Connection timed out");
    }

    // ---- a closed socket

    @Test
    void aClosedSocketGivesUpAfterTheRetriesOfAnOrphan() throws Exception {
        link.partition();
        Text.write(client, "x");
        client.close();
        clock.advanceTimeBy(ORPHAN_TIMEOUT);
        link.repair();
        assertThat(Text.tryRead(server)).isEmpty();

        Text.write(server, "x");

        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
    }

    @Test
    void aClosedSocketIsPatientUntilThen() throws Exception {
        link.partition();
        Text.write(client, "x");
        client.close();
        clock.advanceTimeBy(ORPHAN_TIMEOUT.minus(MILLISECOND));
        link.repair();

        assertThat(Text.read(server)).isEqualTo("x");
        assertThat(Text.read(server)).isEqualTo(Text.END);
    }

    // ---- a connect

    @Test
    void aConnectTimesOutAfterTheRetriesOfItsSyn() {
        link.partition();
        Background<Connection> dial =
                Background.call(network, () -> app.connect("db:80")).awaitParked();
        clock.advanceTimeBy(Duration.ofSeconds(7).minus(MILLISECOND));
        dial.assertWaits();
        clock.advanceTimeBy(MILLISECOND);

        assertThat(dial.failure()).isExactlyInstanceOf(ConnectException.class).hasMessage("Connection timed out");
    }

    @Test
    void aStageTimesOutToo() {
        server.receiveBufferSize(4);
        var write = client.writeAsync(ByteBuffer.allocate(6)).toCompletableFuture();
        link.partition();
        clock.advanceTimeBy(TIMEOUT);

        assertThat(write).isCompletedWithValue(4);
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Connection timed out");
    }
}

package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Link;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams that are held for more than one reason, and writes that are cancelled. */
class LinkHoldTest extends NetworkFixture {
    private static final Duration ONE_WAY = Duration.ofMillis(50);

    private final Host app = network.host("app", "10.0.0.2");
    private final Host db = network.host("db", "10.0.0.5");
    private final Link link = network.link(app, db);
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        db.listen(80);
        client = app.connect("db:80");
        server = client.peer();
    }

    @Test
    void arrivedBytesAreNotDelayedAgainAfterAPause() throws Exception {
        link.latency(ONE_WAY);
        Text.write(client, "arrived");
        clock.advanceTimeBy(ONE_WAY);

        db.pause();
        assertThat(server.isReadable()).isFalse();
        db.resume();

        assertThat(Text.tryRead(server)).isEqualTo("arrived");
    }

    @Test
    void arrivedBytesAreReadableAfterAPauseDuringAPartition() throws Exception {
        Text.write(client, "arrived");
        client.shutdownOutput();
        db.pause();
        network.partition(app, db);
        assertThat(server.isReadable()).isFalse();

        db.resume();

        assertThat(Text.tryRead(server)).isEqualTo("arrived");
        assertThat(Text.tryRead(server)).isEqualTo(Text.END);
    }

    @Test
    void arrivedBytesSurviveTheTimeoutOfTheSender() throws Exception {
        Text.write(client, "arrived");
        db.pause();
        Text.write(client, "withheld");
        clock.advanceTimeBy(Duration.ofMinutes(16));
        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection timed out");

        db.resume();

        assertThat(Text.tryRead(server)).isEqualTo("arrived");
    }

    @Test
    void bytesInFlightToAClosedEndCauseAResetAfterAPause() throws Exception {
        link.latency(ONE_WAY);
        Text.write(client, "late");
        server.close();
        db.pause();
        db.resume();
        clock.advanceTimeBy(SECOND);

        assertThat(Text.read(client)).isEqualTo(Text.END);
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Broken pipe");
    }

    @Test
    void bytesReleasedByARepairDoNotWaitForEachOther() throws Exception {
        link.latency(Duration.ofHours(1));
        Text.write(client, "under way");
        link.partition();
        link.latency(ONE_WAY);

        link.repair();
        clock.advanceTimeBy(ONE_WAY);

        assertThat(Text.tryRead(server)).isEqualTo("under way");
    }

    @Test
    void aCancelledRendezvousIsNotSent() throws Exception {
        server.receiveBufferSize(0);
        network.partition(app, db);
        client.writeTimeout(SECOND);
        Background<Void> writer =
                Background.run(() -> Text.write(client, "not read")).awaitParked();
        clock.advanceTimeBy(SECOND);
        assertThat(writer.failure()).hasMessage("Write timed out");
        long failed = clock.nanoTime();

        clock.advanceUntilIdle();

        assertThat(clock.nanoTime()).isEqualTo(failed);
    }

    @Test
    void aCorruptWriteToAClosedEndIsOnlyReset() throws Exception {
        link.impair(Impairment.builder().rate(Long.MAX_VALUE).build()); // takes less than a nanosecond
        client.faults().write(Fault.corrupt());
        server.close();

        assertThat(Text.write(client, "x")).isEqualTo(1);
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Broken pipe");
    }

    @Test
    void aRepairedConnectionLeavesNoTimer() throws Exception {
        network.partition(app, db);
        Text.write(client, "x");
        network.repair();
        long repaired = clock.nanoTime();

        clock.advanceUntilIdle();

        assertThat(clock.nanoTime()).isEqualTo(repaired);
    }

    @Test
    void aConnectionClosedAtBothEndsLeavesNoTimer() throws Exception {
        network.partition(app, db);
        Text.write(client, "x");
        client.close();
        server.close();

        clock.advanceUntilIdle();

        assertThat(clock.nanoTime()).isZero();
    }

    @Test
    void aRendezvousTakenBackInFlightNeverArrives() throws Exception {
        server.receiveBufferSize(0);
        link.latency(ONE_WAY);
        failToWrite("taken back");
        clock.advanceTimeBy(SECOND);
        assertThat(Text.tryRead(server)).isEmpty();
        assertThat(client.isWritable()).isTrue();

        Background<Void> next = Background.run(() -> Text.write(client, "next")).awaitParked();
        assertThat(Text.tryRead(server)).isEmpty();
        clock.advanceTimeBy(ONE_WAY);

        assertThat(Text.read(server)).isEqualTo("next");
        clock.advanceTimeBy(ONE_WAY);
        next.result();
    }

    @Test
    void aRendezvousTakenBackFromAHeldLinkNeverArrives() throws Exception {
        server.receiveBufferSize(0);
        link.hold();
        failToWrite("taken back");
        assertThat(link.heldBytes()).isZero();

        link.release();

        assertThat(Text.tryRead(server)).isEmpty();
        Background<Void> next = Background.run(() -> Text.write(client, "next")).awaitParked();
        assertThat(Text.read(server)).isEqualTo("next");
        next.result();
    }

    @Test
    void onlyTheUnreadPartOfARendezvousIsTakenBack() throws Exception {
        server.receiveBufferSize(0);
        link.latency(ONE_WAY);
        client.writeTimeout(ONE_WAY.multipliedBy(2).minusNanos(1));
        Background<Void> writer =
                Background.run(() -> Text.write(client, "abcd")).awaitParked();
        clock.advanceTimeBy(ONE_WAY);
        assertThat(Text.read(server, 1)).isEqualTo("a");
        link.hold();

        clock.advanceTimeBy(ONE_WAY);

        assertThat(writer.failure()).hasMessage("Write timed out");
        assertThat(Text.tryRead(server)).isEmpty();
        assertThat(link.heldBytes()).isZero();
    }

    /** A rendezvous write that times out before it could arrive. */
    private void failToWrite(String text) {
        Duration timeout = Duration.ofMillis(10);
        client.writeTimeout(timeout);
        Background<Void> writer = Background.run(() -> Text.write(client, text)).awaitParked();
        clock.advanceTimeBy(timeout);
        assertThat(writer.failure()).hasMessage("Write timed out");
        client.writeTimeout(Duration.ZERO);
    }

    @Test
    void nothingIsHeldForASenderThatGaveUp() throws Exception {
        link.partition();
        Text.write(client, "lost");
        assertThat(link.heldBytes()).isEqualTo(4);

        clock.advanceTimeBy(Duration.ofMinutes(16));

        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection timed out");
        assertThat(link.heldBytes()).isZero();
    }

    @Test
    void theEndBehindAFullBufferLeavesWhenItsAckIsReleased() throws Exception {
        server.receiveBufferSize(4);
        network.partitionOneWay(db, app);
        Text.tryWrite(client, "upload");
        client.shutdownOutput();
        assertThat(Text.read(server)).isEqualTo("uplo");
        assertThat(Text.tryRead(server)).isEmpty();

        network.repair();

        assertThat(Text.tryRead(server)).isEqualTo(Text.END);
    }

    @Test
    void bytesBehindARendezvousTakenBackArriveAtTheirOwnTime() throws Exception {
        server.receiveBufferSize(0);
        link.latency(ONE_WAY);
        failToWrite("taken back");
        Background<Void> next = Background.run(() -> Text.write(client, "next")).awaitParked();

        clock.advanceTimeBy(ONE_WAY.minusNanos(1));
        assertThat(Text.tryRead(server)).isEmpty();
        clock.advanceTimeBy(Duration.ofNanos(1));

        assertThat(Text.tryRead(server)).isEqualTo("next");
        clock.advanceTimeBy(ONE_WAY);
        next.result();
    }

    @Test
    void theEndOfTheStreamComesBeforeATimeout() throws Exception {
        server.shutdownOutput();
        network.partition(app, db);
        Text.write(client, "lost");
        clock.advanceTimeBy(Duration.ofMinutes(16));

        assertThat(Text.read(client)).isEqualTo(Text.END);
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Connection timed out");
    }
}

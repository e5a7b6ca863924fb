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

/** Streams that are held up for more than one reason, or in which something is taken back: what goes on when, and what does not. */
class LinkWithheldTest extends NetworkFixture {
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
    void whatHadArrivedDoesNotTravelAgainAfterAPause() throws Exception {
        link.latency(ONE_WAY);
        Text.write(client, "arrived");
        clock.advance(ONE_WAY);

        db.pause();
        assertThat(server.isReadable()).isFalse();
        db.resume();

        assertThat(Text.tryRead(server)).isEqualTo("arrived");
    }

    @Test
    void whatHadArrivedIsThereAfterAPauseThatEndsInAPartition() throws Exception {
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
    void whatHadArrivedIsNotLostWhenTheSenderGivesUp() throws Exception {
        Text.write(client, "arrived");
        db.pause();
        Text.write(client, "withheld");
        clock.advance(Duration.ofMinutes(16));
        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection timed out");

        db.resume();

        assertThat(Text.tryRead(server)).isEqualTo("arrived");
    }

    @Test
    void whatIsUnderWayToAClosedEndDrawsAResetAfterAPauseToo() throws Exception {
        link.latency(ONE_WAY);
        Text.write(client, "late");
        server.close();
        db.pause();
        db.resume();
        clock.advance(SECOND);

        assertThat(Text.read(client)).isEqualTo(Text.END);
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Broken pipe");
    }

    @Test
    void whatLeavesAtARepairDoesNotWaitForWhatWasWithheldWithIt() throws Exception {
        link.latency(Duration.ofHours(1));
        Text.write(client, "under way");
        link.partition();
        link.latency(ONE_WAY);

        link.repair();
        clock.advance(ONE_WAY);

        assertThat(Text.tryRead(server)).isEqualTo("under way");
    }

    @Test
    void aRendezvousThatIsTakenBackHasNotBeenSent() throws Exception {
        server.receiveBufferSize(0);
        network.partition(app, db);
        client.writeTimeout(SECOND);
        Background<Void> writer =
                Background.run(() -> Text.write(client, "nobody reads this")).awaitParked();
        clock.advance(SECOND);
        assertThat(writer.failure()).hasMessage("Write timed out");
        long failed = clock.nanoTime();

        clock.runUntilIdle();

        assertThat(clock.nanoTime()).isEqualTo(failed);
    }

    @Test
    void aCorruptWriteToAClosedEndMeetsTheResetOnly() throws Exception {
        link.impair(Impairment.builder().rate(Long.MAX_VALUE).build()); // takes no time that can be counted
        client.faults().write(Fault.corrupt());
        server.close();

        assertThat(Text.write(client, "x")).isEqualTo(1);
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Broken pipe");
    }

    @Test
    void nothingOfAConnectionWhoseLinkWasRepairedOutlastsIt() throws Exception {
        network.partition(app, db);
        Text.write(client, "x");
        network.repair();
        long repaired = clock.nanoTime();

        clock.runUntilIdle();

        assertThat(clock.nanoTime()).isEqualTo(repaired);
    }

    @Test
    void norOfOneThatIsClosedAtBothEnds() throws Exception {
        network.partition(app, db);
        Text.write(client, "x");
        client.close();
        server.close();

        clock.runUntilIdle();

        assertThat(clock.nanoTime()).isZero();
    }
}

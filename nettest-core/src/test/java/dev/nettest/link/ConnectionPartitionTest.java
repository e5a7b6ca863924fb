package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.KeepAlive;
import dev.nettest.Listener;
import dev.nettest.NetworkConfig;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One connection is cut while others between the same hosts work. */
class ConnectionPartitionTest extends NetworkFixture {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final Host app = network.host("app", "10.0.0.2");
    private final Host db = network.host("db", "10.0.0.5");
    private Connection client;
    private Connection server;
    private Connection other;

    ConnectionPartitionTest() {
        super(NetworkConfig.builder().tcpRetries2(3));
    }

    @BeforeEach
    void connect() throws IOException {
        Listener listener = db.listen(80);
        client = app.connect("db:80");
        server = listener.accept();
        other = app.connect("db:80");
        listener.accept();
    }

    @Test
    void onlyThisConnectionIsCut() throws Exception {
        assertThat(client.partition()).isSameAs(client);
        Text.write(client, "lost");
        Text.write(server, "lost");
        Text.write(other, "arrives");

        assertThat(Text.tryRead(server)).isEmpty();
        assertThat(Text.tryRead(client)).isEmpty();
        assertThat(Text.tryRead(other.peer())).isEqualTo("arrives");
        assertThat(app.connect("db:80").isOpen()).isTrue();
    }

    @Test
    void itEndsInATimeout() throws Exception {
        client.partition();
        Background<String> reader = Background.call(() -> Text.read(client)).awaitParked();
        Text.write(client, "lost");
        clock.advanceTimeBy(TIMEOUT);

        assertThat(reader.failure()).hasMessage("Connection timed out");
        assertThat(Text.read(client)).isEqualTo(Text.END);
        assertThat(Text.tryRead(server)).isEmpty();
    }

    @Test
    void keepAliveFindsIt() throws Exception {
        client.keepAlive(KeepAlive.of(SECOND, SECOND, 1)).partition();
        clock.advanceTimeBy(SECOND.multipliedBy(2));

        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection timed out");
    }

    @Test
    void aRepairDeliversTheBytes() throws Exception {
        client.partition();
        Text.write(client, "late");
        Text.write(server, "too");
        assertThat(server.repair()).isSameAs(server);

        assertThat(Text.tryRead(server)).isEqualTo("late");
        assertThat(Text.tryRead(client)).isEqualTo("too");
        clock.advanceUntilIdle();
        assertThat(clock.nanoTime()).isZero();
    }

    @Test
    void eachDirectionCanBeCutAlone() throws Exception {
        client.partitionOneWay();
        Text.write(client, "lost");
        Text.write(server, "arrives");
        assertThat(Text.tryRead(server)).isEmpty();
        assertThat(Text.tryRead(client)).isEqualTo("arrives");

        client.repair();
        server.partitionOneWay();
        Text.write(client, "arrives");
        Text.write(server, "lost");

        assertThat(Text.tryRead(server)).isEqualTo("lostarrives");
        assertThat(Text.tryRead(client)).isEmpty();
    }

    @Test
    void aResetIsLost() throws Exception {
        client.partition();
        client.reset();
        client.repair();
        assertThat(Text.tryRead(server)).isEmpty();

        Text.write(server, "x");

        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
    }

    @Test
    void aRepairOfTheLinksDoesNotRepairIt() throws Exception {
        client.partition();
        network.partition(app, db);
        network.repair();
        Text.write(client, "lost");
        assertThat(Text.tryRead(server)).isEmpty();

        network.partition(app, db);
        client.repair();
        assertThat(Text.tryRead(server)).isEmpty();
        network.repair();

        assertThat(Text.tryRead(server)).isEqualTo("lost");
    }

    @Test
    void aPauseOfTheHostDoesNotRepairIt() throws Exception {
        client.partition();
        db.pause();
        Text.write(client, "lost");
        db.resume();

        assertThat(Text.tryRead(server)).isEmpty();
    }

    @Test
    void aPairCanBeCut() throws Exception {
        Connection pair = network.pair().client();
        pair.partition();
        Text.write(pair, "lost");

        assertThat(Text.tryRead(pair.peer())).isEmpty();
    }

    @Test
    void itIsRefusedBeforeTheHandshakeAndOverAPath() throws Exception {
        network.localhost().listen("unix:/run/app");
        Connection unix = network.localhost().connect("unix:/run/app");

        assertThatThrownBy(() -> app.connect("db:80", Connection::partition))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("a connection can be cut only after its handshake; connection ");
        assertThatThrownBy(unix::partition)
                .isExactlyInstanceOf(UnsupportedOperationException.class)
                .hasMessage("Unix domain sockets use no link that could be cut");
    }
}

package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.KeepAlive;
import dev.nettest.Listener;
import dev.nettest.SystemError;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@link Connection#isReset()}: an RST was received or sent, and nothing else ended the connection before it. */
class ConnectionResetTest extends NetworkFixture {
    private final ConnectionPair pair = network.pair();
    private final Connection client = pair.client();
    private final Connection server = pair.server();

    ConnectionResetTest() throws Exception {}

    private void assertReset(boolean clientReset, boolean serverReset) {
        assertThat(client.isReset()).as("client").isEqualTo(clientReset);
        assertThat(server.isReset()).as("server").isEqualTo(serverReset);
    }

    @Test
    void anOpenConnectionWasNotReset() throws Exception {
        Text.write(client, "a");

        assertReset(false, false);
    }

    @Test
    void aCloseWithLingerZeroResetsBothEnds() throws Exception {
        server.linger(Duration.ZERO);
        server.close();

        assertReset(true, true);
    }

    @Test
    void aResetIsPendingUntilAnOperationTakesIt() throws Exception {
        assertThat(server.pendingError()).isNull();

        client.reset();

        assertThat(server.pendingError()).isEqualTo(SystemError.CONNECTION_RESET_BY_PEER);
        assertThat(server.pendingError()).as("again").isEqualTo(SystemError.CONNECTION_RESET_BY_PEER);
        assertThatThrownBy(() -> server.tryRead(ByteBuffer.allocate(1))).hasMessage("Connection reset");
        assertThat(server.pendingError()).isNull();
        assertThat(client.pendingError()).as("of the end that sent it").isNull();
    }

    @Test
    void aResetBehindAFinIsABrokenPipe() throws Exception {
        client.shutdownOutput();
        client.reset();

        assertThat(server.pendingError()).isEqualTo(SystemError.BROKEN_PIPE);
        assertThat(server.tryRead(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(server.pendingError()).as("left to the writer").isEqualTo(SystemError.BROKEN_PIPE);
        assertThatThrownBy(() -> server.tryWrite(ByteBuffer.allocate(1))).hasMessage("Broken pipe");
        assertThat(server.pendingError()).isNull();
    }

    @Test
    void anAbortResetsBothEnds() throws Exception {
        client.reset();

        assertReset(true, true);
    }

    @Test
    void aCloseWithUnreadBytesIsAReset() throws Exception {
        Text.write(client, "a");
        server.close();

        assertReset(true, true);
    }

    @Test
    void anOrdinaryCloseIsNoReset() throws Exception {
        Text.write(client, "a");
        Text.read(server);
        server.close();
        assertReset(false, false);

        client.close();
        assertReset(false, false);
    }

    @Test
    void bytesForAClosedEndAreAnsweredWithAReset() throws Exception {
        server.close();
        Text.write(client, "a");

        assertReset(true, true);
    }

    @Test
    void anInjectedResetCountsOnceItActs() throws Exception {
        client.faults().read(Fault.reset());
        assertReset(false, false);

        assertThat(catchThrowable(() -> client.read(ByteBuffer.allocate(1)))).hasMessage("Connection reset");
        assertReset(true, true);
    }

    @Test
    void aResetStaysAfterItWasReportedAndAfterAClose() throws Exception {
        server.reset();
        assertThat(catchThrowable(() -> client.read(ByteBuffer.allocate(1)))).hasMessage("Connection reset");
        client.close();

        assertReset(true, true);
    }

    @Test
    void aResetInFlightHasReachedOnlyItsSender() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Listener listener = network.host("db", "10.0.0.5").listen(5432);
        Connection dialled = app.connect("db:5432");
        Connection accepted = listener.accept();
        network.link("app", "db").latency(SECOND);

        accepted.reset();
        assertThat(accepted.isReset()).isTrue();
        assertThat(dialled.isReset()).isFalse();

        clock.advanceTimeBy(SECOND);
        assertThat(dialled.isReset()).isTrue();
    }

    @Test
    void aCrashResetsOnlyIfItSendsAnRst() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        Listener listener = db.listen(5432);
        Connection withoutBytes = network.connect("db:5432");
        Connection idle = listener.accept();
        Connection withBytes = network.connect("db:5432");
        Text.write(withBytes, "a");
        Connection unread = listener.accept();
        db.crash();

        assertThat(withoutBytes.isReset()).isFalse();
        assertThat(idle.isReset()).isFalse();
        assertThat(withBytes.isReset()).isTrue();
        assertThat(unread.isReset()).isTrue();
    }

    @Test
    void aCrashWithResetResetsBothEnds() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        Listener listener = db.listen(5432);
        Connection dialled = network.connect("db:5432");
        Connection accepted = listener.accept();
        db.crashWithReset();

        assertThat(dialled.isReset()).isTrue();
        assertThat(accepted.isReset()).isTrue();
    }

    @Test
    void aSilentCrashResetsWhenThePeerSendsAfterTheRestart() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        Listener listener = db.listen(5432);
        Connection dialled = network.connect("db:5432");
        Connection accepted = listener.accept();
        db.crashSilently();
        assertThat(dialled.isReset()).isFalse();
        assertThat(accepted.isReset()).isFalse();

        db.restart();
        Text.write(dialled, "a");
        assertThat(dialled.isReset()).isTrue();
    }

    @Test
    void aTimeoutIsNoReset() throws Exception {
        client.keepAlive(KeepAlive.of(SECOND, SECOND, 1));
        client.partition();
        clock.advanceTimeBy(Duration.ofSeconds(10));

        assertThat(client.pendingError()).isEqualTo(SystemError.CONNECTION_TIMED_OUT);
        assertThat(catchThrowable(() -> client.read(ByteBuffer.allocate(1)))).hasMessage("Connection timed out");
        assertReset(false, false);
    }

    @Test
    void overAUnixPathACloseWithUnreadBytesIsAReset() throws Exception {
        Listener listener = network.listen("unix:/run/app.sock");
        Connection dialled = listener.connect();
        Text.write(dialled, "a");
        Connection accepted = listener.accept();
        accepted.close();

        assertThat(dialled.isReset()).isTrue();
        assertThat(accepted.isReset()).isTrue();
    }

    @Test
    void theEndOfTheNetworkIsNoReset() {
        network.shutdown();

        assertReset(false, false);
    }
}

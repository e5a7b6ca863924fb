package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The instants at which a close with a linger time returns. */
class LingerTest extends NetworkFixture {
    private static final Duration LINGER = Duration.ofSeconds(3);
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration ONE_WAY = Duration.ofMillis(50);

    private final Host app = network.host("app", "10.0.0.2");
    private final Host db = network.host("db", "10.0.0.5");
    private Listener listener;
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        listener = db.listen(80);
        client = app.connect("db:80").linger(LINGER);
        server = listener.accept();
    }

    private Background<Void> close() {
        return Background.run(network, client::close).awaitParked();
    }

    private void assertEndsAfter(Background<Void> close, Duration duration) {
        clock.advanceTimeBy(duration.minus(MILLISECOND));
        close.assertWaits();
        clock.advanceTimeBy(MILLISECOND);
        close.result();
    }

    @Test
    void aCloseWithNothingToAcknowledgeDoesNotWait() throws Exception {
        Text.write(client, "x");
        client.close();

        assertThat(Text.readAll(server)).isEqualTo("x");
    }

    @Test
    void bytesAcrossACutAreAwaitedForTheLingerTime() throws Exception {
        network.partition(app, db);
        Text.write(client, "late");

        assertEndsAfter(close(), LINGER);
        network.repair();
        assertThat(Text.readAll(server)).isEqualTo("late");
    }

    @Test
    void aFinAcrossACutIsAwaitedToo() {
        network.partition(app, db);

        assertEndsAfter(close(), LINGER);
    }

    @Test
    void theAckTakesARoundTrip() {
        network.link(app, db).latency(ONE_WAY);

        assertEndsAfter(close(), ONE_WAY.multipliedBy(2));
    }

    @Test
    void anAckThatIsCutOffIsAwaited() {
        network.partitionOneWay(db, app);

        assertEndsAfter(close(), LINGER);
    }

    @Test
    void theAckLeavesAtTheRepair() {
        network.partitionOneWay(db, app);
        Background<Void> close = close();
        clock.advanceTimeBy(SECOND);
        network.repair();

        close.result();
    }

    @Test
    void unsentBytesAreAwaited() throws Exception {
        server.receiveBufferSize(4);
        Text.tryWrite(client, "upload");
        Background<Void> close = close();
        clock.advanceTimeBy(SECOND);

        assertThat(Text.read(server)).isEqualTo("uplo");

        close.result();
        assertThat(Text.read(server)).isEqualTo(Text.END);
    }

    @Test
    void unsentBytesStayAfterTheLingerTime() throws Exception {
        server.receiveBufferSize(4);
        Text.tryWrite(client, "upload");

        assertEndsAfter(close(), LINGER);

        assertThat(Text.readAll(server)).isEqualTo("uplo");
    }

    @Test
    void aCloseWithUnreadBytesResetsAtOnce() throws Exception {
        network.partition(app, db);
        network.repair();
        Text.write(server, "unread");
        network.partition(app, db);

        client.close();

        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void aResetEndsTheWait() throws Exception {
        server.receiveBufferSize(4);
        Text.tryWrite(client, "upload");
        Background<Void> close = close();

        server.reset();

        close.result();
    }

    @Test
    void aPeerThatClosesFirstIsAwaitedToo() throws Exception {
        server.close();
        network.partition(app, db);
        Background<Void> close = close();

        assertEndsAfter(close, LINGER);
    }

    @Test
    void zeroResetsAndANegativeTimeTurnsItOff() throws Exception {
        client.linger(Duration.ZERO).close();
        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");

        Connection off = app.connect("db:80").linger(LINGER).linger(SECOND.negated());
        network.partition(app, db);
        Text.write(off, "x");
        off.close();

        assertThat(off.isClosed()).isTrue();
    }

    @Test
    void aCrashDoesNotWaitButResetsWithZero() throws Exception {
        Connection zero = app.connect("db:80").linger(Duration.ZERO);
        network.partition(app, db);
        Text.write(client, "late");
        network.repair();
        app.crash();

        assertThat(Text.readAll(server)).isEqualTo("late");
        assertThatThrownBy(() -> Text.read(zero.peer())).hasMessage("Connection reset");
    }

    @Test
    void theEndOfTheNetworkEndsTheWait() {
        network.partition(app, db);
        Background<Void> close = close();

        network.shutdown();

        close.result();
    }

    @Test
    void theEndOfTheNetworkEndsTheWaitForAClosedPeer() throws Exception {
        server.close();
        network.partition(app, db);
        Background<Void> close = close();

        network.shutdown();

        close.result();
    }

    @Test
    void aSilentCrashEndsTheWait() {
        network.partition(app, db);
        Background<Void> close = close();

        app.crashSilently();

        close.result();
    }

    @Test
    void aDelayedCloseDoesNotWait() throws Exception {
        client.faults().close(Fault.delayed(SECOND));
        client.close();
        assertThat(Text.tryRead(server)).isEmpty();
        clock.advanceTimeBy(SECOND);

        assertThat(Text.tryRead(server)).isEqualTo(Text.END);
    }

    @Test
    void anInterruptDoesNotEndTheWait() {
        network.partition(app, db);
        Background<Void> close = close();
        close.interrupt();

        assertEndsAfter(close, LINGER);
    }

    @Test
    void aPathDoesNotLinger() throws Exception {
        network.localhost().listen("unix:/run/app");
        Connection unix = network.localhost().connect("unix:/run/app").linger(LINGER);
        Text.write(unix, "x");
        unix.close();

        assertThat(Text.readAll(unix.peer())).isEqualTo("x");
    }

    @Test
    void theOptionOfASocketDoesTheSame() throws Exception {
        Socket socket = NetworkSockets.socketFactory(app).createSocket();
        socket.setSoLinger(true, 3);
        socket.connect(listener.localAddress());
        network.partition(app, db);
        socket.getOutputStream().write(1);
        Background<Void> close = Background.run(network, socket::close).awaitParked();

        assertEndsAfter(close, LINGER);
    }
}

package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hosts that are paused or have crashed silently, and the data that they hold. */
class HostPauseTest extends NetworkFixture {
    private final Host app = network.host("app", "10.0.0.2");
    private final Host db = network.host("db", "10.0.0.5");
    private Listener listener;
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws Exception {
        listener = db.listen(80);
        client = app.connect("db:80");
        server = listener.accept();
    }

    // ---- pause

    @Test
    void pausedHostReceivesNothingUntilItsResume() throws Exception {
        Text.write(client, "be");
        db.pause();
        Text.write(client, "fore");

        assertThat(Text.tryRead(server)).isEmpty();
        assertThat(server.isReadable()).isFalse();
        assertThat(server.available()).isZero();
        Background<String> reader = Background.call(() -> Text.read(server)).awaitParked();
        db.resume();
        assertThat(reader.result()).isEqualTo("before");
    }

    @Test
    void pausedHostSendsNothingButArrivedBytesAreReadable() throws Exception {
        Text.write(server, "be");
        db.pause();
        Text.write(server, "fore");

        assertThat(Text.read(client)).isEqualTo("be");
        assertThat(Text.tryRead(client)).isEmpty();
        db.resume();
        assertThat(Text.read(client)).isEqualTo("fore");
    }

    @Test
    void readTimesOutDuringAPause() throws Exception {
        client.readTimeout(SECOND);
        db.pause();
        Text.write(server, "late");
        Background<String> reader = Background.call(() -> Text.read(client)).awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(reader.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Read timed out");
        db.resume();
        assertThat(Text.read(client)).isEqualTo("late");
    }

    @Test
    void writersContinueUntilTheBufferIsFull() throws Exception {
        server.receiveBufferSize(4);
        db.pause();

        assertThat(Text.tryWrite(client, "123456")).isEqualTo(4);
        assertThat(client.isWritable()).isFalse();
        assertThat(network.snapshot().connections().get(0).sendQueue()).isEqualTo(4);
        assertThat(network.snapshot().connections().get(1).receiveQueue()).isZero();
        db.resume();
        assertThat(Text.read(server)).isEqualTo("1234");
        assertThat(client.isWritable()).isTrue();
    }

    @Test
    void rendezvousWaitsDuringAPause() throws Exception {
        server.receiveBufferSize(0);
        db.pause();
        Background<Integer> writer =
                Background.call(() -> Text.write(client, "ping")).awaitParked();

        assertThat(Text.tryRead(server)).isEmpty();
        db.resume();
        assertThat(Text.read(server)).isEqualTo("ping");
        assertThat(writer.result()).isEqualTo(4);
    }

    @Test
    void finArrivesAfterThePause() throws Exception {
        db.pause();
        Text.write(server, "bye");
        server.close();

        assertThat(client.isReadable()).isFalse();
        db.resume();
        assertThat(Text.readAll(client)).isEqualTo("bye");
    }

    @Test
    void finSentToAPausedHostIsReadAfterThePause() throws Exception {
        client.shutdownOutput();
        db.pause();

        assertThat(server.isReadable()).isFalse();
        db.resume();
        assertThat(Text.read(server)).isEqualTo(Text.END);
    }

    @Test
    void resetArrivesAfterThePauseBehindTheBytes() throws Exception {
        db.pause();
        Text.write(server, "bye");
        server.reset();

        assertThat(Text.tryRead(client)).isEmpty();
        db.resume();
        assertThat(Text.read(client)).isEqualTo("bye");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection reset");
    }

    @Test
    void bytesForAClosedEndAreAnsweredAfterThePause() throws Exception {
        db.pause();
        Text.write(client, "lost");
        server.close();
        Text.write(client, "lost too");

        assertThat(client.isReadable()).isFalse();
        db.resume();
        assertThatThrownBy(() -> Text.write(client, "x")).isExactlyInstanceOf(IOException.class);
    }

    @Test
    void pausedHostAcceptsNoConnection() throws Exception {
        Connection queued = app.connect("db:80");
        db.pause();

        assertThat(listener.isAcceptable()).isFalse();
        assertThat(listener.tryAccept()).isNull();
        Background<Connection> acceptor = Background.call(listener::accept).awaitParked();
        db.resume();
        assertThat(acceptor.result()).isSameAs(queued.peer());
    }

    @Test
    void connectsToAndFromAPausedHostWait() throws Exception {
        network.listen("10.9.9.9:80");
        db.pause();
        Background<Connection> to = Background.call(() -> app.connect("db:80")).awaitParked();
        Background<Connection> toNobody =
                Background.call(() -> app.connect("db:81")).awaitParked();
        Background<Connection> from =
                Background.call(() -> db.connect("10.9.9.9:80")).awaitParked();

        assertThat(network.snapshot().hosts().get(1)).hasToString("db 10.0.0.5 (paused)");
        db.resume();
        assertThat(listener.accept()).isSameAs(to.result().peer());
        assertThat(toNobody.failure()).hasMessage("Connection refused");
        assertThat(from.result().isOpen()).isTrue();
    }

    @Test
    void connectsTimeOutDuringAPause() {
        db.pause();
        Background<Connection> own = Background.call(
                        () -> app.connect("db:80", dialling -> dialling.connectTimeout(SECOND)))
                .awaitParked();
        Background<Connection> kernels =
                Background.call(() -> app.connect("db:80")).awaitParked();

        clock.advanceTimeBy(SECOND);
        assertThat(own.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Connect timed out");
        clock.advanceTimeBy(Duration.ofSeconds(126));
        assertThat(kernels.failure())
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("Connection timed out");
        db.resume();
        assertThat(listener.isAcceptable()).isFalse();
    }

    @Test
    void listenerCreatedDuringAPauseAcceptsAfterIt() throws Exception {
        db.pause();
        Listener late = db.listen(81);
        Background<Connection> acceptor = Background.call(late::accept).awaitParked();
        Background<Connection> dial =
                Background.call(() -> app.connect("db:81")).awaitParked();

        db.resume();

        assertThat(acceptor.result()).isSameAs(dial.result().peer());
    }

    @Test
    void nothingMovesWhileEitherHostIsPaused() throws Exception {
        db.pause();
        app.pause();
        Text.write(client, "x");

        db.resume();
        assertThat(Text.tryRead(server)).isEmpty();
        app.resume();
        assertThat(Text.read(server)).isEqualTo("x");
    }

    @Test
    void pausedHostIsUpAndShowsItsState() {
        db.pause();
        db.pause();

        assertThat(db.isUp()).isTrue();
        assertThat(db.isPaused()).isTrue();
        assertThat(db).hasToString("host db (10.0.0.5, paused)");
        db.resume();
        db.resume();
        assertThat(db.isPaused()).isFalse();
        db.crash();
        db.resume();
        assertThat(db.isUp()).isFalse();
        assertThatThrownBy(db::pause)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("host db has crashed; there is nothing to pause before its restart");
    }

    @Test
    void crashOfAPausedHostEndsItsConnections() throws Exception {
        db.pause();
        Text.write(server, "last words");
        Background<Connection> dial =
                Background.call(() -> app.connect("db:80")).awaitParked();

        db.crash();

        assertThat(Text.read(client)).isEqualTo("last words");
        assertThat(Text.read(client)).isEqualTo(Text.END);
        assertThat(dial.failure()).hasMessage("Connection refused");
    }

    @Test
    void pauseCatchesConcurrentConnects() {
        Background<Integer> writer = Background.call(() -> {
            for (int i = 0; i < 20_000; i++) {
                Text.write(client, "x");
            }
            client.close();
            return 20_000;
        });
        Background<Integer> reader = Background.call(() -> Text.readAll(server).length());
        while (!reader.isDone()) {
            db.pause();
            app.pause();
            db.resume();
            app.resume();
        }

        assertThat(reader.result()).isEqualTo(writer.result());
    }

    // ---- silent crash

    @Test
    void peersOfASilentCrashSeeNothing() throws Exception {
        Text.write(server, "be");
        Background<String> serverReader =
                Background.call(() -> Text.read(server)).awaitParked();
        server.receiveBufferSize(4);

        db.crashSilently();

        assertThat(serverReader.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(Text.read(client)).isEqualTo("be");
        assertThat(client.isReadable()).isFalse();
        assertThat(Text.tryWrite(client, "123456")).isEqualTo(4);
        assertThat(client.isWritable()).isFalse();
        assertThat(db).hasToString("host db (10.0.0.5, crashed silently)");
        assertThat(db.isUp()).isFalse();
        assertThatThrownBy(() -> db.listen(80)).hasMessage("Network is down: host db crashed before this listen");
    }

    @Test
    void connectsToASilentlyCrashedHostTimeOut() throws Exception {
        listener.backlog(1);
        Connection queued = app.connect("db:80");
        app.connect("db:80");
        Background<Connection> waiting =
                Background.call(network, () -> app.connect("db:80")).awaitParked();

        db.crashSilently();

        Background<Connection> dial = Background.call(
                        () -> app.connect("db:80", dialling -> dialling.connectTimeout(SECOND)))
                .awaitParked();
        clock.advanceTimeBy(SECOND);
        assertThat(dial.failure()).hasMessage("Connect timed out");
        assertThat(queued.isReadable()).isFalse();
        waiting.assertWaits();
        clock.advanceTimeBy(Duration.ofSeconds(126));
        assertThat(waiting.failure()).hasMessage("Connection timed out");
    }

    @Test
    void closedSocketsSendNothingAfterTheRestart() throws Exception {
        network.link(app, db).latency(SECOND);
        Text.write(server, "answer");
        server.close();

        db.crashSilently();
        db.restart();
        clock.advanceTimeBy(SECOND.multipliedBy(9));

        assertThat(Text.tryRead(client)).isEmpty();
        Text.write(client, "x");
        clock.advanceTimeBy(SECOND.multipliedBy(9));
        assertThatThrownBy(() -> Text.tryRead(client)).hasMessage("Connection reset");
    }

    @Test
    void bytesThatHadArrivedAreReadAfterASilentCrash() throws Exception {
        Text.write(server, "answer");
        server.close();

        db.crashSilently();
        db.restart();

        assertThat(Text.tryRead(client)).isEqualTo("answer");
        assertThat(Text.tryRead(client)).isEqualTo(Text.END);
    }

    @Test
    void aDelayedCloseSendsNothingAfterTheRestart() throws Exception {
        server.faults().close(Fault.delayed(SECOND));
        server.close();

        db.crashSilently();
        db.restart();
        clock.advanceTimeBy(SECOND);

        assertThat(Text.tryRead(client)).isEmpty();
    }

    @Test
    void peersThatWriteSeeAResetAfterTheRestart() throws Exception {
        Connection idle = app.connect("db:80");
        listener.accept();
        Text.write(idle, "was delivered");
        db.crashSilently();
        Text.write(client, "into the dark");
        Background<String> reader = Background.call(() -> Text.read(client)).awaitParked();
        Background<Connection> dial =
                Background.call(() -> app.connect("db:80")).awaitParked();

        db.restart();

        assertThat(reader.failure()).hasMessage("Connection reset");
        assertThat(dial.failure()).hasMessage("Connection refused");
        assertThat(idle.isReadable()).isFalse();
        assertThat(Text.write(idle, "x")).isEqualTo(1);
        assertThatThrownBy(() -> Text.read(idle)).hasMessage("Connection reset");
        db.listen(80);
        assertThat(app.connect("db:80").isOpen()).isTrue();
    }

    @Test
    void silentCrashLosesDataHeldByAPause() throws Exception {
        db.pause();
        Text.write(server, "lost");
        server.shutdownOutput();

        db.crashSilently();
        db.restart();

        assertThat(client.isReadable()).isFalse();
        assertThat(List.of(db.isUp(), db.isPaused())).containsExactly(true, false);
    }

    @Test
    void secondCrashHasNoEffect() throws Exception {
        db.crashSilently();
        db.crash();
        assertThat(client.isReadable()).isFalse();
        app.crash();
        app.crashSilently();
        assertThat(app).hasToString("host app (10.0.0.2, crashed)");
        assertThat(network.snapshot().hosts().get(1).state()).isEqualTo("crashed silently");
    }

    @Test
    void networkCloseUnblocksWaiters() {
        db.pause();
        Background<String> reader = Background.call(() -> Text.read(client)).awaitParked();
        Background<Connection> dial =
                Background.call(() -> app.connect("db:80")).awaitParked();

        network.close();

        assertThat(reader.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(dial.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
    }
}

package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Readiness;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The connect: the hook, the backlog, the timeouts. */
class DialTest extends NetworkFixture {
    private Listener listener;

    @BeforeEach
    void listen() throws IOException {
        listener = network.listen("10.0.0.1:80");
    }

    @Test
    void connectReturnsBeforeTheAccept() throws Exception {
        Connection client = listener.connect();
        Text.write(client, "early");
        client.close();

        assertThat(Text.readAll(listener.accept())).isEqualTo("early");
    }

    @Test
    void connectionsAreAcceptedInConnectOrder() throws Exception {
        List<Connection> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(listener.connect());
        }
        for (Connection client : clients) {
            assertThat(listener.accept()).isSameAs(client.peer());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 50})
    void acceptQueueHoldsOneMoreThanTheBacklog(int backlog) throws Exception {
        listener.backlog(backlog);
        for (int i = 0; i <= backlog; i++) {
            listener.connect();
        }
        Background<Connection> waiting = Background.call(listener::connect).awaitParked();

        listener.accept();

        assertThat(waiting.result().isOpen()).isTrue();
    }

    @Test
    void largerBacklogAdmitsWaitingConnects() throws Exception {
        fill();
        Background<Connection> waiting = Background.call(listener::connect).awaitParked();

        listener.backlog(2);

        assertThat(waiting.result().isOpen()).isTrue();
    }

    @Test
    void waitingConnectsProceedInOrder() throws Exception {
        fill();
        List<Background<Connection>> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(Background.call(listener::connect).awaitParked());
        }
        listener.accept();
        listener.accept();

        for (Background<Connection> dial : waiting) {
            assertThat(listener.accept()).isSameAs(dial.result().peer());
        }
    }

    @Test
    void listenerCloseRefusesWaitingConnectsAndResetsQueuedConnections() throws Exception {
        Connection queued = listener.connect();
        listener.connect();
        listener.backlog(1);
        Background<Connection> waiting = Background.call(listener::connect).awaitParked();

        listener.close();

        assertThat(waiting.failure())
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
        assertThatThrownBy(() -> Text.read(queued)).hasMessage("Connection reset");
    }

    /** Connects that wait for the backlog are woken one at a time. The woken one may have to wait for another thing. */
    @Test
    void aCrashAndRestartRefusesAllWaitingConnects() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        List<CompletableFuture<Connection>> waiting = waitingConnects(db.listen(80));

        db.crashSilently();
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        db.restart();

        assertThat(waiting)
                .allSatisfy(connect -> assertThat(connect)
                        .isCompletedExceptionally()
                        .failsWithin(Duration.ZERO)
                        .withThrowableOfType(ExecutionException.class)
                        .withCauseExactlyInstanceOf(ConnectException.class));
    }

    @Test
    void aPlaceThatTheFirstConnectCannotReachGoesToTheNext() throws Exception {
        Host app = network.host("app", "10.0.0.6");
        fill();
        CompletableFuture<Connection> cut = app.connectAsync("10.0.0.1:80").toCompletableFuture();
        CompletableFuture<Connection> next = listener.connectAsync(client -> {}).toCompletableFuture();

        network.isolate(app);
        listener.accept();

        assertThat(next).isCompleted();
        assertThat(cut).isNotDone();
        network.rejoin(app);
        listener.accept();
        assertThat(cut).isCompleted();
    }

    @Test
    void aPlaceThatAPausedHostCannotReachGoesToTheNext() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        List<CompletableFuture<Connection>> waiting = waitingConnects(db.listen(80));

        db.pause();
        db.awaitListening("db:80").backlog(10);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        db.resume();

        assertThat(waiting).allSatisfy(connect -> assertThat(connect).isCompleted());
    }

    @Test
    void aNewListenerServesAllConnectsThatWaitedForTheOldOne() throws Exception {
        List<Listener> replaced = new ArrayList<>();
        listener.onReady(Readiness.CLOSED, () -> replaced.add(listenAgain())); // before the connects are woken
        List<CompletableFuture<Connection>> waiting = waitingConnects(listener);

        listener.close();

        assertThat(replaced).hasSize(1);
        assertThat(waiting).allSatisfy(connect -> assertThat(connect).isCompleted());
    }

    @Test
    void connectTimeoutThrowsSocketTimeoutException() throws Exception {
        fill();
        Background<Connection> waiting = Background.call(
                        network, () -> listener.connect(dialling -> dialling.connectTimeout(SECOND)))
                .awaitParked();

        clock.advanceTimeBy(SECOND.minusNanos(1));
        waiting.assertWaits();
        clock.advanceTimeBy(Duration.ofNanos(1));

        assertThat(waiting.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Connect timed out");
    }

    @Test
    void withoutOneItTimesOutWithTheKernelAfter127Seconds() throws Exception {
        fill();
        Background<Connection> waiting =
                Background.call(network, listener::connect).awaitParked();

        clock.advanceTimeBy(Duration.ofSeconds(127).minusNanos(1));
        waiting.assertWaits();
        clock.advanceTimeBy(Duration.ofNanos(1));

        assertThat(waiting.failure())
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("Connection timed out");
        assertThat(network.snapshot().connections()).hasSize(4);
    }

    @Test
    void interruptEndsTheConnect() throws Exception {
        fill();
        Background<Connection> waiting = Background.call(listener::connect).awaitParked();

        waiting.interrupt();

        assertThat(waiting.failure()).isExactlyInstanceOf(ClosedByInterruptException.class);
        listener.accept();
        listener.accept();
        assertThat(listener.tryAccept()).isNull();
    }

    @Test
    void closeOfTheDiallingEndEndsTheConnect() throws Exception {
        fill();
        Connection[] dialling = {null};
        Background<Connection> waiting = Background.call(() -> listener.connect(end -> dialling[0] = end))
                .awaitParked();

        dialling[0].close();

        assertThat(waiting.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void throwingHookLeavesNoConnection() {
        IllegalStateException thrown = new IllegalStateException("hook");
        AssertionError error = new AssertionError("hook");

        assertThatThrownBy(() -> listener.connect(dialling -> {
                    dialling.localAddress("10.0.0.2:1000");
                    throw thrown;
                }))
                .isSameAs(thrown);
        assertThatThrownBy(() -> listener.connect(dialling -> {
                    throw error;
                }))
                .isSameAs(error);
        assertThat(listener.isAcceptable()).isFalse();
        assertThat(network.snapshot().connections()).isEmpty();
    }

    @Test
    void hookThatClosesItsEndFailsTheConnect() {
        assertThatThrownBy(() -> listener.connect(DialTest::close)).isExactlyInstanceOf(ClosedChannelException.class);
        assertThat(listener.isAcceptable()).isFalse();
        assertThat(network.snapshot().connections()).isEmpty();
    }

    @Test
    void endIsNotConnectedInTheHook() throws Exception {
        listener.connect(dialling -> {
            assertThatThrownBy(() -> Text.tryRead(dialling)).isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(() -> Text.tryWrite(dialling, "x")).isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(() -> Text.write(dialling, "x")).isInstanceOf(NotYetConnectedException.class);
            assertThat(dialling.isOpen()).isTrue();
            assertThat(dialling.localAddress()).hasToString("/0.0.0.0:0");
        });
    }

    @Test
    void settingsOfTheHookApplyFromTheStart() throws Exception {
        Connection client = listener.connect(dialling -> dialling.receiveBufferSize(3)
                .readTimeout(SECOND)
                .writeTimeout(SECOND.multipliedBy(2))
                .connectTimeout(SECOND));

        assertThat(Text.tryWrite(listener.accept(), "abcdef")).isEqualTo(3);
        assertThat(client.readTimeout()).isEqualTo(SECOND);
        assertThat(client.writeTimeout()).isEqualTo(SECOND.multipliedBy(2));
    }

    @Test
    void hookMayConnectElsewhere() throws Exception {
        Listener other = network.listen("10.0.0.2:80");

        listener.connect(dialling -> connect(other));

        assertThat(other.isAcceptable()).isTrue();
        assertThat(listener.isAcceptable()).isTrue();
    }

    @Test
    void listenerBufferSizeAppliesToLaterConnections() throws Exception {
        Connection before = listener.connect();
        listener.receiveBufferSize(5);
        Connection after = listener.connect();

        assertThat(before.peer().receiveBufferSize()).isEqualTo(4 * 1024 * 1024);
        assertThat(after.peer().receiveBufferSize()).isEqualTo(5);
        assertThat(after.receiveBufferSize()).isEqualTo(4 * 1024 * 1024);
    }

    @Test
    void listenerDescribesItself() {
        assertThat(listener).hasToString("listener 10.0.0.1:80");
        assertThat(listener.port()).isEqualTo(80);
        assertThat(listener.network()).isSameAs(network);
        listener.close();
        listener.close();
        assertThat(listener).hasToString("listener 10.0.0.1:80 (CLOSED)");
        assertThat(listener.isAcceptable()).isFalse();
        assertThat(listener.localAddress()).hasToString("/10.0.0.1:80");
    }

    /** Three connects to {@code listener}, whose backlog is full. */
    private static List<CompletableFuture<Connection>> waitingConnects(Listener listener) throws IOException {
        listener.backlog(1);
        listener.connect();
        listener.connect();
        List<CompletableFuture<Connection>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(listener.connectAsync(client -> {}).toCompletableFuture());
        }
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        return waiting;
    }

    private Listener listenAgain() {
        try {
            return network.listen("10.0.0.1:80");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void fill() throws IOException {
        listener.backlog(1);
        listener.connect();
        listener.connect();
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void connect(Listener listener) {
        try {
            listener.connect();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

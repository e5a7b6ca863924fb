package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Binding;
import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The effects of a crash on the host and its peers, and of a restart. */
class HostCrashTest extends NetworkFixture {
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

    @Test
    void peersSeeTheEndOfTheStream() throws Exception {
        Text.write(server, "half an ans");

        db.crash();

        assertThat(Text.read(client)).isEqualTo("half an ans");
        assertThat(Text.read(client)).isEqualTo(Text.END);
        assertThat(Text.write(client, "x")).isEqualTo(1);
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Broken pipe");
    }

    @Test
    void peersWhoseBytesAreUnreadSeeAReset() throws Exception {
        Text.write(client, "not read");
        Text.write(server, "half an ans");

        db.crash();

        assertThat(Text.read(client)).isEqualTo("half an ans");
        assertThatThrownBy(() -> Text.read(client))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
    }

    @Test
    void allPeersSeeAResetIfItCrashesWithReset() throws Exception {
        Text.write(server, "half an ans");
        Connection writer = app.connect("db:80");

        db.crashWithReset();

        assertThat(Text.read(client)).isEqualTo("half an ans");
        assertThatThrownBy(() -> Text.read(client))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
        assertThatThrownBy(() -> Text.write(writer, "x")).hasMessage("Connection reset by peer");
        assertThat(db).hasToString("host db (10.0.0.5, crashed)");
        assertThatThrownBy(() -> app.connect("db:80")).hasMessage("Connection refused");
    }

    @Test
    void blockedPeersAreUnblocked() {
        Background<String> reader = Background.call(() -> Text.read(client)).awaitParked();

        db.crash();

        assertThat(reader.result()).isEqualTo(Text.END);
    }

    @Test
    void codeOnTheHostSeesItsSocketsClosed() throws Exception {
        Background<String> reader = Background.call(() -> Text.read(server)).awaitParked();
        Background<Connection> acceptor = Background.call(listener::accept).awaitParked();

        db.crash();

        assertThat(reader.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(acceptor.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(listener.isClosed()).isTrue();
        assertThatThrownBy(() -> Text.write(server, "x")).isExactlyInstanceOf(ClosedChannelException.class);
    }

    @Test
    void connectionsDialledByTheHostEndToo() throws Exception {
        app.crash();

        assertThat(client.isClosed()).isTrue();
        assertThat(Text.read(server)).isEqualTo(Text.END);
        assertThat(listener.isClosed()).isFalse();
    }

    @Test
    void otherHostsAreUnaffected() throws Exception {
        network.host("other", "10.0.0.9").crash();
        network.localhost().listen(80);

        Text.write(client, "x");

        assertThat(Text.read(server)).isEqualTo("x");
        assertThat(app.connect("db:80").isOpen()).isTrue();
    }

    @Test
    void connectsToTheHostAreRefused() {
        listener.backlog(1);
        List<CompletableFuture<Connection>> dials = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            dials.add(app.connectAsync("db:80").toCompletableFuture());
        }
        assertThat(dials).map(CompletableFuture::isDone).containsExactly(true, true, false, false);

        db.crash();

        for (CompletableFuture<Connection> waiting : dials.subList(2, 4)) {
            assertThat(waiting)
                    .failsWithin(SECOND)
                    .withThrowableThat()
                    .havingCause()
                    .isExactlyInstanceOf(ConnectException.class)
                    .withMessage("Connection refused");
        }
        assertThatThrownBy(() -> app.connect("db:80")).hasMessage("Connection refused");
    }

    @Test
    void waitingConnectsOfTheHostFail() {
        network.faults().connect(Fault.stall());
        Background<Connection> dial =
                Background.call(() -> app.connect("db:80")).awaitParked();

        app.crash();

        assertThat(dial.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void operationsOnTheHostFailUntilItsRestart() throws Exception {
        db.crash();

        down("listen", () -> db.listen(80));
        down("listen", () -> network.listen("10.0.0.5:80"));
        down("bind", () -> db.bind(new InetSocketAddress(80)));
        down("connect to 10.0.0.2:80", () -> db.connect("app:80"));
        assertThat(db.isUp()).isFalse();
        assertThat(db).hasToString("host db (10.0.0.5, crashed)");
        assertThat(network.resolve("db")).isEqualTo(db.addresses());
    }

    private static void down(String what, Background.Action action) {
        assertThatThrownBy(action::run)
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Network is down: host db crashed before this " + what);
    }

    @Test
    void listenersAreGoneAfterARestart() throws Exception {
        db.crash();
        db.restart();

        assertThat(db.isUp()).isTrue();
        assertThatThrownBy(() -> app.connect("db:80")).hasMessage("Connection refused");
        assertThat(client.isReadable()).isTrue();
        Listener again = db.listen(80);
        Connection next = app.connect("db:80");
        assertThat(again.accept()).isSameAs(next.peer());
    }

    @Test
    void restartOfAHostThatIsUpCrashesItFirst() throws Exception {
        db.restart();

        assertThat(db.isUp()).isTrue();
        assertThat(listener.isClosed()).isTrue();
        assertThat(Text.read(client)).isEqualTo(Text.END);
    }

    @Test
    void bindingFromBeforeTheCrashIsGone() throws Exception {
        Binding before = db.bind(new InetSocketAddress(81));
        Binding closedLater = db.bind(new InetSocketAddress(82));
        db.restart();
        Binding after = db.bind(new InetSocketAddress(82));

        closedLater.close();

        assertThatThrownBy(before::listen)
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Socket closed");
        assertThatThrownBy(() -> db.listen(82)).hasMessage("Address already in use");
        assertThat(after.listen().port()).isEqualTo(82);
        assertThat(db.listen(81).port()).isEqualTo(81);
    }

    @Test
    void networkBindsForARestartedHost() throws Exception {
        db.restart();

        Binding binding = network.bind(new InetSocketAddress(db.addresses().get(0), 81));

        assertThat(binding.listen().host()).isSameAs(db);
        assertThat(app.connect("db:81").isOpen()).isTrue();
    }

    @Test
    void defaultHostCrashesWithAllUnownedAddresses() throws Exception {
        Listener unnamed = network.listen("10.9.9.9:80");
        Connection pair = network.pair().client();

        network.localhost().crash();

        assertThat(unnamed.isClosed()).isTrue();
        assertThat(pair.isClosed()).isTrue();
        assertThat(client.isOpen()).isTrue();
        assertThat(network.listen("db:81").host()).isSameAs(db);
        assertThatThrownBy(() -> network.connect("db:80"))
                .hasMessage("Network is down: host localhost crashed before this connect to 10.0.0.5:80");
        assertThat(network.snapshot().hosts().get(0)).hasToString("localhost 127.0.0.1, ::1 (crashed)");
    }

    @Test
    void connectionsClosedByACrashAreNoLeaks() throws Exception {
        Network checked =
                Network.create(NetworkConfig.builder().checksLeaks(true).build());
        Listener listening = checked.host("web", "10.0.0.80").listen(80);
        Connection dialled = checked.connect("web:80");
        listening.accept();

        listening.host().crash();

        assertThat(dialled.isOpen()).isTrue();
        checked.close();
    }

    @Test
    void crashesAndRestartsUnderTraffic() throws Exception {
        AtomicInteger accepted = new AtomicInteger();
        Background<Integer> dialler = Background.call(() -> {
            int connected = 0;
            for (int i = 0; i < 2_000 || accepted.get() == 0; i++) {
                try (Connection dialled = app.connect("db:80")) {
                    connected++;
                    Text.write(dialled, "x");
                } catch (SocketException | ClosedChannelException refused) {
                    assertThat(refused)
                            .isExactlyInstanceOf(ConnectException.class)
                            .hasMessage("Connection refused");
                } catch (IOException reset) {
                    assertThat(reset).hasMessage("Connection reset by peer");
                }
            }
            return connected;
        });
        Background<Void> servers = Background.run(() -> {
            while (!dialler.isDone()) {
                try (Listener again = db.listen(80)) {
                    for (Connection next = again.accept(SECOND); ; next = again.accept(SECOND)) {
                        accepted.incrementAndGet();
                        next.close();
                    }
                } catch (SocketException | ClosedChannelException crashed) {
                    Thread.onSpinWait();
                }
            }
        });
        while (!dialler.isDone()) {
            db.restart();
            Thread.yield();
        }
        db.crash();

        servers.result();
        assertThat(accepted.get()).isBetween(1, dialler.result());
        assertThat(network.snapshot().listeners()).isEmpty();
        assertThat(network.snapshot().connections())
                .allMatch(row -> !row.localAddress()
                        .equals(new InetSocketAddress(db.addresses().get(0), 80)));
    }
}

package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Binding, connecting and accepting. */
abstract class AcceptContract extends Contract {
    private static final Duration SOON = Duration.ofMillis(30);

    @Test
    void portZeroIsAFreePort() throws IOException {
        needsTcp();
        Server one = backend.bind();
        Server other = backend.bind();
        assertThat(port(one)).isPositive();
        assertThat(port(other)).isPositive().isNotEqualTo(port(one));
        assertThat(inet(one.address()).getAddress().getHostAddress()).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest(name = "{1} after {0}")
    @CsvSource({"127.0.0.1, 127.0.0.1", "127.0.0.1, 0.0.0.0", "0.0.0.0, 127.0.0.1", "0.0.0.0, 0.0.0.0", "0.0.0.0, ::1"})
    void anAddressInUseCannotBeBound(String first, String second) throws IOException {
        needsIpFamilyOf(second);
        int port = port(bind(first, 0));
        assertThat(Outcome.of(() -> bind(second, port))).isEqualTo(expanded("in-use"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "::1"})
    void anotherAddressCanHaveTheSamePort(String other) throws IOException {
        needsIpFamilyOf(other);
        int port = port(bind("127.0.0.1", 0));
        assertThat(port(bind(other, port))).isEqualTo(port);
    }

    @Test
    void addressOfClosedListenerCanBeBoundAgain() throws IOException {
        needsTcp();
        Server server = backend.bind();
        SocketAddress address = server.address();
        backend.connect(address);
        Stream accepted = server.accept();
        server.close();
        Server next = backend.bind(address, 50);
        assertThat(next.address()).isEqualTo(address);
        assertThat(accepted.isOpen()).isTrue();
        Stream client = backend.connect(address);
        assertThat(next.accept().remoteAddress()).isEqualTo(client.localAddress());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "::1"})
    void aWildcardListenerIsReachedAtEveryAddress(String address) throws IOException {
        needsIpFamilyOf(address);
        Server server = bind("0.0.0.0", 0);
        assertThat(inet(server.address()).getAddress().isAnyLocalAddress()).isTrue();
        InetSocketAddress target = StreamBackend.address(address, port(server));
        Stream client = backend.connect(target);
        Stream accepted = server.accept();
        assertThat(client.remoteAddress()).isEqualTo(target);
        assertThat(accepted.localAddress()).isEqualTo(target);
        assertThat(accepted.remoteAddress()).isEqualTo(client.localAddress());
    }

    @Test
    void connectToWildcardReachesLoopback() throws IOException {
        Server server = bind("0.0.0.0", 0);
        int port = port(server);
        Stream client = backend.connect(StreamBackend.address("0.0.0.0", port));
        assertThat(client.remoteAddress()).isEqualTo(StreamBackend.loopback(port));
        assertThat(inet(client.localAddress()).getAddress())
                .isEqualTo(StreamBackend.loopback(port).getAddress());
        assertThat(server.accept().localAddress()).isEqualTo(StreamBackend.loopback(port));
    }

    @Test
    void connectWithoutListenerIsRefused() throws IOException {
        Connector connector = backend.connector();
        SocketAddress refusing = backend.refusingAddress();
        assertThat(Outcome.of(() -> connector.connect(refusing, Duration.ZERO))).isEqualTo(expanded("refused"));
        if (!backend.isUnix()) { // a connect over a Unix path has no timeout
            assertThat(Outcome.of(() -> backend.connector().connect(refusing, Duration.ofHours(1))))
                    .isEqualTo(expanded("refused"));
        }
        if (backend.listenerType() == JdkType.CHANNEL) {
            assertThat(connector.isOpen()).as("open after being refused").isFalse();
        }
    }

    @Test
    void connectCompletesBeforeAccept() throws IOException {
        needsCapacity(3);
        Server server = backend.bind();
        Stream client = backend.connect(server.address());
        client.writeFully(new byte[] {1, 2, 3});
        Stream accepted = server.accept();
        assertThat(accepted.readFully(3)).containsExactly(1, 2, 3);
        accepted.writeFully(new byte[] {4});
        assertThat(client.readFully(1)).containsExactly(4);
    }

    @Test
    void connectionClosedBeforeAcceptIsAccepted() throws IOException {
        needsCapacity(3);
        Server server = backend.bind();
        Stream closing = backend.connect(server.address());
        closing.writeFully(new byte[3]);
        closing.close();
        Stream closed = server.accept();
        assertThat(closed.readFully(3)).hasSize(3);
        assertThat(Outcome.read(closed, 9)).isEqualTo("eof");
    }

    @Test
    void connectionResetBeforeAcceptIsAccepted() throws IOException {
        needsTcp();
        needsCapacity(3);
        Server server = backend.bind();
        Stream resetting = backend.connect(server.address());
        resetting.writeFully(new byte[3]);
        resetting.reset();
        Stream reset = server.accept();
        assertThat(reset.readFully(3)).hasSize(3);
        backend.awaitReset(reset);
        assertThat(Outcome.read(reset, 9)).isEqualTo(expanded("reset"));
        assertThat(Outcome.write(reset, 1)).isEqualTo(expanded("broken-pipe"));
    }

    @Test
    void connectionsAreAcceptedInOrder() throws IOException {
        needsTcp();
        Server server = backend.bind();
        List<Integer> connected = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            connected.add(inet(backend.connect(server.address()).localAddress()).getPort());
        }
        List<Integer> accepted = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            accepted.add(inet(server.accept().remoteAddress()).getPort());
        }
        assertThat(accepted).isEqualTo(connected);
    }

    @Test
    void blockedAcceptGetsTheNextConnection() throws IOException {
        Server server = backend.bind();
        Task acceptor = Task.start(backend, "acceptor", () -> server.accept().remoteAddress());
        acceptor.awaitBlocked();
        Stream client = backend.connect(server.address());
        assertThat(acceptor.outcome()).isEqualTo(String.valueOf(client.localAddress()));
    }

    @Test
    void twoAcceptsGetOneConnectionEach() throws IOException {
        Server server = backend.bind();
        Task one = Task.start(backend, "one", () -> server.accept().remoteAddress());
        Task two = Task.start(backend, "two", () -> server.accept().remoteAddress());
        String first = String.valueOf(backend.connect(server.address()).localAddress());
        String second = String.valueOf(backend.connect(server.address()).localAddress());
        assertThat(List.of(one.outcome(), two.outcome())).containsExactlyInAnyOrder(first, second);
    }

    @ParameterizedTest(name = "backlog {0} takes {1}")
    @CsvSource({"1, 2", "2, 3", "5, 6", "0, 51", "-1, 51"})
    void theBacklogTakesOneMoreThanItSays(int backlog, int taken) throws IOException {
        needsTcp();
        if (backlog < 1) {
            needs(Capability.DEFAULT_BACKLOG);
        }
        Server server = backend.bind(StreamBackend.loopback(0), backlog);
        for (int i = 0; i < taken; i++) {
            backend.connect(server.address());
        }
        assertThat(Outcome.of(() -> backend.connector().connect(server.address(), SOON)))
                .isEqualTo(expanded("connect-timed-out"));
        for (int i = 0; i < taken; i++) {
            server.accept();
        }
    }

    @Test
    void connectWaitsForSpaceInTheBacklog() throws IOException {
        Server server = fullServer();
        Task waiting = Task.start(
                backend,
                "waiting",
                () -> backend.connect(server.address()).remoteAddress().equals(server.address()));
        waiting.awaitBlocked();
        server.accept();
        assertThat(waiting.outcome()).isEqualTo("true");
    }

    @Test
    void waitingConnectIsRefusedWhenTheListenerCloses() throws IOException {
        Server server = fullServer();
        SocketAddress address = server.address();
        Task waiting = Task.start(backend, "waiting", () -> backend.connect(address));
        waiting.awaitBlocked();
        server.close();
        assertThat(waiting.outcome()).isEqualTo(expanded("refused"));
    }

    @Test
    void waitingConnectCanBeClosed() throws IOException {
        Server server = fullServer();
        Connector connector = backend.connector();
        Task waiting = Task.start(backend, "waiting", () -> connector.connect(server.address(), Duration.ZERO));
        waiting.awaitBlocked();
        connector.close();
        assertThat(waiting.outcome()).isEqualTo(Outcome.expand("closed-meanwhile", backend.listenerType()));
    }

    @Test
    void closeOfListenerResetsQueuedConnections() throws IOException {
        needsTcp();
        for (boolean written : backend.capacity() > 0 ? new boolean[] {false, true} : new boolean[] {false}) {
            Server server = backend.bind();
            Stream reader = backend.connect(server.address());
            Stream writer = backend.connect(server.address());
            if (written) {
                reader.writeFully(new byte[1]);
                writer.writeFully(new byte[1]);
            }
            server.close();
            backend.awaitReset(reader);
            backend.awaitReset(writer);
            assertThat(Outcome.read(reader, 1)).isEqualTo(expanded("reset"));
            assertThat(Outcome.write(reader, 1)).isEqualTo(expanded("broken-pipe"));
            assertThat(Outcome.read(reader, 1)).isEqualTo(expanded("reset"));
            assertThat(Outcome.write(writer, 1)).isEqualTo(expanded("reset-by-peer"));
            assertThat(Outcome.write(writer, 1)).isEqualTo(expanded("broken-pipe"));
            assertThat(Outcome.read(writer, 1)).isEqualTo("eof");
        }
    }

    @Test
    void closeOfListenerWakesReadersOfQueuedConnections() throws IOException {
        Server server = backend.bind();
        Stream client = backend.connect(server.address());
        Task reader = Task.start(backend, "reader", () -> client.read(new byte[1]));
        reader.awaitBlocked();
        server.close();
        assertThat(reader.outcome()).isEqualTo(expanded("reset"));
    }

    @Test
    void closeOfListenerKeepsAcceptedConnections() throws IOException {
        Server server = backend.bind();
        Stream client = backend.connect(server.address());
        Stream accepted = server.accept();
        server.close();
        server.close();
        assertThat(server.isOpen()).isFalse();
        Task writer = Task.start(backend, "writer", () -> client.write(new byte[] {5}));
        assertThat(accepted.readFully(1)).containsExactly(5);
        assertThat(writer.outcome()).isEqualTo("1");
    }

    @Test
    void closedListenerRefusesConnects() throws IOException {
        Server server = backend.bind();
        SocketAddress address = server.address();
        server.close();
        assertThat(Outcome.of(() -> backend.connect(address))).isEqualTo(expanded("refused"));
    }

    /** The exception differs between JDK 17 and 25; both are {@code ClosedChannelException}s. */
    @Test
    void closedListenerDoesNotAccept() throws IOException {
        Server server = backend.bind();
        server.close();
        if (backend.listenerType() == JdkType.SOCKET) {
            assertThat(Outcome.of(server::accept)).isEqualTo(Outcome.expand("is-closed", backend.listenerType()));
        } else {
            assertThat(catchAccept(server)).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void listenerCanBeClosedDuringAccept() throws IOException {
        Server server = backend.bind();
        Task acceptor = Task.start(backend, "acceptor", server::accept);
        acceptor.awaitBlocked();
        server.close();
        assertThat(acceptor.outcome()).isEqualTo(Outcome.expand("closed-meanwhile", backend.listenerType()));
    }

    private void needsIpFamilyOf(String address) {
        if (address.contains(":")) {
            needs(Capability.IPV6);
        }
    }

    private static Throwable catchAccept(Server server) {
        return catchThrowable(server::accept);
    }

    private static InetSocketAddress inet(SocketAddress address) {
        return (InetSocketAddress) address;
    }

    private static int port(Server server) throws IOException {
        return inet(server.address()).getPort();
    }

    private Server bind(String address, int port) throws IOException {
        needsTcp();
        return backend.bind(StreamBackend.address(address, port), 50);
    }

    /** A listener whose accept queue is full. */
    private Server fullServer() throws IOException {
        Server server = backend.bind(backend.anyAddress(), 1);
        backend.connect(server.address());
        backend.connect(server.address());
        return server;
    }
}

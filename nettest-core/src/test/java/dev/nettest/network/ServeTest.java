package dev.nettest.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.ServerHandle;
import dev.nettest.Snapshot;
import dev.nettest.VirtualClock;
import dev.nettest.testing.NetworkFixture;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server whose connections are handled by a function. */
class ServeTest extends NetworkFixture {
    private static void echo(Connection connection) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(connection.inputStream(), UTF_8));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            connection.outputStream().write((line + "\n").getBytes(UTF_8));
        }
    }

    private static void writeLine(Connection client, String line) throws IOException {
        client.outputStream().write((line + "\n").getBytes(UTF_8));
    }

    private static String readLine(Connection client) throws IOException {
        return new BufferedReader(new InputStreamReader(client.inputStream(), UTF_8)).readLine();
    }

    @RepeatedTest(20)
    void connectionsAreServedAtTheSameTimeAndClosed() throws Exception {
        Listener listener = network.listen();
        Connection early = listener.connect();
        ServerHandle server = listener.serve(ServeTest::echo);
        Connection late = listener.connect();

        writeLine(late, "late");
        assertThat(readLine(late)).isEqualTo("late");
        writeLine(early, "early");
        assertThat(readLine(early)).isEqualTo("early");
        early.shutdownOutput();
        early.awaitEndOfStream();

        assertThat(server.listener()).isSameAs(listener);
        assertThat(server.connections()).containsExactly(early.peer(), late.peer());
        assertThat(server.connections().get(1).isOpen()).isTrue();
        server.connections().get(0).awaitClosed();
    }

    @Test
    void aClosedServerAcceptsNothingAndClosesItsConnections() throws Exception {
        Listener listener = network.listen();
        ServerHandle server = listener.serve(ServeTest::echo);
        Connection client = listener.connect();

        server.close();
        server.close();

        assertThat(client.inputStream().read()).isEqualTo(-1);
        assertThat(listener.isClosed()).isFalse();
        Connection next = listener.connect();
        assertThat(listener.accept()).isSameAs(next.peer());
        next.peer().close();
    }

    @Test
    void afterACloseAnotherServerCanFollow() throws Exception {
        Listener listener = network.listen();
        ServerHandle first = listener.serve(ServeTest::echo);
        first.close();
        ServerHandle second = listener.serve(ServeTest::echo);
        Connection client = listener.connect();

        writeLine(client, "x");

        assertThat(readLine(client)).isEqualTo("x");
        assertThat(first.connections()).isEmpty();
        assertThat(second.connections()).containsExactly(client.peer());
    }

    static List<IOException> connectionFailures() {
        return List.of(
                new SocketException("Connection reset"),
                new SocketTimeoutException("Read timed out"),
                new ClosedChannelException(),
                new IOException("Broken pipe"));
    }

    @ParameterizedTest
    @MethodSource("connectionFailures")
    void aFailureOfAConnectionEndsOnlyThatConnection(IOException failure) throws Exception {
        Network checked = Network.create(NetworkConfig.builder().checks(true).build());
        Listener listener = checked.listen();
        listener.serve(connection -> {
            if (connection.inputStream().read() == 'x') {
                throw failure;
            }
            connection.outputStream().write('!');
        });

        Connection failing = listener.connect();
        failing.outputStream().write('x');
        assertThat(failing.inputStream().read()).isEqualTo(-1);
        Connection next = listener.connect();
        next.outputStream().write('y');
        assertThat(next.inputStream().read()).isEqualTo('!');
        checked.close();
    }

    @Test
    void anyOtherExceptionFailsTheCloseOfTheNetwork() throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        listener.serve(connection -> {
            throw new IllegalStateException("no such command");
        });
        Connection client = listener.connect();
        assertThat(client.inputStream().read()).isEqualTo(-1);

        assertThatThrownBy(network::close)
                .isInstanceOf(AssertionError.class)
                .hasMessage("the handler of 10.0.0.5:80 -> 127.0.0.1:49152 failed:"
                        + " java.lang.IllegalStateException: no such command")
                .hasCauseInstanceOf(IllegalStateException.class);
        network.close();
    }

    @Test
    void anEarlyEndOfAStreamFailsTheCloseAndOtherHandlersAreSuppressed() throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        EOFException ended = new EOFException("ended");
        AssertionError wrong = new AssertionError("wrong");
        listener.serve(connection -> {
            if (connection.inputStream().read() == 'e') {
                throw ended;
            }
            throw wrong;
        });
        for (char sent : new char[] {'e', 'w'}) {
            Connection client = listener.connect();
            client.outputStream().write(sent);
            assertThat(client.inputStream().read()).isEqualTo(-1);
        }

        assertThatThrownBy(network::close)
                .hasCause(ended)
                .satisfies(failure -> assertThat(failure.getSuppressed()).containsExactly(wrong));
    }

    @Test
    void theFailureOfAHandlerIsInTheReport() throws Exception {
        Listener listener = network.listen();
        IllegalStateException thrown = new IllegalStateException("no such command");
        listener.serve(connection -> {
            throw thrown;
        });
        Connection client = listener.connect();
        assertThat(client.inputStream().read()).isEqualTo(-1);
        AssertionError failure = new AssertionError("the test's own");

        network.explain(failure);

        assertThat(failure.getSuppressed()).contains(thrown);
        network.shutdown();
    }

    @Test
    void aHandlerThatTheNetworkInterruptsIsNoFailure() throws Exception {
        Network other = Network.create(NetworkConfig.builder().checks(true).build());
        CountDownLatch started = new CountDownLatch(1);
        Listener listener = other.listen();
        listener.serve(connection -> {
            started.countDown();
            new CountDownLatch(1).await();
        });
        listener.connect();
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

        other.close();
    }

    @Test
    void aServerWaitsInTheSnapshot() throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        listener.serve(ServeTest::echo);

        Snapshot.Waiter waiter = network.snapshot().waiters().get(0);

        assertThat(waiter.toString()).startsWith("a server in serve of 10.0.0.5:80, at ServeTest.java:");
    }

    @Test
    void failedAcceptsAreRepeatedAfterAPauseOnTheClock() throws Exception {
        Network virtual = Network.create(
                NetworkConfig.builder().clocks(VirtualClock::manual).build());
        VirtualClock clock = (VirtualClock) virtual.clock();
        Listener listener = virtual.listen();
        listener.faults()
                .accept(Fault.failWith(new IOException("Too many open files")).first(2));
        CompletableFuture<Connection> served = new CompletableFuture<>();
        listener.serve(served::complete);
        Connection client = listener.connect();

        clock.advanceTimeBy(Duration.ofMillis(14));
        assertThat(served).isNotDone();
        clock.advanceTimeBy(Duration.ofMillis(1));

        assertThat(served.get(10, TimeUnit.SECONDS)).isSameAs(client.peer());
        virtual.close();
    }

    @Test
    void handlersRunOnRegisteredThreadsOfASelfAdvancingClock() throws Exception {
        Network virtual = Network.create(
                NetworkConfig.builder().clocks(VirtualClock::selfAdvancing).build());
        virtual.participate();
        Listener listener = virtual.listen();
        listener.serve(connection -> {
            virtual.clock().sleep(Duration.ofHours(1));
            connection.outputStream().write('!');
        });
        Connection client = listener.connect();

        assertThat(client.inputStream().read()).isEqualTo('!');
        assertThat(virtual.clock().nanoTime()).isEqualTo(Duration.ofHours(1).toNanos());
        virtual.close();
    }

    @Test
    void aClosedListenerOrNetworkEndsTheServer() throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        listener.serve(ServeTest::echo);
        listener.close();
        Listener again = network.listen("10.0.0.5:80");
        again.serve(ServeTest::echo);
        network.shutdown();

        assertThat(again.isClosed()).isTrue();
        assertThatThrownBy(() -> listener.serve(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("handler");
    }

    @RepeatedTest(20)
    void anAwaitThatTheEndOfTheNetworkInterruptsIsNoFailure() throws Exception {
        Listener listener = network.listen();
        listener.serve(connection -> connection.awaitPeerClosed());
        Connection client = listener.connect();
        network.awaitIdle();

        network.close();

        assertThat(client.isClosed()).isTrue();
    }
}

package dev.nettest.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.ByteArrayOutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Threads blocked in a socket: closes, interrupts, timeouts on a virtual clock. The contracts test virtual threads. */
class SocketBlockedTest extends NetworkFixture {
    private static final int HOUR_MILLIS = 3_600_000;

    @RepeatedTest(20)
    void aCloseWakesBlockedOperations() throws Exception {
        Sockets.Pair pair = Sockets.pairOn(network);
        NetworkSockets.connection(pair.server()).receiveBufferSize(1);
        ServerSocket idle = Sockets.serverOn(network);
        ServerSocket full = NetworkSockets.serverSocketFactory(network).createServerSocket(0, 1);
        Socket connecting = NetworkSockets.socketFactory(network).createSocket();
        for (int i = 0; i < 2; i++) {
            NetworkSockets.socketFactory(network).createSocket("localhost", full.getLocalPort());
        }
        List<Background<?>> blocked = List.of(
                Background.call(() -> Sockets.read(pair.client())),
                Background.run(() -> Sockets.write(pair.client(), "more than fits")),
                Background.call(idle::accept),
                Background.run(() -> connecting.connect(Sockets.localhost(full.getLocalPort()))));
        blocked.forEach(Background::awaitParked);

        pair.client().close();
        idle.close();
        connecting.close();

        for (Background<?> task : blocked) {
            assertThat(task.failure())
                    .isExactlyInstanceOf(SocketException.class)
                    .hasMessage("Socket closed");
        }
        full.accept();
        full.accept();
        full.setSoTimeout(1);
        Background<Socket> noClient = Background.call(full::accept).awaitParked();
        clock.advanceTimeBy(SECOND);
        assertThat(noClient.failure()).hasMessage("Accept timed out");
    }

    @Test
    void anInterruptIsIgnoredOnAPlatformThread() throws Exception {
        Sockets.Pair pair = Sockets.pairOn(network);
        Background<String> reader = Background.call(() ->
                        Sockets.read(pair.client()) + Thread.currentThread().isInterrupted())
                .awaitParked();

        reader.interrupt().awaitParked();
        Sockets.write(pair.server(), "still here, interrupted: ");

        assertThat(reader.result()).isEqualTo("still here, interrupted: true");
        assertThat(pair.client().isClosed()).isFalse();
    }

    @Test
    void aTimeoutOfAnHourPassesOnTheNetworksClock() throws Exception {
        Sockets.Pair pair = Sockets.pairOn(network);
        ServerSocket server = Sockets.serverOn(network);
        pair.client().setSoTimeout(HOUR_MILLIS);
        server.setSoTimeout(HOUR_MILLIS);
        Background<String> reader =
                Background.call(network, () -> Sockets.read(pair.client())).awaitParked();
        Background<Socket> acceptor = Background.call(network, server::accept).awaitParked();

        clock.advanceTimeBy(SECOND.multipliedBy(3599));
        reader.assertWaits();
        acceptor.assertWaits();
        clock.advanceTimeBy(SECOND);

        assertThat(reader.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Read timed out");
        assertThat(acceptor.failure()).hasMessage("Accept timed out");
        Sockets.write(pair.server(), "later");
        assertThat(Sockets.read(pair.client())).isEqualTo("later");
    }

    @Test
    void aTimeoutInARegisteredThreadTakesNoRealTime() throws Exception {
        Sockets.Pair pair = Sockets.pairOn(network);
        pair.client().setSoTimeout(HOUR_MILLIS);
        ScheduledExecutorService executor = network.executor();
        Future<String> reader = executor.submit(() -> {
            try {
                return Sockets.read(pair.client());
            } catch (SocketTimeoutException e) {
                return e.getMessage();
            }
        });

        clock.advanceTimeBy(SECOND.multipliedBy(3600)); // returns once the thread is done

        assertThat(reader.isDone()).isTrue();
        assertThat(reader.get()).isEqualTo("Read timed out");
    }

    @Test
    void aConnectTimesOutOnTheNetworksClock() throws Exception {
        ServerSocket full = NetworkSockets.serverSocketFactory(network).createServerSocket(0, 1);
        for (int i = 0; i < 2; i++) {
            NetworkSockets.socketFactory(network).createSocket("localhost", full.getLocalPort());
        }
        Socket socket = NetworkSockets.socketFactory(network).createSocket();
        Background<Void> connecting = Background.run(
                        () -> socket.connect(Sockets.localhost(full.getLocalPort()), HOUR_MILLIS))
                .awaitParked();

        clock.advanceTimeBy(SECOND.multipliedBy(3600));

        assertThat(connecting.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Connect timed out");
    }

    @Test
    void partialWritesAreReadToTheEnd() throws Exception {
        Sockets.Pair pair = Sockets.pairOn(network);
        Connection server = NetworkSockets.connection(pair.server());
        server.receiveBufferSize(7);
        byte[] sent = new byte[10_000];
        new java.util.Random(1).nextBytes(sent);
        Background<Void> writer = Background.run(() -> {
            pair.client().getOutputStream().write(sent, 0, 5000);
            pair.client().getOutputStream().write(sent, 5000, 5000);
            pair.client().shutdownOutput();
        });
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        first.write(pair.server().getInputStream().readNBytes(100));

        pair.server().getInputStream().transferTo(first);

        writer.result();
        assertThat(first.toByteArray()).isEqualTo(sent);
        Sockets.write(pair.server(), "done");
        pair.server().close();
        assertThat(pair.client().getInputStream().readAllBytes()).asString().isEqualTo("done");
    }
}

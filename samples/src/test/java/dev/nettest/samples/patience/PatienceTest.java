package dev.nettest.samples.patience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PatienceTest {

    // snippet: patience-java
    @RegisterExtension
    final NetworkExtension networks = new NetworkExtension(NetworkConfig.builder()
            .clocks(VirtualClock::selfAdvancing)
            .checks(true)
            .build());

    /** Unmodified code under test: it uses only {@code java.net}. */
    static int ask(SocketFactory sockets) throws IOException {
        try (Socket socket = sockets.createSocket("localhost", 7000)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write('?');
            return socket.getInputStream().read();
        }
    }

    @Test
    void timesOutAfterThirtyVirtualSeconds(Network network) throws Exception {
        try (Listener listener = network.listen("localhost:7000")) {
            assertThatThrownBy(() -> ask(NetworkSockets.socketFactory(network)))
                    .isInstanceOf(SocketTimeoutException.class);

            assertThat(network.clock().nanoTime())
                    .isEqualTo(Duration.ofSeconds(30).toNanos());
            assertThat(listener.isAcceptable()).isTrue();
        }
    }

    @Test
    void waitsForASlowServer(Network network) throws Exception {
        Listener listener = network.listen("localhost:7000");
        ExecutorService pool = Executors.newCachedThreadPool(network.threadFactory());
        pool.submit(() -> {
            try (Connection client = listener.accept()) {
                client.inputStream().read();
                network.clock().sleep(Duration.ofSeconds(29));
                client.outputStream().write('!');
            }
            return null;
        });

        assertThat(ask(NetworkSockets.socketFactory(network))).isEqualTo('!');
        pool.shutdown();
    }
    // end snippet

    // snippet: nothing-more-java
    @Test
    void answersOnce(Network network) throws Exception {
        Listener listener = network.listen("localhost:7000");
        network.executor().submit(() -> {
            try (Connection client = listener.accept()) {
                client.inputStream().read();
                client.outputStream().write('!');
                client.inputStream().read(); // until the client closes
            }
            return null;
        });
        Connection client = listener.connect();
        client.outputStream().write('?');
        assertThat(client.inputStream().read()).isEqualTo('!');

        network.awaitIdle();

        assertThat(client.available()).isZero(); // nothing more was sent, and no thread is about to send
        client.close();
    }
    // end snippet
}

package dev.nettest.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each byte comes before the read timeout, and the message takes minutes. */
class SlowDripTest {

    @RegisterExtension
    final NetworkExtension networks = Recipes.virtualTime();

    private static void send(Connection client) throws IOException {
        client.outputStream().write(new byte[1000]);
    }

    // snippet: recipe-slow-drip
    /** The code under test: a read takes at most a second, and the whole download ten. */
    static byte[] download(SocketFactory sockets, Clock clock) throws IOException {
        Instant deadline = clock.instant().plusSeconds(10);
        try (Socket socket = sockets.createSocket("10.0.0.5", 7000)) {
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            byte[] chunk = new byte[1024];
            int count = 0;
            while (count >= 0) {
                message.write(chunk, 0, count);
                long left = Duration.between(clock.instant(), deadline).toMillis();
                if (left <= 0) {
                    throw new SocketTimeoutException("Download timed out");
                }
                socket.setSoTimeout((int) Math.min(left, 1_000));
                count = socket.getInputStream().read(chunk);
            }
            return message.toByteArray();
        }
    }

    @Test
    void aDripDoesNotOutlastTheDeadline(Network network) throws Exception {
        Listener server = Recipes.serve(network, "10.0.0.5:7000", SlowDripTest::send);
        server.faults().write(Fault.drip(1, Duration.ofMillis(900)));
        SocketFactory sockets = NetworkSockets.socketFactory(network);

        assertThatThrownBy(() -> download(sockets, network.clock().toClock()))
                .isInstanceOf(SocketTimeoutException.class);
        assertThat(Duration.ofNanos(network.clock().nanoTime())).hasSeconds(10);
    }
    // end snippet
}

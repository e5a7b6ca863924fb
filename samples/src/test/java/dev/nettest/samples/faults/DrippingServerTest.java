package dev.nettest.samples.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server whose answers arrive byte by byte, or not to the end. */
class DrippingServerTest {

    private static final byte[] MESSAGE = new byte[1_000];

    private final VirtualClock clock = VirtualClock.manual();

    @RegisterExtension
    final NetworkExtension networks = new NetworkExtension(
            NetworkConfig.builder().clock(clock).checks(true).build());

    /** The unmodified server. */
    private static Listener serve(Network network) throws IOException {
        Listener listener = network.listen("localhost:7000");
        network.executor().submit(() -> {
            try (Connection client = listener.accept()) {
                Frames.write(client.outputStream(), MESSAGE);
            }
            return null;
        });
        return listener;
    }

    /** The client, with a timeout of one second for each read. */
    private static Optional<byte[]> fetch(SocketFactory sockets) throws IOException {
        try (Socket socket = sockets.createSocket("localhost", 7000)) {
            socket.setSoTimeout(1_000);
            return Frames.read(socket.getInputStream());
        }
    }

    // snippet: drip-java
    @Test
    void aReadTimeoutDoesNotLimitTheWholeMessage(Network network) throws Exception {
        serve(network).faults().write(Fault.drip(1, Duration.ofMillis(900)));
        SocketFactory sockets = NetworkSockets.socketFactory(network);
        Future<Optional<byte[]>> message = network.executor().submit(() -> fetch(sockets));

        clock.advanceTimeBy(Duration.ofMinutes(10));

        assertThat(message).isNotDone(); // 667 of 1,004 bytes, and no timeout of a second elapsed
    }
    // end snippet

    // snippet: half-close-java
    @Test
    void aMessageThatEndsTooEarlyIsAnError(Network network) throws Exception {
        serve(network).faults().write(Fault.halfClose().afterBytes(704));

        assertThatThrownBy(() -> fetch(NetworkSockets.socketFactory(network)))
                .isInstanceOf(EOFException.class)
                .hasMessage("the stream ended after 700 of 1000 bytes");
    }
    // end snippet
}

package dev.nettest.consumers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NetworkTest {
    @RegisterExtension
    final NetworkExtension networks = new NetworkExtension(NetworkConfig.builder()
            .clocks(VirtualClock::selfAdvancing)
            .checks(true)
            .build());

    private Network before;

    @BeforeEach
    void keep(Network network) {
        before = network;
    }

    @Test
    void aTestHasOneNetwork(Network network) {
        assertEquals(before, network);
    }

    @Test
    void aTimeoutPassesInVirtualTime(Network network) throws Exception {
        try (Listener listener = network.listen("10.0.0.5:80");
                Connection client = network.connect("10.0.0.5:80");
                Connection server = listener.accept()) {
            client.readTimeout(Duration.ofMinutes(30));

            assertThrows(
                    SocketTimeoutException.class, () -> client.inputStream().read());
            assertEquals(Duration.ofMinutes(30).toNanos(), network.clock().nanoTime());
            assertEquals(client.remoteAddress(), server.localAddress());
        }
    }

    @Test
    void aLinkDelaysTheHandshake(Network network) throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host db = network.host("db", "10.0.0.5");
        network.link(app, db).latency(Duration.ofMillis(20));

        try (Listener listener = db.listen(5432);
                Connection client = app.connect("db:5432")) {
            assertEquals(Duration.ofMillis(40).toNanos(), network.clock().nanoTime());
            try (Connection server = listener.accept()) {
                server.outputStream().write('!');
                assertEquals('!', client.inputStream().read());
            }
        }
        assertEquals(Duration.ofMillis(80).toNanos(), network.clock().nanoTime());
    }

    @Test
    void aFaultResetsAConnection(Network network) throws Exception {
        try (Listener listener = network.listen("10.0.0.5:80")) {
            listener.faults().read(Fault.reset().afterBytes(2));
            Connection client = network.connect("10.0.0.5:80");
            client.outputStream().write(new byte[] {1, 2, 3});

            try (Connection server = listener.accept()) {
                assertArrayEquals(new byte[] {1, 2}, server.inputStream().readNBytes(2));
                assertThrows(SocketException.class, () -> server.inputStream().read());
            }
        }
    }
}

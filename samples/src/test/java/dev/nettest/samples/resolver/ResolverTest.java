package dev.nettest.samples.resolver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client of two servers, the first of which does not answer: how long does a lookup take? */
class ResolverTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final VirtualClock clock = VirtualClock.manual();
    private final List<String> asked = new ArrayList<>();
    private Host app;
    private Host first;
    private Host second;
    private Resolver resolver;

    @RegisterExtension
    final NetworkExtension networks = new NetworkExtension(
            NetworkConfig.builder().clock(clock).checks(true).build());

    @BeforeEach
    void makeHosts(Network network) {
        app = network.host("app", "10.0.0.2");
        first = network.host("ns1", "10.0.0.53");
        second = network.host("ns2", "10.0.1.53");
        resolver = new Resolver(() -> socket(app, 0), List.of(address(first), address(second)), TIMEOUT);
    }

    @Test
    void theFirstServerIsEnough() throws Exception {
        serve(first, Map.of("db", "10.0.0.5"));
        serve(second, Map.of());

        assertThat(lookup("db")).isEqualTo("10.0.0.5");
        assertThat(asked).containsExactly("ns1");
        assertThat(elapsed()).isZero();
    }

    // snippet: resolver-java
    @Test
    void aSilentServerCostsItsTimeout() throws Exception {
        serve(first, Map.of("db", "10.0.0.5"));
        serve(second, Map.of("db", "10.0.0.6"));
        first.crashSilently();

        assertThat(lookup("db")).isEqualTo("10.0.0.6");
        assertThat(elapsed()).isEqualTo(TIMEOUT);
    }

    @Test
    void aMissingServerCostsNoTimeOnAConnectedSocket() throws Exception {
        serve(second, Map.of("db", "10.0.0.6"));

        assertThat(lookup("db")).isEqualTo("10.0.0.6"); // PortUnreachableException, at once
        assertThat(elapsed()).isZero();
    }

    @Test
    void aSocketThatIsNotConnectedWaitsForItsTimeout(Network network) throws Exception {
        try (DatagramSocket socket = socket(app, 0)) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            socket.send(new DatagramPacket(new byte[] {'d', 'b'}, 2, address(first)));

            Future<?> receiving = network.executor().submit(() -> {
                socket.receive(new DatagramPacket(new byte[512], 512));
                return null;
            });
            clock.advanceUntilIdle();

            assertThatThrownBy(receiving::get).hasCauseInstanceOf(SocketTimeoutException.class);
            assertThat(elapsed()).isEqualTo(TIMEOUT);
        }
    }
    // end snippet

    @Test
    void aLostAnswerIsAskedOfTheOtherServer() throws Exception {
        serve(first, Map.of("db", "10.0.0.5"));
        serve(second, Map.of("db", "10.0.0.6"));
        first.faults().send(Fault.drop().once());

        assertThat(lookup("db")).isEqualTo("10.0.0.6");
        assertThat(asked).containsExactly("ns1", "ns2");
        assertThat(elapsed()).isEqualTo(TIMEOUT);
    }

    @Test
    void anUnknownNameIsNotAskedOfTheOtherServer() throws Exception {
        serve(first, Map.of());
        serve(second, Map.of("db", "10.0.0.6"));

        assertThatThrownBy(() -> lookup("db"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("db");
        assertThat(asked).containsExactly("ns1");
    }

    @Test
    void twoSilentServersCostTwoTimeouts() {
        first.pause();
        second.pause();

        assertThatThrownBy(() -> lookup("db")).isInstanceOf(SocketTimeoutException.class);
        assertThat(elapsed()).isEqualTo(TIMEOUT.multipliedBy(2));
    }

    private Duration elapsed() {
        return Duration.between(VirtualClock.START, clock.now());
    }

    /** Looks up on a registered thread, and advances the clock until the lookup ends. */
    private String lookup(String name) throws Exception {
        Future<String> lookup = app.network().executor().submit(() -> resolver.lookup(name));
        clock.advanceUntilIdle();
        assertThat(lookup).isDone();
        try {
            return lookup.get();
        } catch (ExecutionException e) {
            throw (IOException) e.getCause();
        }
    }

    private static InetSocketAddress address(Host host) {
        return new InetSocketAddress(host.addresses().get(0), 53);
    }

    private static DatagramSocket socket(Host host, int port) throws IOException {
        return NetworkSockets.datagramSocket(host, new InetSocketAddress(port));
    }

    /** Answers every question until its socket is closed; unknown names get an empty answer. */
    private void serve(Host host, Map<String, String> answers) throws IOException {
        DatagramSocket server = socket(host, 53);
        host.network().executor().submit(() -> {
            try (server) {
                while (true) {
                    DatagramPacket packet = new DatagramPacket(new byte[512], 512);
                    server.receive(packet);
                    asked.add(host.name());
                    String question = new String(packet.getData(), 0, packet.getLength(), UTF_8);
                    packet.setData(answers.getOrDefault(question, "").getBytes(UTF_8));
                    server.send(packet);
                }
            } catch (SocketException closed) {
                return null;
            }
        });
    }
}

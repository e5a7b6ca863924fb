package dev.nettest.internal.diagram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TraceLevel;
import dev.nettest.TraceSocket;
import dev.nettest.VirtualClock;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The states that a trace shows are those of the network. */
class TcpStatesTest {
    private static final NetworkConfig MANUAL = NetworkConfig.builder()
            .clocks(VirtualClock::manual)
            .trace(TraceLevel.ALL)
            .checks(false)
            .build();

    @Test
    void aHandshakeOverALinkHasItsStates() throws IOException {
        assertThat(states(Duration.ofMillis(5), (client, server) -> {}))
                .containsExactly(
                        " / LISTEN", "SYN-SENT / LISTEN", "ESTABLISHED / SYN-RECEIVED", "ESTABLISHED / ESTABLISHED");
    }

    @Test
    void aHandshakeWithoutDelayIsOneEvent() throws IOException {
        assertThat(states(Duration.ZERO, (client, server) -> {}))
                .containsExactly(" / LISTEN", "SYN-SENT / LISTEN", "ESTABLISHED / ESTABLISHED");
    }

    @Test
    void anOrderlyCloseHasItsStates() throws IOException {
        Script script = (client, server) -> {
            client.shutdownOutput();
            server.close();
        };
        assertThat(states(Duration.ZERO, script))
                .endsWith("ESTABLISHED / ESTABLISHED", "FIN-WAIT / CLOSE-WAIT", "CLOSED / CLOSED");
        assertThat(states(Duration.ofMillis(5), script))
                .endsWith(
                        "ESTABLISHED / ESTABLISHED",
                        "FIN-WAIT / ESTABLISHED",
                        "FIN-WAIT / FIN-WAIT",
                        "FIN-WAIT / CLOSED",
                        "CLOSED / CLOSED");
    }

    @Test
    void aResetHasItsStates() throws IOException {
        assertThat(states(Duration.ZERO, (client, server) -> server.reset())).endsWith("RESET / CLOSED");
        assertThat(states(Duration.ofMillis(5), (client, server) -> server.reset()))
                .endsWith("ESTABLISHED / CLOSED", "RESET / CLOSED");
    }

    @Test
    void aTraceThatBeginsLateHasEstablishedConnections() throws IOException {
        try (Network network = Network.create(MANUAL)) {
            Listener listener = network.listen("10.0.0.1:80");
            Connection client = network.connect("10.0.0.1:80");
            listener.accept();
            client.write(ByteBuffer.allocate(3));
            Trace late = network.trace().filter(TraceEvent.Written.class::isInstance);

            assertThat(new TcpStates(late).after(late.events().get(0)).toString())
                    .contains("dialling=ESTABLISHED", "accepting=ESTABLISHED");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void randomClosesEndInTheStatesOfTheSnapshot(int latency) throws IOException {
        for (int seed = 0; seed < 500; seed++) {
            try (Network network = Network.create(MANUAL)) {
                Connection[] ends = connect(network, Duration.ofMillis(latency));
                Random random = new Random(seed);
                List<Integer> steps = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    int step = random.nextInt(10);
                    steps.add(step);
                    act(network, ends[step & 1], step >> 1);
                }
                assertThat(shown(network)).as("seed %d: %s", seed, steps).allMatch(derived(network)::contains);
            }
        }
    }

    private static void act(Network network, Connection end, int verb) throws IOException {
        try {
            switch (verb) {
                case 0 -> end.shutdownOutput();
                case 1 -> end.close();
                case 2 -> end.tryWrite(ByteBuffer.allocate(1));
                case 3 -> ((VirtualClock) network.clock()).advanceTimeBy(Duration.ofMillis(2));
                default -> end.reset();
            }
        } catch (IOException e) {
            // a closed end; its state does not change
        }
    }

    /** The state of each end, as the trace has it. */
    private static List<String> derived(Network network) {
        Trace trace = network.trace();
        TcpStates states = new TcpStates(trace);
        List<String> all = new ArrayList<>();
        TraceEvent last = null;
        TraceSocket socket = null;
        for (TraceEvent.OfSocket event : trace.events(TraceEvent.OfSocket.class)) {
            if (event.socket().kind() == TraceSocket.Kind.CONNECTION) {
                last = event;
                socket = event.socket();
            }
        }
        TcpStates.Ends ends = states.after(last);
        all.addAll(ends(socket.isDialling() ? socket.local() : socket.remote(), ends.dialling()));
        all.addAll(ends(socket.isDialling() ? socket.remote() : socket.local(), ends.accepting()));
        return all;
    }

    /** A snapshot shows an end until its owner closes it: also after both FINs, and then an RST can arrive. */
    private static List<String> ends(SocketAddress address, TcpStates.State state) {
        return state == TcpStates.State.CLOSED
                ? List.of(end(address, "LAST-ACK"), end(address, "RESET"))
                : List.of(end(address, state.toString()));
    }

    private static List<String> shown(Network network) {
        return network.snapshot().connections().stream()
                .map(row -> end(row.localAddress(), row.state().replace('_', '-')))
                .toList();
    }

    private static String end(SocketAddress address, String state) {
        return address + " " + state;
    }

    private interface Script {
        void run(Connection client, Connection server) throws IOException;
    }

    /** The different states in order, until nothing is in flight. */
    private static List<String> states(Duration latency, Script script) throws IOException {
        try (Network network = Network.create(MANUAL)) {
            Connection[] ends = connect(network, latency);
            script.run(ends[0], ends[1]);
            ((VirtualClock) network.clock()).advanceTimeBy(Duration.ofSeconds(1));
            Trace trace = network.trace();
            TcpStates states = new TcpStates(trace);
            List<String> different = new ArrayList<>();
            for (TraceEvent.OfSocket event : trace.events(TraceEvent.OfSocket.class)) {
                TcpStates.Ends after = states.after(event);
                String text = after.dialling() + " / " + after.accepting();
                if (different.isEmpty() || !different.get(different.size() - 1).equals(text)) {
                    different.add(text);
                }
            }
            return different;
        }
    }

    private static Connection[] connect(Network network, Duration latency) throws IOException {
        Host near = network.host("near", "10.0.0.1");
        Host far = network.host("far", "10.0.0.2");
        if (!latency.isZero()) {
            network.link(near, far).latency(latency);
        }
        Listener listener = far.listen("10.0.0.2:80");
        CompletionStage<Connection> connecting = near.connectAsync("10.0.0.2:80");
        ((VirtualClock) network.clock()).advanceTimeBy(Duration.ofSeconds(1));
        return new Connection[] {connecting.toCompletableFuture().join(), listener.accept()};
    }
}

package dev.nettest.samples.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three nodes on threads and sockets elect a leader, replace it during a partition, and agree after the repair. */
class ElectionTest {

    private static final Impairment LINK = Impairment.builder()
            .latency(Duration.ofMillis(10))
            .jitter(Duration.ofMillis(2))
            .build();

    private final VirtualClock clock = VirtualClock.manual();
    private final Map<Host, Election> nodes = new LinkedHashMap<>();
    private final Map<Long, Host> leaderOfTerm = new HashMap<>();

    // snippet: election-java
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aLeaderWhoseMessagesAreLostIsReplacedAndStepsDownAfterTheRepair(long seed) throws IOException {
        try (Network network = Network.create(
                NetworkConfig.builder().clock(clock).seed(seed).checks(true).build())) {
            network.defaultLink().impair(LINK);
            startNodes(network);

            observeForThreeSeconds();
            assertThat(leaders()).hasSize(1);
            Host old = leaders().get(0);
            long oldTerm = nodes.get(old).state().term();

            network.partitionOneWay(old.name(), "*"); // everything that the old leader sends is lost
            observeForThreeSeconds();
            assertThat(leaders()).hasSize(2).contains(old);
            Host replacement =
                    leaders().stream().filter(host -> host != old).findAny().orElseThrow();
            assertThat(nodes.get(old).state().term()).isEqualTo(oldTerm);
            assertThat(nodes.get(replacement).state().term()).isGreaterThan(oldTerm);

            network.repair();
            observeForThreeSeconds();
            assertThat(leaders()).containsExactly(replacement);
            assertThat(nodes.values().stream().map(node -> node.state().term()).distinct())
                    .hasSize(1);
        }
    }
    // end snippet

    private void startNodes(Network network) throws IOException {
        List<Host> hosts = List.of(
                network.host("node-0", "10.0.0.2"),
                network.host("node-1", "10.0.0.3"),
                network.host("node-2", "10.0.0.4"));
        for (Host host : hosts) {
            List<SocketAddress> others = hosts.stream()
                    .filter(other -> other != host)
                    .<SocketAddress>map(
                            other -> new InetSocketAddress(other.addresses().get(0), 7000))
                    .toList();
            SplittableRandom random =
                    new SplittableRandom(network.seed() + host.name().hashCode());
            Election election = new Election(host.name(), hosts.size(), clock::nanoTime, random);
            nodes.put(host, election);
            new Node(
                            election,
                            NetworkSockets.serverSocketFactory(host).createServerSocket(7000),
                            NetworkSockets.socketFactory(host),
                            others,
                            network.executor())
                    .start();
        }
    }

    /** The nodes in the role of a leader. */
    private List<Host> leaders() {
        return nodes.keySet().stream()
                .filter(host -> nodes.get(host).state().isLeader())
                .toList();
    }

    /** Checks that no term ever has two leaders. */
    private void observeForThreeSeconds() {
        for (int i = 0; i < 300; i++) {
            clock.advanceTimeBy(Duration.ofMillis(10));
            nodes.forEach((host, election) -> {
                Election.State state = election.state();
                if (state.isLeader()) {
                    leaderOfTerm.putIfAbsent(state.term(), host);
                    assertThat(host).isSameAs(leaderOfTerm.get(state.term()));
                }
            });
        }
    }
}

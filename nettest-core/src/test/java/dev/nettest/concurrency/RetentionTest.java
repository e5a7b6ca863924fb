package dev.nettest.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkClock;
import dev.nettest.NetworkConfig;
import dev.nettest.Readiness;
import dev.nettest.VirtualClock;
import dev.nettest.socket.NetworkSockets;
import java.lang.ref.WeakReference;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A closed network is garbage, though its clock and the current thread live on. */
@Timeout(60)
class RetentionTest {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Leaves something in a network. */
    @FunctionalInterface
    interface Use {
        void of(Network network) throws Exception;
    }

    enum Case {
        NOTHING(network -> {}),
        PAIR(network -> {
            ConnectionPair pair = network.pair();
            pair.client().write(ByteBuffer.allocate(10));
        }),
        BACKLOG(network -> {
            Listener listener = network.listen();
            listener.connect();
        }),
        STALL(network -> {
            network.faults().read(Fault.stall().after(HOUR));
            ConnectionPair pair = network.pair();
            pair.client().readTimeout(HOUR);
        }),
        DELAYED_ACCEPT(network -> {
            Listener listener = network.listen();
            listener.faults().accept(Fault.delayed(HOUR));
            listener.connect();
        }),
        CONNECT_STAGE(network -> {
            network.faults().connect(Fault.stall());
            network.connectAsync(network.listen().localAddress(), connection -> {});
        }),
        READ_STAGE(network -> network.pair().client().whenReadable(1, HOUR)),
        DATAGRAM_STAGE(network -> network.bindDatagram().whenReady(Readiness.READABLE, HOUR)),
        WRITE_STAGE(network -> {
            Connection client = network.pair().client();
            client.writeAsync(ByteBuffer.allocate(10_000_000));
        }),
        RECEIVE_STAGE(network -> network.bindDatagram().receiveAsync(ByteBuffer.allocate(10))),
        LISTENING_STAGE(network -> network.whenListening("localhost:80", HOUR)),
        ACCEPTABLE_STAGE(network -> network.listen().whenReady(Readiness.ACCEPTABLE, HOUR)),
        IN_FLIGHT(network -> {
            Host a = network.host("a", "10.0.0.1");
            Host b = network.host("b", "10.0.0.2");
            network.link(a, b).latency(HOUR);
            DatagramEndpoint from = a.bindDatagram("10.0.0.1:1");
            b.bindDatagram("10.0.0.2:2");
            from.send(ByteBuffer.allocate(10), new InetSocketAddress("10.0.0.2", 2));
            a.connectAsync(b.listen("10.0.0.2:80").localAddress(), connection -> {});
        }),
        HELD(network -> {
            Host a = network.host("a", "10.0.0.1");
            Host b = network.host("b", "10.0.0.2");
            network.hold(a, b);
            a.bindDatagram("10.0.0.1:1").send(ByteBuffer.allocate(10), new InetSocketAddress("10.0.0.2", 2));
        }),
        CRASHED(network -> {
            Host a = network.host("a", "10.0.0.1");
            a.listen("10.0.0.1:80");
            a.crashSilently();
        }),
        EXECUTOR(network -> {
            if (!network.clock().isVirtual()) {
                network.executor().schedule(() -> {}, 1, TimeUnit.HOURS);
            }
        }),
        SOCKETS(network -> {
            DatagramSocket socket = NetworkSockets.datagramSocket(network, new InetSocketAddress(0));
            DatagramPacket packet = new DatagramPacket(new byte[10], 10);
            socket.send(new DatagramPacket(new byte[5], 5, socket.getLocalSocketAddress()));
            socket.receive(packet);
        }),
        SNAPSHOT(network -> network.onSnapshot(null, () -> null)),
        CALLBACK(network -> network.pair().client().onReady(EnumSet.of(Readiness.READABLE), () -> {})),
        IDLE_STAGE(network -> network.whenIdle(HOUR));

        private final Use use;

        Case(Use use) {
            this.use = use;
        }
    }

    enum Clock {
        SYSTEM {
            @Override
            NetworkClock create() {
                return NetworkClock.system();
            }
        },
        MANUAL {
            @Override
            NetworkClock create() {
                return VirtualClock.manual();
            }
        },
        SELF_ADVANCING {
            @Override
            NetworkClock create() {
                return VirtualClock.selfAdvancing();
            }
        };

        abstract NetworkClock create();
    }

    @ParameterizedTest
    @EnumSource
    void aClosedNetworkIsGarbage(Clock kind) throws Exception {
        NetworkClock clock = kind.create();
        Map<Case, WeakReference<Network>> networks = new EnumMap<>(Case.class);
        for (Case each : Case.values()) {
            networks.put(each, closed(clock, each));
        }

        for (int i = 0; i < 20 && !reachable(networks).isEmpty(); i++) {
            System.gc();
        }

        assertThat(reachable(networks)).isEmpty();
        assertThat(clock.nanoTime()).isNotNegative(); // so that the clock is not garbage too
    }

    /** The monitor of hangs and the polling thread know a clock while it has an open network. */
    @ParameterizedTest
    @EnumSource
    void theClockOfAClosedNetworkIsGarbage(Clock kind) throws Exception {
        WeakReference<NetworkClock> clock = clockOfClosedNetwork(kind);

        for (int i = 0; i < 200 && clock.get() != null; i++) {
            System.gc();
        }

        assertThat(clock.get()).isNull();
    }

    private static WeakReference<NetworkClock> clockOfClosedNetwork(Clock kind) throws Exception {
        NetworkClock clock = kind.create();
        closed(clock, Case.NOTHING);
        return new WeakReference<>(clock);
    }

    private static Set<Case> reachable(Map<Case, WeakReference<Network>> networks) {
        return networks.keySet().stream()
                .filter(each -> networks.get(each).get() != null)
                .collect(Collectors.toSet());
    }

    private static WeakReference<Network> closed(NetworkClock clock, Case each) throws Exception {
        Network network = Network.create(
                NetworkConfig.builder().clock(clock).checks(false).build());
        each.use.of(network);
        network.close();
        return new WeakReference<>(network);
    }
}

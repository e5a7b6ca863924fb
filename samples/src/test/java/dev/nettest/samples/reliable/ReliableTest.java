package dev.nettest.samples.reliable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A custom protocol over UDP with seeded loss, duplication and reordering, in virtual time. */
class ReliableTest {

    private static final int PORT = 4000;

    private final VirtualClock clock = VirtualClock.manual();

    @RegisterExtension
    final NetworkExtension networks = new NetworkExtension(
            NetworkConfig.builder().clock(clock).seed(42).checks(true).build());

    // snippet: reliable-java
    @Test
    void everyMessageArrivesOnceAndInOrder(Network network) throws Exception {
        Host left = network.host("left", "10.0.0.1");
        Host right = network.host("right", "10.0.0.2");
        List<String> arrived = receiveAll(right);
        FaultHandle lost = network.faults().send(Fault.drop().withProbability(0.2));
        FaultHandle duplicated = network.faults().send(Fault.duplicate(1).withProbability(0.1));
        FaultHandle late = network.faults().send(Fault.reorder(3).withProbability(0.1));

        Future<Integer> sending = network.executor().submit(() -> {
            try (ReliableSender sender = sender(left, right)) {
                for (String message : messages()) {
                    sender.send(message.getBytes(UTF_8));
                }
                sender.flush();
                return sender.retransmissions();
            }
        });
        clock.advanceUntilIdle();

        assertThat(arrived).isEqualTo(messages());
        assertThat(lost.fireCount()).isPositive();
        assertThat(duplicated.fireCount()).isPositive();
        assertThat(late.fireCount()).isPositive();
        assertThat(sending.get()).isEqualTo(56); // the same in every run with this seed
        assertThat(elapsed()).isEqualTo(Duration.ofMillis(10_800));
    }
    // end snippet

    @Test
    void withoutLossNothingIsRetransmittedAndNoTimePasses(Network network) throws Exception {
        Host right = network.host("right", "10.0.0.2");
        List<String> arrived = receiveAll(right);

        Future<Integer> sending = network.executor().submit(() -> {
            try (ReliableSender sender = sender(network.localhost(), right)) {
                for (String message : messages()) {
                    sender.send(message.getBytes(UTF_8));
                }
                sender.flush();
                return sender.retransmissions();
            }
        });
        clock.advanceUntilIdle();

        assertThat(arrived).isEqualTo(messages());
        assertThat(sending.get()).isZero();
        assertThat(elapsed()).isZero();
    }

    // snippet: reliable-silence-java
    @Test
    void aPausedPeerIsAwaitedAndACrashedPeerTimesOut(Network network) throws Exception {
        Host right = network.host("right", "10.0.0.2");
        List<String> arrived = receiveAll(right);

        right.pause();
        Future<?> sending = send(network.localhost(), right, "are you there?");
        clock.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(sending).isNotDone();
        right.resume();
        clock.advanceTimeBy(Duration.ZERO); // until no thread can run
        assertThat(sending).isDone();
        assertThat(arrived).containsExactly("are you there?"); // sent three times

        right.crashSilently();
        Future<?> unanswered = send(network.localhost(), right, "and now?");
        clock.advanceUntilIdle();

        assertThatThrownBy(unanswered::get)
                .hasCauseInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("message 0 was sent 8 times");
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(1 + 51)); // 0.2 s, 0.4 s ... 25.6 s
    }
    // end snippet

    private Duration elapsed() {
        return Duration.between(VirtualClock.START, clock.now());
    }

    private static List<String> messages() {
        return IntStream.range(0, 100).mapToObj(i -> "message " + i).toList();
    }

    private Future<?> send(Host from, Host to, String message) {
        return from.network().executor().submit(() -> {
            try (ReliableSender sender = sender(from, to)) {
                sender.send(message.getBytes(UTF_8));
                sender.flush();
            }
            return null;
        });
    }

    private ReliableSender sender(Host from, Host to) throws IOException {
        DatagramSocket socket = NetworkSockets.datagramSocket(from, new InetSocketAddress(0));
        socket.connect(new InetSocketAddress(to.addresses().get(0), PORT));
        return new ReliableSender(socket, clock.toClock());
    }

    /** The messages that arrive at {@code host} from one sender, until its socket or the network is closed. */
    private static List<String> receiveAll(Host host) throws IOException {
        List<String> arrived = new ArrayList<>();
        DatagramSocket socket = NetworkSockets.datagramSocket(host, new InetSocketAddress(PORT));
        host.network().executor().submit(() -> {
            try (ReliableReceiver receiver = new ReliableReceiver(socket)) {
                while (!socket.isClosed()) {
                    arrived.add(new String(receiver.receive(), UTF_8));
                }
            } catch (SocketException closed) {
                assertThat(socket.isClosed()).isTrue();
            }
            return null;
        });
        return arrived;
    }
}

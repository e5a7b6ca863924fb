package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Determinism;
import dev.nettest.Impairment;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Links on each kind of clock: idleness with data in flight, and equal histories for equal seeds. */
class LinkTimeTest {
    private static final Duration ONE_WAY = Duration.ofMillis(20);

    // ---- idleness

    @Test
    void onTheSystemClockBytesOnALinkAreInFlight() throws Exception {
        try (Network network = Network.create()) {
            ConnectionPair pair = network.pair();
            network.defaultLink().latency(ONE_WAY);
            pair.client().write(ByteBuffer.allocate(3));

            network.awaitIdle();

            assertThat(pair.server().available()).isEqualTo(3);
        }
    }

    @Test
    void datagramsAreInFlightToo() throws Exception {
        try (Network network = Network.create()) {
            DatagramEndpoint receiver = network.bindDatagram("127.0.0.1:1");
            network.defaultLink().latency(ONE_WAY);
            network.bindDatagram().send(ByteBuffer.allocate(3), "127.0.0.1:1");

            network.awaitIdle();

            assertThat(receiver.isReadable()).isTrue();
        }
    }

    @Test
    void heldBytesAreNotInFlight() throws Exception {
        try (Network network = Network.create()) {
            ConnectionPair pair = network.pair();
            network.defaultLink().latency(ONE_WAY).partition();
            pair.client().write(ByteBuffer.allocate(3));

            network.awaitIdle();

            assertThat(pair.server().available()).isZero();
        }
    }

    @Test
    void onAManualClockIdlenessDoesNotWaitForArrivals() throws Exception {
        VirtualClock clock = VirtualClock.manual();
        try (Network network =
                Network.create(NetworkConfig.builder().clock(clock).build())) {
            ConnectionPair pair = network.pair();
            network.defaultLink().latency(ONE_WAY);
            pair.client().write(ByteBuffer.allocate(3));

            network.awaitIdle();
            assertThat(pair.server().available()).isZero();

            clock.advanceTimeBy(ONE_WAY);
            network.awaitIdle();
            assertThat(pair.server().available()).isEqualTo(3);
        }
    }

    @Test
    void aSelfAdvancingClockRunsBlockingCodeOverALink() throws Exception {
        try (Network network = Network.create(
                NetworkConfig.builder().clocks(VirtualClock::selfAdvancing).build())) {
            try (var taking = network.participate()) {
                assertThat(taking).isNotNull();
                Listener listener = network.listen("10.0.0.5:80");
                network.defaultLink().latency(ONE_WAY);
                ExecutorService pool = Executors.newCachedThreadPool(network.threadFactory());
                Future<?> server = pool.submit(() -> {
                    Connection accepted = listener.accept();
                    accepted.write(ByteBuffer.allocate(accepted.read(ByteBuffer.allocate(10))));
                    return null;
                });

                Connection client = network.connect("10.0.0.5:80");
                client.write(ByteBuffer.allocate(3));
                assertThat(client.read(ByteBuffer.allocate(10))).isEqualTo(3);

                // one round trip to connect, one for the question
                assertThat(network.clock().nanoTime())
                        .isEqualTo(ONE_WAY.multipliedBy(4).toNanos());
                server.get();
                pool.shutdown();
            }
        }
    }

    // ---- determinism

    /** The arrivals of datagrams and of a stream, with their times, over a link with every impairment. */
    private static List<String> history(Network network, VirtualClock clock) throws IOException {
        network.defaultLink()
                .impair(Impairment.builder()
                        .latency(ONE_WAY)
                        .jitter(Duration.ofMillis(5))
                        .rate(1_000_000)
                        .lossGilbertElliott(0.1, 0.3, 0.9, 0.01)
                        .duplicate(0.1)
                        .reorder(0.1)
                        .corrupt(0.1)
                        .build());
        ConnectionPair pair = network.pair();
        DatagramEndpoint receiver = network.bindDatagram("127.0.0.1:1");
        DatagramEndpoint sender = network.bindDatagram("127.0.0.1:2");
        for (int i = 0; i < 50; i++) {
            sender.send(ByteBuffer.wrap(new byte[] {(byte) i, 0, 0}), "127.0.0.1:1");
            pair.client().write(ByteBuffer.allocate(100));
        }
        List<String> history = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocate(5_000);
        do {
            while (receiver.tryReceive(buffer.clear()) != null) {
                history.add(clock.nanoTime() + " " + buffer.flip() + " " + buffer.get(0) + buffer.get(1));
            }
            int read = pair.server().tryRead(buffer.clear());
            if (read > 0) {
                history.add(clock.nanoTime() + " stream " + read);
            }
        } while (clock.advanceToNext());
        return history;
    }

    private static List<String> history(long seed) throws IOException {
        VirtualClock clock = VirtualClock.manual();
        try (Network network =
                Network.create(NetworkConfig.builder().clock(clock).seed(seed).build())) {
            return history(network, clock);
        }
    }

    @Test
    void theSameSeedGivesTheSameHistoryAHundredTimes() throws Exception {
        List<String> first = history(42);

        for (int run = 0; run < 100; run++) {
            assertThat(history(42)).isEqualTo(first);
        }
        Set<List<String>> others = new HashSet<>();
        for (long seed = 1; seed <= 10; seed++) {
            others.add(history(seed));
        }
        assertThat(others).hasSize(10).doesNotContain(first);
    }

    @Test
    void theDeterminismCheckCoversLinks() throws Exception {
        Determinism.check(NetworkConfig.builder().clocks(VirtualClock::manual).build(), network -> {
            history(network, (VirtualClock) network.clock());
        });
    }
}

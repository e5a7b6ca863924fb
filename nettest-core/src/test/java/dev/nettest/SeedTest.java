package dev.nettest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** One seed drives every random choice. The same seed gives the same history, with several threads too. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class SeedTest {
    private static final NetworkConfig LOSSY =
            NetworkConfig.builder().clocks(VirtualClock::selfAdvancing).seed(7).build();

    @Test
    void aHundredRunsOfBlockingThreadsHaveTheSameHistory() throws Exception {
        String first = history(7);
        assertThat(first).contains("Accepted[", "BytesRead[", "Written[", "FaultFired[");

        for (int i = 0; i < 100; i++) {
            assertThat(history(7)).isEqualTo(first);
        }
        assertThat(history(8)).isNotEqualTo(first);
    }

    private static String history(long seed) throws Exception {
        NetworkConfig config =
                LOSSY.toBuilder().seed(seed).trace(TraceLevel.ALL).build();
        try (Network network = Network.create(config)) {
            network.participate();
            conversations(network);
            return bySocket(network.trace());
        }
    }

    /** The events of each socket in order. Concurrent threads change the order among sockets, and wait or not. */
    private static String bySocket(Trace trace) {
        Map<Long, StringBuilder> sockets = new TreeMap<>();
        for (TraceEvent.OfSocket event : trace.events(TraceEvent.OfSocket.class)) {
            if (!(event instanceof TraceEvent.WaitBegan) && !(event instanceof TraceEvent.WaitEnded)) {
                sockets.computeIfAbsent(event.socket().id(), id -> new StringBuilder())
                        .append(event.toString().replaceFirst("number=\\d+, ", ""))
                        .append('\n');
            }
        }
        return sockets.toString();
    }

    /** Clients connect one after another to a slow and unreliable server. */
    private static void conversations(Network network) throws Exception {
        network.faults().read(Fault.delayed(Duration.ofMillis(3)).withProbability(0.3));
        network.faults().write(Fault.reset().withProbability(0.1));
        Listener listener = network.listen("10.0.0.1:80");
        List<Future<?>> served = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            served.add(network.executor().submit(() -> serve(listener)));
            try (Connection client = network.connect("10.0.0.1:80")) {
                client.readTimeout(Duration.ofSeconds(1));
                for (int requests = 0; requests < 10; requests++) {
                    client.write(ByteBuffer.wrap(new byte[] {1}));
                    client.read(ByteBuffer.allocate(1));
                }
            } catch (IOException e) {
                // a random fault
            }
            network.awaitIdle();
        }
        for (Future<?> one : served) {
            one.get();
        }
    }

    private static Object serve(Listener listener) throws Exception {
        try (Connection accepted = listener.accept()) {
            ByteBuffer one = ByteBuffer.allocate(1);
            while (accepted.read(one.clear()) > 0) {
                listener.network().clock().sleep(Duration.ofMillis(5));
                accepted.write(one.flip());
            }
        } catch (IOException e) {
            // a random fault
        }
        return null;
    }

    @Test
    void theCheckPassesForADeterminedBlock() throws Exception {
        Determinism.check(LOSSY, SeedTest::conversations);
    }

    @Test
    void theCheckShowsTheFirstDifference() {
        AtomicInteger runs = new AtomicInteger();

        assertThatThrownBy(() -> Determinism.check(LOSSY, network -> {
                    ConnectionPair pair = network.pair();
                    network.clock().sleep(Duration.ofMillis(20));
                    pair.client().write(ByteBuffer.allocate(runs.incrementAndGet()));
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("""
                        two runs with seed 7 differ: connection #0, dialling end localhost (127.0.0.1:49153) -> \
                        localhost (127.0.0.1:49152), events, offset 0
                          first:  at 20 ms: write 1 byte "\\x00"
                          second: at 20 ms: write 2 bytes "\\x00\\x00\"""");
    }

    @Test
    void theCheckRethrowsAFailureOfTheBlock() {
        IOException thrown = new IOException("block");

        assertThatThrownBy(() -> Determinism.check(LOSSY, network -> {
                    throw thrown;
                }))
                .isSameAs(thrown);
    }

    @Test
    void theCheckNeedsAClockForEachRun() {
        NetworkConfig shared =
                NetworkConfig.builder().clock(VirtualClock.manual()).build();

        assertThatThrownBy(() -> Determinism.check(shared, network -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the second run would begin where the first left the clock; for a clock per run, use"
                        + " clocks(...) instead of clock(...)");
    }

    @Test
    void thePropertySetsTheDefaultSeed() {
        System.setProperty("nettest.seed", "-42");
        try (Network network = Network.create()) {
            assertThat(network.seed()).isEqualTo(-42);
            assertThat(network.failure("failed")).hasMessageContaining("seed: -42");
            assertThat(NetworkConfig.builder().seed(3).build().seed()).isEqualTo(3);
        } finally {
            System.clearProperty("nettest.seed");
        }
    }

    @Test
    void anInvalidPropertyIsRefused() {
        System.setProperty("nettest.seed", "x1");
        try {
            assertThatThrownBy(NetworkConfig::builder)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("-Dnettest.seed is not a 64-bit number: x1");
        } finally {
            System.clearProperty("nettest.seed");
        }
    }
}

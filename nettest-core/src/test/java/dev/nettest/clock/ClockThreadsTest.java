package dev.nettest.clock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The helper threads of a clock end with the last network on it. A thread that lingers for a while would exceed the
 * limit.
 */
@Timeout(30)
class ClockThreadsTest {
    /** A thread lingers for two seconds: with so many of them the limit passes, on a fast machine too. */
    private static final int ROUNDS = 20;

    private final Set<Thread> before = helpers();

    @Test
    void theThreadOfASelfAdvancingClockEndsWithItsNetwork() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (Network network = Network.create(
                    NetworkConfig.builder().clocks(VirtualClock::selfAdvancing).build())) {
                network.participate();
                ExecutorService pool = Executors.newSingleThreadExecutor(network.threadFactory());
                Future<?> slept = pool.submit(() -> {
                    network.clock().sleep(Duration.ofSeconds(1));
                    return null;
                });
                slept.get(); // outside the network, so that only the helper can move the clock
                assertThat(started()).isNotEmpty();
                pool.shutdown();
            }
            joinStarted();
        }
    }

    @Test
    void theThreadThatProbesForIdlenessEndsWithItsNetwork() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (Network network = Network.create()) {
                CountDownLatch end = new CountDownLatch(1);
                network.threadFactory()
                        .newThread(() -> {
                            while (started().isEmpty()) {
                                Thread.onSpinWait();
                            }
                            end.countDown();
                        })
                        .start();
                network.awaitIdle();
                assertThat(end.getCount()).isZero();
            }
            joinStarted();
        }
    }

    private void joinStarted() throws InterruptedException {
        for (Thread helper : started()) {
            helper.join();
        }
    }

    private Set<Thread> started() {
        Set<Thread> started = helpers();
        started.removeAll(before);
        return started;
    }

    private static Set<Thread> helpers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("nettest-idle")
                        || thread.getName().equals("nettest-clock-watch"))
                .collect(Collectors.toSet());
    }
}

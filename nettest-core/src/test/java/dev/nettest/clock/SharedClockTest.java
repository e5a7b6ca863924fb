package dev.nettest.clock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.NetworkClock;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several networks on one clock, one of which is closed. */
@Timeout(20)
class SharedClockTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void endThreads() {
        end.countDown();
    }

    @Test
    void aThreadOfAClosedNetworkDoesNotStopAManualClock() throws Exception {
        VirtualClock clock = VirtualClock.manual();
        Network closed = networkOn(clock);
        Thread leftover = startRunning(closed);
        closed.close();

        clock.advanceTimeBy(HOUR);
        assertThat(clock.nanoTime()).isEqualTo(HOUR.toNanos());

        end.countDown();
        leftover.join();
        clock.advanceTimeBy(HOUR);
        assertThat(clock.nanoTime()).isEqualTo(2 * HOUR.toNanos());
    }

    @Test
    void aThreadOfAClosedNetworkDoesNotStopASelfAdvancingClock() throws Exception {
        VirtualClock clock = VirtualClock.selfAdvancing();
        Network closed = networkOn(clock);
        try (Network open = networkOn(clock)) {
            open.participate();
            Thread leftover = startRunning(closed);
            closed.close();

            clock.sleep(HOUR);
            assertThat(clock.nanoTime()).isEqualTo(HOUR.toNanos());

            end.countDown();
            leftover.join();
            clock.sleep(HOUR);
            assertThat(clock.nanoTime()).isEqualTo(2 * HOUR.toNanos());
        }
    }

    @Test
    void awaitIdleOfAClosedNetworkStillWaitsForItsThreads() throws Exception {
        VirtualClock clock = VirtualClock.selfAdvancing();
        Network closed = networkOn(clock);
        try (Network open = networkOn(clock)) {
            open.participate();
            startRunning(closed);
            closed.close();
            assertThat(closed.isIdle()).isFalse();

            end.countDown();
            closed.awaitIdle();

            assertThat(closed.isIdle()).isTrue();
        }
    }

    @Test
    void theLimitOfAClosedNetworkCountsInRealTime() throws Exception {
        VirtualClock clock = VirtualClock.selfAdvancing();
        Network closed = networkOn(clock);
        try (Network open = networkOn(clock)) {
            open.participate();
            Thread waiting = Thread.currentThread();
            closed.threadFactory()
                    .newThread(() -> runUntilWaiting(waiting, clock))
                    .start();
            closed.close();

            closed.awaitIdle();

            assertThat(clock.nanoTime()).isZero();
        }
    }

    /** The same for a network that is closed while another thread already awaits its idleness. */
    @Test
    void aCloseDuringAnAwaitOfIdlenessLeavesTheLimitInRealTime() throws Exception {
        VirtualClock clock = VirtualClock.selfAdvancing();
        Network closed = networkOn(clock);
        try (Network open = networkOn(clock)) {
            open.participate();
            Thread waiting = Thread.currentThread();
            closed.threadFactory()
                    .newThread(() -> {
                        while (waiting.getState() == Thread.State.RUNNABLE) {
                            Thread.onSpinWait();
                        }
                        closed.close();
                        runUntilWaiting(waiting, clock);
                    })
                    .start();

            closed.awaitIdle();

            assertThat(closed.isIdle()).isTrue();
        }
    }

    /** Runs until {@code waiting} waits, and then until time has moved or a tenth of a second is over. */
    private static void runUntilWaiting(Thread waiting, VirtualClock clock) {
        while (waiting.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
        }
        long end = System.nanoTime() + Duration.ofMillis(100).toNanos();
        while (clock.nanoTime() == 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    /** Threads begin and end to run while their network is closed. On a busy machine the rounds take long. */
    @Test
    @Timeout(60)
    void theCountIsBalancedAfterAConcurrentClose() throws Exception {
        for (int round = 0; round < 300; round++) {
            CountingClock clock = new CountingClock();
            Network network = networkOn(clock);
            CountDownLatch started = new CountDownLatch(1);
            Thread worker = network.threadFactory().newThread(() -> {
                started.countDown();
                for (int i = 0; i < 50; i++) {
                    network.participate().close();
                }
            });
            worker.start();
            started.await();
            for (int i = 0; i < 20; i++) {
                network.executor().execute(() -> {});
            }
            network.close();
            worker.join();
            network.awaitIdle();
            assertThat(clock.runnable).as("round %d", round).hasValue(0);
        }
    }

    private static Network networkOn(NetworkClock clock) {
        return Network.create(NetworkConfig.builder().clock(clock).build());
    }

    /** A registered thread that runs until {@link #end}. */
    private Thread startRunning(Network network) throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        Thread thread = network.threadFactory().newThread(() -> {
            running.countDown();
            while (end.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        thread.start();
        running.await();
        return thread;
    }

    /** The system's clock, which counts the threads reported to it. */
    private static final class CountingClock implements NetworkClock {
        private final NetworkClock system = NetworkClock.system();
        private final AtomicInteger runnable = new AtomicInteger();

        @Override
        public long nanoTime() {
            return system.nanoTime();
        }

        @Override
        public Instant now() {
            return system.now();
        }

        @Override
        public Timer schedule(long instant, Runnable action) {
            return system.schedule(instant, action);
        }

        @Override
        public boolean isVirtual() {
            return false;
        }

        @Override
        public void threadRunnable() {
            runnable.incrementAndGet();
        }

        @Override
        public void threadWaiting() {
            assertThat(runnable.decrementAndGet()).isNotNegative();
        }
    }
}

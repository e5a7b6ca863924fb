package dev.nettest.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A self-advancing clock stands at its horizon. */
class ClockHorizonTest {

    private static final int SECONDS = 60;

    private final VirtualClock clock = VirtualClock.selfAdvancing(Duration.ofSeconds(SECONDS));
    private final Network network = Network.create(NetworkConfig.builder()
            .clock(clock)
            .awaitLimit(Duration.ofMillis(50))
            .build());

    @AfterEach
    void shutDown() {
        network.shutdown();
    }

    /** Something real: a thread that the clock does not know. */
    private static CountDownLatch whenEqual(AtomicInteger count, int expected) {
        CountDownLatch equal = new CountDownLatch(1);
        Thread real = new Thread(() -> {
            while (count.get() < expected) {
                Thread.onSpinWait();
            }
            equal.countDown();
        });
        real.setDaemon(true);
        real.start();
        return equal;
    }

    @Test
    void aPeriodicTaskRunsUpToTheHorizonWhileTheTestWaitsForSomethingReal() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        network.participate();
        network.executor().scheduleAtFixedRate(runs::incrementAndGet, 1, 1, TimeUnit.SECONDS);

        whenEqual(runs, SECONDS).await();
        network.awaitIdle();

        assertThat(runs).hasValue(SECONDS);
        assertThat(clock.nanoTime()).isEqualTo(TimeUnit.SECONDS.toNanos(SECONDS));
        clock.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(runs).hasValue(SECONDS + 2);
        network.awaitIdle();
        assertThat(runs).hasValue(SECONDS + 2);
    }

    @Test
    void aFailedAwaitNamesTheHorizon() throws Exception {
        network.participate();
        Connection client = network.pair().client();

        assertThatThrownBy(() -> client.awaitReadable(Duration.ofMinutes(2)))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("after 50 ms of real time still waiting for ")
                .hasMessageContaining("; the virtual clock stood at its horizon of 1 min");
        assertThat(clock.nanoTime()).isZero();
    }

    @Test
    void aTimerAtTheHorizonRuns() {
        network.participate();

        assertThatThrownBy(() -> network.pair().client().awaitReadable(Duration.ofSeconds(SECONDS)))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("after 1 min still waiting for ");
        assertThat(clock.nanoTime()).isEqualTo(TimeUnit.SECONDS.toNanos(SECONDS));
    }

    @Test
    void aNegativeHorizonIsRefused() {
        assertThatThrownBy(() -> VirtualClock.selfAdvancing(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("horizon is negative: PT-1S");
    }
}

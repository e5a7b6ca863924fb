package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.TimeoutClock;
import dev.nettest.VirtualClock;
import dev.nettest.Wakeup;
import dev.nettest.testing.Background;
import java.nio.channels.ClosedSelectorException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WakeupTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void aFlagThatIsSetEndsEachWait() {
        try (Network network = Network.create();
                Wakeup wakeup = Wakeup.of(network)) {
            wakeup.set();

            assertThat(wakeup.await(Duration.ZERO, TimeoutClock.NETWORK)).isTrue();
            assertThat(wakeup.await(HOUR, TimeoutClock.SYSTEM)).isTrue();
            assertThat(wakeup.isSet()).isTrue();
        }
    }

    @Test
    void aThreadWaitsUntilTheFlagIsSet() {
        try (Network network = Network.create();
                Wakeup wakeup = Wakeup.of(network)) {
            for (TimeoutClock clock : TimeoutClock.values()) {
                for (Duration timeout : new Duration[] {Duration.ZERO, HOUR}) {
                    wakeup.clear();
                    Background<Boolean> waiting = Background.call(network, () -> wakeup.await(timeout, clock));
                    waiting.assertWaits();

                    wakeup.set();

                    assertThat(waiting.result()).isTrue();
                }
            }
        }
    }

    @Test
    void aLoopThatBeganBeforeTheCloseWasCompleteIsNamedWithTheLineOfTheClose() {
        Network network =
                Network.create(NetworkConfig.builder().checksLeaks(true).build());
        Wakeup wakeup = Wakeup.of(network);
        for (int call = 0; call < 10; call++) {
            wakeup.calledAfterClose(new ClosedSelectorException(), "select", "the selector was closed");
        }

        wakeup.close();

        assertThat(network.failure("a failure"))
                .message()
                .containsPattern("10 times since the selector was closed at WakeupTest\\.java:\\d+$");
        network.shutdown();
    }

    @Test
    void aTimeoutOfTheNetworkRunsOnItsClock() {
        VirtualClock clock = VirtualClock.manual();
        try (Network network = network(clock);
                Wakeup wakeup = Wakeup.of(network)) {
            Background<Boolean> waiting =
                    Background.call(network, () -> wakeup.await(Duration.ofSeconds(3), TimeoutClock.NETWORK));
            clock.advanceTimeBy(Duration.ofMillis(2_999));
            waiting.assertWaits();

            clock.advanceTimeBy(Duration.ofMillis(1));

            assertThat(waiting.result()).isFalse();
        }
    }

    @Test
    void aTimeoutOfTheSystemDoesNotMoveTheClock() {
        try (Network network = network(VirtualClock.selfAdvancing());
                Wakeup wakeup = Wakeup.of(network)) {
            network.participate();
            long before = network.clock().nanoTime();

            assertThat(wakeup.await(Duration.ofMillis(2), TimeoutClock.SYSTEM)).isFalse();

            assertThat(network.clock().nanoTime()).isEqualTo(before);
        }
    }

    @Test
    void aTimeoutOfTheSystemDoesNotHoldTheClock() throws Exception {
        try (Network network = network(VirtualClock.selfAdvancing());
                Wakeup wakeup = Wakeup.of(network)) {
            network.participate();
            Background<Boolean> waiting = Background.call(network, () -> wakeup.await(HOUR, TimeoutClock.SYSTEM));

            assertThat(network.executor().submit(() -> "later").get()).isEqualTo("later");
            network.executor().schedule(wakeup::set, 3, TimeUnit.HOURS).get();

            assertThat(waiting.result()).isTrue();
        }
    }

    @Test
    void anInterruptEndsAnInterruptibleWait() {
        for (TimeoutClock clock : TimeoutClock.values()) {
            try (Network network = Network.create();
                    Wakeup wakeup = Wakeup.of(network)) {
                Background<Boolean> waiting = Background.call(network, () -> wakeup.awaitInterruptibly(HOUR, clock));
                waiting.assertWaits();

                waiting.interrupt();

                assertThatThrownBy(waiting::result).hasRootCauseInstanceOf(InterruptedException.class);
            }
        }
    }

    @Test
    void anInterruptibleWaitEndsWithTheFlagOrItsTimeout() throws Exception {
        VirtualClock clock = VirtualClock.selfAdvancing();
        try (Network network = network(clock);
                Wakeup wakeup = Wakeup.of(network)) {
            network.participate();

            assertThat(wakeup.awaitInterruptibly(HOUR, TimeoutClock.NETWORK)).isFalse();
            assertThat(clock.nanoTime()).isEqualTo(HOUR.toNanos());
            assertThat(wakeup.awaitInterruptibly(Duration.ofMillis(1), TimeoutClock.SYSTEM))
                    .isFalse();
            assertThat(clock.nanoTime()).isEqualTo(HOUR.toNanos());
            wakeup.set();
            assertThat(wakeup.awaitInterruptibly(Duration.ZERO, TimeoutClock.NETWORK))
                    .isTrue();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> wakeup.awaitInterruptibly(Duration.ZERO, TimeoutClock.NETWORK))
                    .isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    void anInterruptibleWaitAfterTheEndOfTheNetworkEndsToo() throws Exception {
        Network network = Network.create();
        Wakeup wakeup = Wakeup.of(network);
        network.close();
        wakeup.clear();

        assertThat(wakeup.awaitInterruptibly(Duration.ofMillis(1), TimeoutClock.NETWORK))
                .isFalse();
        Background<Boolean> waiting = Background.call(
                        () -> wakeup.awaitInterruptibly(Duration.ZERO, TimeoutClock.NETWORK))
                .awaitParked();
        waiting.interrupt();
        assertThatThrownBy(waiting::result).hasRootCauseInstanceOf(InterruptedException.class);
        wakeup.close();
    }

    @Test
    void anInterruptDoesNotEndAWait() {
        try (Network network = Network.create();
                Wakeup wakeup = Wakeup.of(network)) {
            Background<Boolean> waiting = Background.call(network, () -> {
                wakeup.await(Duration.ZERO, TimeoutClock.NETWORK);
                return Thread.interrupted();
            });
            waiting.assertWaits();
            waiting.interrupt();
            waiting.assertWaits();

            wakeup.set();

            assertThat(waiting.result()).isTrue();
        }
    }

    @Test
    void theEndOfTheNetworkEndsAWait() {
        Network network = Network.create();
        Wakeup wakeup = Wakeup.of(network);
        Background<Boolean> waiting = Background.call(network, () -> wakeup.await(Duration.ZERO, TimeoutClock.NETWORK));
        waiting.assertWaits();

        network.close();

        assertThat(waiting.result()).isTrue();
    }

    @Test
    void afterTheEndOfTheNetworkAThreadCanStillWait() {
        Network network = network(VirtualClock.selfAdvancing());
        Wakeup wakeup = Wakeup.of(network);
        network.close();
        wakeup.clear();

        assertThat(wakeup.await(Duration.ofMillis(1), TimeoutClock.NETWORK)).isFalse();
        Background<Boolean> waiting = Background.call(() -> wakeup.await(Duration.ZERO, TimeoutClock.NETWORK))
                .awaitParked();
        wakeup.set();

        assertThat(waiting.result()).isTrue();
    }

    @Test
    void anInterruptDoesNotEndAWaitAfterTheEndOfTheNetwork() {
        Network network = Network.create();
        Wakeup wakeup = Wakeup.of(network);
        network.close();
        for (Duration timeout : new Duration[] {Duration.ZERO, HOUR}) {
            wakeup.clear();
            Background<String> waiting = Background.call(() -> {
                        boolean inTime = wakeup.await(timeout, TimeoutClock.NETWORK);
                        return "set " + inTime + ", interrupted " + Thread.interrupted();
                    })
                    .awaitParked();
            waiting.interrupt();
            while (waiting.thread().isInterrupted()) {
                Thread.onSpinWait(); // the wait takes the status, and gives it back at its end
            }

            wakeup.set();

            assertThat(waiting.result()).isEqualTo("set true, interrupted true");
        }
    }

    @Test
    void aFlagOfAClosedNetworkIsSet() {
        Network network = Network.create();
        network.close();

        Wakeup wakeup = Wakeup.of(network);

        assertThat(wakeup.isSet()).isTrue();
    }

    @Test
    void aClosedFlagIsSetAndBelongsToNoNetwork() {
        try (Network network = Network.create()) {
            Wakeup wakeup = Wakeup.of(network);
            assertThat(wakeup.isSet()).isFalse();
            wakeup.close();
            assertThat(wakeup.isSet()).isTrue();
            wakeup.clear();

            Background<Boolean> waiting = Background.call(() -> wakeup.await(Duration.ZERO, TimeoutClock.NETWORK))
                    .awaitParked();

            assertThat(network.snapshot().waiters()).isEmpty();
            wakeup.set();
            assertThat(waiting.result()).isTrue();
        }
    }

    @Test
    void everyThreadThatWaitsIsWoken() {
        try (Network network = Network.create();
                Wakeup wakeup = Wakeup.of(network)) {
            Background<Boolean> first =
                    Background.call(network, () -> wakeup.await(Duration.ZERO, TimeoutClock.NETWORK));
            Background<Boolean> second =
                    Background.call(network, () -> wakeup.await(Duration.ZERO, TimeoutClock.SYSTEM));
            Background<Boolean> third =
                    Background.call(network, () -> wakeup.awaitInterruptibly(HOUR, TimeoutClock.NETWORK));
            first.assertWaits();

            wakeup.set();

            assertThat(first.result()).isTrue();
            assertThat(second.result()).isTrue();
            assertThat(third.result()).isTrue();
        }
    }

    @Test
    void anInterruptibleWaitTimesOutOnEachClock() throws Exception {
        for (NetworkConfig config : new NetworkConfig[] {
            NetworkConfig.defaults(),
            NetworkConfig.builder().clock(VirtualClock.selfAdvancing()).build()
        }) {
            try (Network network = Network.create(config);
                    Wakeup wakeup = Wakeup.of(network)) {
                network.participate();
                for (TimeoutClock clock : TimeoutClock.values()) {
                    assertThat(wakeup.awaitInterruptibly(Duration.ofMillis(1), clock))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void aSnapshotNamesTheThreadThatWaits() {
        try (Network network = Network.create();
                Wakeup wakeup = Wakeup.of(network)) {
            Background<Void> waiting = Background.run("loop", () -> wakeup.await(Duration.ZERO, TimeoutClock.SYSTEM))
                    .awaitParked();

            assertThat(network.snapshot().waiters())
                    .extracting(waiter -> waiter.name() + " in " + waiter.operation())
                    .containsExactly("thread \"loop\" in await");

            wakeup.set();
            waiting.result();
        }
    }

    @Test
    void aNegativeTimeoutIsRefused() {
        try (Network network = Network.create();
                Wakeup wakeup = Wakeup.of(network)) {
            assertThatThrownBy(() -> wakeup.await(Duration.ofMillis(-1), TimeoutClock.SYSTEM))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("timeout is negative: PT-0.001S");
        }
    }

    private static Network network(VirtualClock clock) {
        return Network.create(NetworkConfig.builder().clock(clock).build());
    }
}

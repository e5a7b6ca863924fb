package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.OperationLock;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class OperationLockTest extends NetworkFixture {
    private final OperationLock lock = OperationLock.of(network);

    @Test
    void aWaitTimesOutOnTheNetworksClock() throws Exception {
        lock.lock();
        Background<Duration> waiting = Background.call(network, () -> lock.lock(SECOND.multipliedBy(3600)))
                .awaitParked();

        clock.advanceTimeBy(SECOND.multipliedBy(3599));
        waiting.assertWaits();
        clock.advanceTimeBy(SECOND);

        assertThat(waiting.result()).isZero();
        lock.unlock();
        assertThat(lock.lock(SECOND)).isEqualTo(SECOND);
    }

    @Test
    void onlyAnotherThreadSeesItHeld() throws Exception {
        assertThat(lock.isHeldByAnother()).isFalse();
        lock.lock();
        assertThat(lock.isHeldByAnother()).isFalse();
        assertThat(Background.call(lock::isHeldByAnother).result()).isTrue();
        lock.unlock();
        assertThat(Background.call(lock::isHeldByAnother).result()).isFalse();
    }

    @Test
    void theRestOfTheTimeoutIsReturned() throws Exception {
        lock.lock();
        Background<Duration> waiting = Background.call(() -> {
                    Duration rest = lock.lock(SECOND.multipliedBy(10));
                    lock.unlock();
                    return rest;
                })
                .awaitParked();
        clock.advanceTimeBy(SECOND.multipliedBy(4));

        lock.unlock();

        assertThat(waiting.result()).isEqualTo(SECOND.multipliedBy(6));
    }

    @Test
    void aRegisteredThreadThatWaitsIsIdle() throws Exception {
        ScheduledExecutorService executor = network.executor();
        lock.lock();
        Future<Duration> untimed = executor.submit(() -> {
            lock.lock();
            lock.unlock();
            return Duration.ZERO;
        });
        Future<Duration> timed = executor.submit(() -> lock.lock(SECOND));

        network.awaitIdle();
        clock.advanceTimeBy(SECOND); // returns once the threads wait again

        assertThat(timed.isDone()).isTrue();
        assertThat(untimed.isDone()).isFalse();
        lock.unlock();
        assertThat(untimed.get()).isZero();
    }

    @Test
    void anInterruptIsKeptAndEndsNothing() throws Exception {
        lock.lock();
        Background<Boolean> waiting = Background.call(network, () -> {
            lock.lock();
            return Thread.interrupted();
        });
        waiting.awaitParked().interrupt().assertWaits();

        lock.unlock();

        assertThat(waiting.result()).isTrue();
    }

    @Test
    void misuseIsRejected() throws Exception {
        assertThatThrownBy(lock::unlock)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this thread does not hold the lock");
        lock.lock();
        assertThatThrownBy(lock::lock)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this thread holds the lock already");
        Background<Void> other = Background.run(lock::unlock);
        assertThat(other.failure()).hasMessage("this thread does not hold the lock");
        assertThatThrownBy(() -> lock.lock(SECOND.negated())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lock.lock(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @RepeatedTest(20)
    void oneThreadHoldsItAtATime() {
        AtomicInteger holders = new AtomicInteger();
        List<Background<Integer>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Background.call(() -> {
                int most = 0;
                for (int round = 0; round < 500; round++) {
                    lock.lock();
                    most = Math.max(most, holders.incrementAndGet());
                    holders.decrementAndGet();
                    lock.unlock();
                }
                return most;
            }));
        }

        assertThat(threads).extracting(Background::result).containsOnly(1);
    }
}

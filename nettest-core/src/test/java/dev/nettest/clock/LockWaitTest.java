package dev.nettest.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A registered thread that waits for a monitor or a lock continues when the owner releases it. So it is busy, unless
 * the owner is known to wait.
 */
@Timeout(20)
class LockWaitTest {
    private static final Duration SHORT = Duration.ofMillis(20);

    /** A monitor and a lock. */
    enum Kind {
        MONITOR {
            @Override
            void run(Object monitor, ReentrantLock lock, Runnable body) {
                synchronized (monitor) {
                    body.run();
                }
            }
        },
        LOCK {
            @Override
            void run(Object monitor, ReentrantLock lock, Runnable body) {
                lock.lock();
                try {
                    body.run();
                } finally {
                    lock.unlock();
                }
            }
        };

        /** Runs {@code body} while it owns one of the two. */
        abstract void run(Object monitor, ReentrantLock lock, Runnable body);
    }

    private final Object monitor = new Object();
    private final ReentrantLock lock = new ReentrantLock();
    private final CountDownLatch ran = new CountDownLatch(1);

    @ParameterizedTest
    @EnumSource
    void aSelfAdvancingClockWaitsForAnUnregisteredOwner(Kind kind) throws Exception {
        for (int round = 0; round < 10; round++) {
            VirtualClock clock = VirtualClock.selfAdvancing();
            try (Network network = networkOn(clock)) {
                network.participate();
                ConnectionPair pair = network.pair();
                CountDownLatch owned = new CountDownLatch(1);
                Thread[] worker = new Thread[1];
                Thread owner = new Thread(() -> kind.run(monitor, lock, () -> {
                    owned.countDown();
                    spinUntilWaiting(worker);
                    spinWhileAtZero(clock);
                }));
                worker[0] = network.threadFactory()
                        .newThread(() -> kind.run(monitor, lock, () -> write(pair.server(), 'a')));
                owner.start();
                owned.await();
                worker[0].start();

                Connection client = pair.client();
                client.readTimeout(Duration.ofSeconds(30));

                assertThat(client.inputStream().read()).isEqualTo('a');
                assertThat(clock.nanoTime()).isZero();
                owner.join();
                worker[0].join();
                client.close();
                pair.server().close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void awaitIdleNamesTheOwner(Kind kind) throws Exception {
        try (Network network = Network.create()) {
            CountDownLatch owned = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            Thread owner = new Thread(
                    () -> kind.run(monitor, lock, () -> {
                        owned.countDown();
                        await(end);
                    }),
                    "library");
            owner.start();
            owned.await();
            Thread worker = network.threadFactory().newThread(() -> kind.run(monitor, lock, ran::countDown));
            worker.setName("worker");
            worker.start();
            spinUntilWaiting(worker);

            assertThat(reasonOnceAsleep(network))
                    .contains("the thread \"worker\" (" + worker.getState() + ") at ")
                    .contains(" waits for a lock that the thread \"library\" holds, which is not registered"
                            + " and may release it");

            end.countDown();
            network.awaitIdle();
            assertThat(ran.getCount()).isZero();
            owner.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRegisteredOwnerThatWaitsKeepsNoNetworkBusy(Kind kind) throws Exception {
        try (Network network = Network.create()) {
            ConnectionPair pair = network.pair();
            CountDownLatch owned = new CountDownLatch(1);
            Thread owner = network.threadFactory()
                    .newThread(() -> kind.run(monitor, lock, () -> {
                        owned.countDown();
                        read(pair.client());
                    }));
            owner.start();
            owned.await();
            Thread worker = network.threadFactory().newThread(() -> kind.run(monitor, lock, ran::countDown));
            worker.start();
            spinUntilWaiting(worker);

            network.awaitIdle();

            assertThat(ran.getCount()).isOne();
            pair.server().close();
            network.awaitIdle();
            assertThat(ran.getCount()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theThreadThatAwaitsIdlenessMayOwnTheLock(Kind kind) {
        try (Network network = Network.create()) {
            Thread worker = network.threadFactory().newThread(() -> kind.run(monitor, lock, ran::countDown));
            kind.run(monitor, lock, () -> {
                worker.start();

                network.awaitIdle();

                assertThat(worker.getState()).isIn(Thread.State.BLOCKED, Thread.State.WAITING);
            });
            network.awaitIdle();
            assertThat(ran.getCount()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theThreadThatMovesTheClockMayOwnTheLock(Kind kind) {
        VirtualClock clock = VirtualClock.manual();
        try (Network network = networkOn(clock)) {
            Thread worker = network.threadFactory().newThread(() -> kind.run(monitor, lock, ran::countDown));
            kind.run(monitor, lock, () -> {
                worker.start();

                clock.advanceTimeBy(SHORT);

                assertThat(worker.getState()).isIn(Thread.State.BLOCKED, Thread.State.WAITING);
            });
            clock.advanceTimeBy(SHORT);
            assertThat(ran.getCount()).isZero();
        }
    }

    @Test
    void aLatchHasNoOwner() throws Exception {
        try (Network network = Network.create()) {
            CountDownLatch end = new CountDownLatch(1);
            Thread worker = network.threadFactory().newThread(() -> await(end));
            worker.start();

            network.awaitIdle();

            assertThat(worker.isAlive()).isTrue();
            end.countDown();
            worker.join();
        }
    }

    private static Network networkOn(VirtualClock clock) {
        return Network.create(NetworkConfig.builder().clock(clock).build());
    }

    /** The failure of an await. A thread still runs for a while after its state says that it waits. */
    private static String reasonOnceAsleep(Network network) {
        while (true) {
            AssertionError failure = catchThrowableOfType(AssertionError.class, () -> network.awaitIdle(SHORT));
            String reason = String.valueOf(failure.getMessage());
            if (!reason.contains(" can run")) {
                return reason;
            }
        }
    }

    private static void spinUntilWaiting(Thread... threads) {
        while (threads[0] == null
                || (threads[0].getState() != Thread.State.BLOCKED && threads[0].getState() != Thread.State.WAITING)) {
            Thread.onSpinWait();
        }
    }

    /** Gives a clock that overtakes the time to do so. */
    private static void spinWhileAtZero(VirtualClock clock) {
        long end = System.nanoTime() + SHORT.toNanos();
        while (clock.nanoTime() == 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void write(Connection connection, int value) {
        try {
            connection.outputStream().write(value);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void read(Connection connection) {
        try {
            assertThat(connection.inputStream().read()).isEqualTo(-1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

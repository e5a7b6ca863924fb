package dev.nettest.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.testing.Background;
import dev.nettest.testing.Text;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A network is idle if no registered thread can run and nothing is in flight. The operating system is asked about waits
 * outside the network.
 */
class IdleTest {
    private static final Duration SHORT = Duration.ofMillis(20);

    private final Network network = Network.create();

    @AfterEach
    void shutDown() {
        network.shutdown();
    }

    @Test
    void isIdleWithoutRegisteredThreads() {
        network.awaitIdle();

        assertThat(network.isIdle()).isTrue();
    }

    @Test
    void showsThatNothingMoreWasSent() throws Exception {
        ConnectionPair pair = network.pair();
        network.executor().execute(() -> answerOnce(pair.server()));
        Text.write(pair.client(), "ping");
        assertThat(Text.read(pair.client())).isEqualTo("ping");

        network.awaitIdle();

        assertThat(pair.client().available()).isZero();
    }

    @Test
    void waitsForTasksOfTasks() {
        for (int round = 0; round < 500; round++) {
            AtomicInteger done = new AtomicInteger();
            network.executor().execute(() -> network.executor().execute(done::incrementAndGet));

            network.awaitIdle();

            assertThat(done).hasValue(1);
        }
    }

    @Test
    void waitsForATaskThatIsDue() {
        for (int round = 0; round < 200; round++) {
            AtomicInteger done = new AtomicInteger();
            network.executor().schedule(done::incrementAndGet, 0, TimeUnit.SECONDS);

            network.awaitIdle();

            assertThat(done).hasValue(1);
        }
    }

    @Test
    void poolThreadsThatWaitForATaskAreIdle() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(3, network.threadFactory());
        ConnectionPair pair = network.pair();
        for (int round = 0; round < 200; round++) {
            pool.execute(() -> write(pair.client(), "a"));
            pool.execute(() -> write(pair.client(), "b"));

            network.awaitIdle();

            assertThat(pair.server().available()).isEqualTo(2);
            Text.read(pair.server());
        }
        pool.shutdownNow();
    }

    @Test
    void recognisesWaitsOutsideTheNetwork() throws Exception {
        BlockingQueue<String> queue = new LinkedBlockingQueue<>();
        CompletableFuture<String> future = new CompletableFuture<>();
        Object monitor = new Object();
        CyclicBarrier barrier = new CyclicBarrier(2);
        List<Thread> threads = new ArrayList<>();
        threads.add(start(queue::take));
        threads.add(start(() -> queue.poll(1, TimeUnit.HOURS)));
        threads.add(start(future::get));
        threads.add(start(barrier::await));
        Thread[] joiner = new Thread[1];
        synchronized (monitor) {
            threads.add(start(() -> {
                synchronized (monitor) {
                    monitor.wait();
                    return null;
                }
            }));
            joiner[0] = start(() -> {
                Thread.currentThread().join();
                return null;
            });
            threads.add(joiner[0]);

            network.awaitIdle(); // one thread waits for the monitor that this thread holds
        }
        network.awaitIdle();
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            thread.join();
        }
        network.awaitIdle();
    }

    @Test
    void waitsForAThreadThatJoinsAnEndingThread() {
        for (int round = 0; round < 300; round++) {
            AtomicInteger joined = new AtomicInteger();
            Thread ending = network.threadFactory().newThread(() -> {});
            start(() -> {
                ending.join();
                return joined.incrementAndGet();
            });
            ending.start();

            network.awaitIdle();

            assertThat(joined).hasValue(1);
        }
    }

    @Test
    void failureNamesTheRunningThreadAndItsLine() {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger turns = new AtomicInteger();
        Thread thread = network.threadFactory().newThread(() -> spinUntil(go, turns));
        thread.setName("spinner");
        thread.start();
        awaitTurns(turns);

        assertThatThrownBy(() -> network.awaitIdle(SHORT))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith(
                        "after 20 ms the network is still not idle: the thread \"spinner\" (RUNNABLE) at ")
                .hasMessageContaining("IdleTest.spinUntil(IdleTest.java:")
                .hasMessageContaining("clock: system clock, seed: 1");

        assertThat(network.isIdle()).isFalse();
        go.countDown();
        network.awaitIdle();
    }

    @Test
    void aSleepingThreadIsNotIdle() {
        AtomicInteger turns = new AtomicInteger();
        Thread thread = start(() -> {
            turns.incrementAndGet();
            TimeUnit.DAYS.sleep(1);
            return null;
        });
        awaitTurns(turns);

        assertThatThrownBy(() -> network.awaitIdle(SHORT))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("after 20 ms the network is still not idle: the thread \"nettest-thread-1\"");

        thread.interrupt();
        network.awaitIdle();
    }

    @Test
    void aRegisteredThreadDoesNotCountForItself() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch registered = new CountDownLatch(1);
        AtomicInteger turns = new AtomicInteger();
        Background<Boolean> other = Background.call(() -> {
            network.participate();
            boolean alone = network.isIdle();
            registered.countDown();
            spinUntil(go, turns);
            return alone;
        });
        registered.await();

        assertThat(network.isIdle()).isFalse();

        go.countDown();
        assertThat(other.result()).isTrue();
        network.awaitIdle();
    }

    @Test
    void ignoresUnregisteredThreads() {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger turns = new AtomicInteger();
        Background<Void> unregistered = Background.run(() -> spinUntil(go, turns));

        assertThat(network.isIdle()).isTrue();

        go.countDown();
        unregistered.result();
    }

    @Test
    void doesNotWaitForTimersOfAManualClock() {
        VirtualClock clock = VirtualClock.manual();
        try (Network manual =
                Network.create(NetworkConfig.builder().clock(clock).build())) {
            AtomicInteger done = new AtomicInteger();
            manual.executor().schedule(done::incrementAndGet, 1, TimeUnit.SECONDS);

            manual.awaitIdle();
            assertThat(done).hasValue(0);
            clock.advanceTimeBy(Duration.ofSeconds(1));

            assertThat(done).hasValue(1);
        }
    }

    @Test
    void aManualClockWaitsForRegisteredThreads() throws Exception {
        VirtualClock clock = VirtualClock.manual();
        try (Network manual =
                Network.create(NetworkConfig.builder().clock(clock).build())) {
            ExecutorService pool = Executors.newFixedThreadPool(2, manual.threadFactory());
            for (int round = 0; round < 200; round++) {
                CompletableFuture<Long> woken = new CompletableFuture<>();
                Future<Long> answer = pool.submit(() -> woken.get());
                clock.schedule(clock.nanoTime() + 10, () -> woken.complete(clock.nanoTime()));

                clock.advanceTimeBy(Duration.ofNanos(20));

                assertThat(answer.isDone()).isTrue();
                assertThat(answer.get()).isEqualTo(clock.nanoTime() - 10);
            }
            pool.shutdownNow();
        }
    }

    @Test
    void whenIdleCompletesLikeAwaitIdle() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger turns = new AtomicInteger();
        network.executor().execute(() -> spinUntil(go, turns));
        awaitTurns(turns);
        CompletableFuture<Void> idle = network.whenIdle(Duration.ofSeconds(10)).toCompletableFuture();
        CompletableFuture<Void> expired = network.whenIdle(Duration.ZERO).toCompletableFuture();
        assertThatThrownBy(expired::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .hasMessageStartingWith(
                        "after 0 s the network is still not idle: the thread \"nettest-1\" (RUNNABLE) at ");
        CompletableFuture<Void> cancelled =
                network.whenIdle(Duration.ofSeconds(10)).toCompletableFuture();
        cancelled.cancel(false);
        assertThat(idle.isDone()).isFalse();

        go.countDown();

        idle.get();
        network.whenIdle(Duration.ZERO).toCompletableFuture().get();
    }

    @Test
    void anInterruptEndsTheWait() {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger turns = new AtomicInteger();
        network.executor().execute(() -> spinUntil(go, turns));
        Background<Void> waiting = Background.run(network::awaitIdle).awaitParked();

        waiting.interrupt();

        assertThat(waiting.failure())
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("interrupted while waiting for the network to be idle");
        go.countDown();
    }

    @Test
    void virtualThreadsAreProbedSinceJdk24() throws Exception {
        Method start;
        try {
            start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        } catch (NoSuchMethodException e) {
            assumeTrue(false, "no virtual threads on this JDK");
            return;
        }
        boolean probed = Runtime.version().feature() >= 24;
        BlockingQueue<String> queue = new LinkedBlockingQueue<>();
        ConnectionPair pair = network.pair();
        CountDownLatch registered = new CountDownLatch(1);
        Thread thread = (Thread) start.invoke(null, (Runnable) () -> {
            network.participate();
            registered.countDown();
            try {
                for (String text = queue.take(); !text.isEmpty(); text = queue.take()) {
                    Text.write(pair.client(), text);
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        registered.await();

        for (int round = 0; round < 200 && probed; round++) {
            queue.put("x");
            network.awaitIdle();
            assertThat(Text.tryRead(pair.server())).isEqualTo("x");
        }
        if (!probed) {
            assertThatThrownBy(() -> network.awaitIdle(SHORT)).hasMessageContaining("only since JDK 24");
        }
        queue.put("");
        thread.join();
    }

    @Test
    void aNegativeLimitIsRefused() {
        assertThatThrownBy(() -> network.awaitIdle(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit is negative: PT-0.000000001S");
        assertThatThrownBy(() -> network.whenIdle(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    private interface Work {
        Object run() throws Exception;
    }

    private Thread start(Work work) {
        Thread thread = network.threadFactory().newThread(() -> {
            try {
                work.run();
            } catch (Exception e) {
                Thread.currentThread().interrupt(); // ends the thread
            }
        });
        thread.start();
        return thread;
    }

    private static void answerOnce(Connection connection) {
        write(connection, read(connection));
        read(connection);
    }

    private static String read(Connection connection) {
        try {
            return Text.read(connection);
        } catch (java.io.IOException e) {
            return ""; // the network is closed
        }
    }

    private static void write(Connection connection, String text) {
        try {
            Text.write(connection, text);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void spinUntil(CountDownLatch go, AtomicInteger turns) {
        while (go.getCount() > 0) {
            turns.incrementAndGet();
        }
    }

    private static void awaitTurns(AtomicInteger turns) {
        while (turns.get() == 0) {
            Thread.yield();
        }
    }
}

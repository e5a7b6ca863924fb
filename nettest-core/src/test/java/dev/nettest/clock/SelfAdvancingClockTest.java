package dev.nettest.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Participation;
import dev.nettest.Readiness;
import dev.nettest.VirtualClock;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.testing.Background;
import dev.nettest.testing.Text;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A self-advancing clock: blocking code with timeouts of minutes takes no time, and time overtakes no registered
 * thread.
 */
class SelfAdvancingClockTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualClock clock = VirtualClock.selfAdvancing();
    private final Network network =
            Network.create(NetworkConfig.builder().clock(clock).build());

    @AfterEach
    void shutDown() {
        network.shutdown();
    }

    @Test
    void aReadTimeoutPassesInNoTime() throws Exception {
        network.participate();
        try (ServerSocket server = NetworkSockets.serverSocketFactory(network).createServerSocket(80);
                Socket socket = NetworkSockets.socketFactory(network).createSocket("localhost", 80)) {
            socket.setSoTimeout(30_000);

            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Read timed out");

            assertThat(clock.nanoTime()).isEqualTo(SECOND.multipliedBy(30).toNanos());
            assertThat(server.isBound()).isTrue();
        }
    }

    @Test
    void aSlowServerAnswersInNoTime() throws Exception {
        network.participate();
        Listener listener = network.listen("10.0.0.1:80");
        Future<?> server = network.executor().submit(() -> {
            try (Connection accepted = listener.accept()) {
                String read = Text.read(accepted);
                clock.sleep(Duration.ofHours(3));
                return Text.write(accepted, read);
            }
        });
        try (Connection client = network.connect("10.0.0.1:80")) {
            client.readTimeout(Duration.ofHours(4));
            Text.write(client, "ping");

            assertThat(Text.read(client)).isEqualTo("ping");

            assertThat(clock.nanoTime()).isEqualTo(Duration.ofHours(3).toNanos());
            server.get();
        }
    }

    @Test
    void aThreadThatRunsIsNeverOvertaken() throws Exception {
        network.participate();
        for (int round = 0; round < 500; round++) {
            ConnectionPair pair = network.pair();
            pair.client().readTimeout(SECOND);
            AtomicReference<Thread> thread = new AtomicReference<>();
            Future<String> reader = network.executor().submit(() -> {
                thread.set(Thread.currentThread());
                return Text.read(pair.client());
            });
            long before = clock.nanoTime();
            while (thread.get() == null || !isInNetwork(thread.get())) {
                Thread.yield();
            }
            for (int i = 0; i < 1_000; i++) {
                Thread.onSpinWait(); // a yield would take long on a busy machine
                assertThat(clock.nanoTime()).isEqualTo(before);
            }
            Text.write(pair.server(), "x");
            assertThat(reader.get()).isEqualTo("x");
        }
        assertThat(clock.nanoTime()).isZero();
    }

    @Test
    void sleepersAlwaysSeeTheirOwnInstant() throws Exception {
        network.participate();
        ExecutorService pool = Executors.newFixedThreadPool(8, network.threadFactory());
        List<Future<Integer>> sleepers = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            SplittableRandom random = new SplittableRandom(thread);
            sleepers.add(pool.submit(() -> {
                int wrong = 0;
                for (int i = 0; i < 500; i++) {
                    long sleep = 1 + random.nextInt(1_000);
                    long until = clock.nanoTime() + sleep;
                    clock.sleep(Duration.ofNanos(sleep));
                    wrong += clock.nanoTime() == until ? 0 : 1;
                }
                return wrong;
            }));
        }
        for (Future<Integer> sleeper : sleepers) {
            assertThat(sleeper.get()).isZero();
        }
        pool.shutdownNow();
    }

    @Test
    void timeStandsWhileWorkPassesThroughQueuesOutsideTheNetwork() throws Exception {
        network.participate();
        ExecutorService pool = Executors.newFixedThreadPool(2, network.threadFactory());
        ConnectionPair pair = network.pair();
        pair.client().readTimeout(SECOND);
        BlockingQueue<String> requests = new LinkedBlockingQueue<>();
        pool.execute(() -> forward(requests, pair.server()));

        for (int i = 0; i < 300; i++) {
            requests.put("x");
            assertThat(Text.read(pair.client())).isEqualTo("x");
        }

        assertThat(clock.nanoTime()).isZero();
        assertThatThrownBy(() -> Text.read(pair.client())).isInstanceOf(SocketTimeoutException.class);
        assertThat(clock.nanoTime()).isEqualTo(SECOND.toNanos());
        pool.shutdownNow();
    }

    private static void forward(BlockingQueue<String> from, Connection to) {
        try {
            while (true) {
                Text.write(to, from.take());
            }
        } catch (Exception e) {
            Thread.currentThread().interrupt(); // ends the task
        }
    }

    @Test
    void timeMovesWhileTheTestWaitsForAFuture() throws Exception {
        network.participate();
        Future<Long> sleeper = network.executor().submit(() -> {
            for (int i = 0; i < 20; i++) {
                clock.sleep(SECOND);
            }
            return clock.nanoTime();
        });

        assertThat(sleeper.get()).isEqualTo(SECOND.multipliedBy(20).toNanos());
    }

    @Test
    void delayedTasksRunIfNoThreadWaitsInTheNetwork() throws Exception {
        network.participate();
        CountDownLatch ran = new CountDownLatch(1);
        network.executor().schedule(ran::countDown, 1, TimeUnit.HOURS);

        ran.await();

        assertThat(clock.nanoTime()).isEqualTo(Duration.ofHours(1).toNanos());
    }

    @Test
    void anAwaitFailsAsSoonAsItsLimitPasses() throws Exception {
        network.participate();
        Connection end = network.pair().client();

        assertThatThrownBy(end::awaitReadable)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("after 10 s still waiting for " + end + " to be readable\n")
                .hasMessageContaining("clock: virtual clock at 10 s, seed: 1");
    }

    @Test
    void aFailedAwaitNamesTheThreadThatStopsTheClock() throws Exception {
        VirtualClock own = VirtualClock.selfAdvancing();
        CountDownLatch go = new CountDownLatch(1);
        try (Network impatient = Network.create(NetworkConfig.builder()
                .clock(own)
                .awaitLimit(Duration.ofMillis(50))
                .build())) {
            impatient.participate();
            AtomicInteger turns = new AtomicInteger();
            impatient.executor().execute(() -> spinUntil(go, turns));
            while (turns.get() == 0) {
                Thread.yield();
            }
            Connection end = impatient.pair().client();

            assertThatThrownBy(() -> end.awaitReadable(Duration.ofSeconds(5)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the virtual clock stood, because the thread \"nettest-1\" (RUNNABLE) at ")
                    .hasMessageContaining("SelfAdvancingClockTest.spinUntil(");
            go.countDown();
        }
    }

    private static void spinUntil(CountDownLatch go, AtomicInteger turns) {
        while (go.getCount() > 0) {
            turns.incrementAndGet();
        }
    }

    @Test
    void anUnregisteredThreadMayNotWait() throws Exception {
        Connection end = network.pair().client();

        Throwable refused = Background.run("unregistered", () -> Text.read(end)).failure();

        assertThat(refused)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the thread \"unregistered\" is not registered, so it may not wait in a network on a"
                        + " self-advancing clock: time could overtake it; start it through network.executor()"
                        + " or network.threadFactory(), or register it with network.participate(), or let it join"
                        + " with NetworkConfig.Builder.joinThreads");
        assertThat(clock.nanoTime()).isZero();
    }

    @Test
    void noThreadsAreMadeBeforeTheTestIsRegistered() {
        Throwable refused = Background.run("test", network::executor).failure();

        assertThat(refused)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "the thread \"test\" is not registered in a network on a self-advancing clock, so time would"
                                + " pass while it sets up its test; register it first with network.participate()");
        assertThatThrownBy(network::newExecutor).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(network::threadFactory).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void standsAfterTheLastParticipationIsClosed() {
        Participation test = network.participate();
        CompletableFuture<Thread> sleeper = new CompletableFuture<>();
        CountDownLatch go = new CountDownLatch(1);
        Future<?> slept = network.executor().submit(() -> {
            sleeper.complete(Thread.currentThread());
            go.await();
            clock.sleep(SECOND);
            return null;
        });
        test.close();
        test.close();
        go.countDown();

        Thread thread = sleeper.join();
        while (!slept.isDone() && !isInNetwork(thread)) {
            Thread.yield();
        }

        assertThat(slept.isDone()).isFalse();
        assertThat(clock.nanoTime()).isZero();
    }

    private static boolean isInNetwork(Thread thread) {
        Object blocker = LockSupport.getBlocker(thread);
        return blocker != null && blocker.getClass().getName().startsWith("dev.nettest.internal.");
    }

    @Test
    void awaitIdleReturnsBeforeTimeMoves() throws Exception {
        network.participate();
        ConnectionPair pair = network.pair();
        pair.server().readTimeout(SECOND);
        Future<String> reader = network.executor().submit(() -> Text.read(pair.server()));

        network.awaitIdle();

        assertThat(clock.nanoTime()).isZero();
        assertThat(reader.isDone()).isFalse();
        assertThat(pair.client().available()).isZero();
        Text.write(pair.client(), "x");
        assertThat(reader.get()).isEqualTo("x");
    }

    @Test
    void whenIdleCompletesAfterTheLastParticipationIsClosed() throws Exception {
        Participation test = network.participate();
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger turns = new AtomicInteger();
        network.executor().execute(() -> spinUntil(go, turns));
        while (turns.get() == 0) {
            Thread.yield();
        }
        test.close();
        CompletableFuture<Void> idle = network.whenIdle(SECOND).toCompletableFuture();
        assertThat(idle.isDone()).isFalse();

        go.countDown();

        idle.get();
        assertThat(clock.nanoTime()).isZero();
    }

    /** The callback runs on the thread that waits, because that thread moves the clock. */
    @Test
    @Timeout(30)
    void awaitIdleReturnsAfterACallbackHasClosedTheParticipation() throws Exception {
        Participation test = network.participate();
        ConnectionPair pair = delayedPair();
        pair.server().onReady(Readiness.READABLE, test::close);
        Text.write(pair.client(), "x");

        network.awaitIdle();

        assertThat(clock.nanoTime()).isEqualTo(SECOND.toNanos());
    }

    @Test
    @Timeout(30)
    void awaitIdleReturnsAfterACallbackHasShutTheNetworkDown() throws Exception {
        network.participate();
        ConnectionPair pair = delayedPair();
        pair.server().onReady(Readiness.READABLE, network::shutdown);
        Text.write(pair.client(), "x");

        network.awaitIdle();

        assertThat(pair.client().isClosed()).isTrue();
    }

    private ConnectionPair delayedPair() throws Exception {
        network.host("db", "10.0.0.5");
        Listener listener = network.listen("db:80");
        Connection client = network.connect("db:80");
        network.link("localhost", "db").latency(SECOND);
        return new ConnectionPair(client, listener.accept());
    }

    @Test
    void twoNetworksOnOneClockMoveItWhenBothAreIdle() throws Exception {
        network.participate();
        try (Network other = Network.create(NetworkConfig.builder().clock(clock).build())) {
            other.participate();
            ConnectionPair pair = other.pair();
            pair.server().readTimeout(SECOND.multipliedBy(2));
            Future<?> reader = other.executor().submit(() -> Text.read(pair.server()));
            network.executor()
                    .submit(() -> {
                        clock.sleep(SECOND);
                        return Text.write(pair.client(), "x");
                    })
                    .get();

            assertThat(reader.get()).isEqualTo("x");
            assertThat(clock.nanoTime()).isEqualTo(SECOND.toNanos());
        }
    }

    @Test
    void anInterruptIsNeverOvertaken() throws Exception {
        network.participate();
        Thread test = Thread.currentThread();
        for (int round = 0; round < 300; round++) {
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            network.executor().execute(() -> {
                test.interrupt();
                interrupted.complete(true);
            });
            long before = clock.nanoTime();
            assertThatThrownBy(() -> clock.sleep(Duration.ofDays(1))).isInstanceOf(InterruptedException.class);
            assertThat(clock.nanoTime()).isEqualTo(before);
            interrupted.get();
        }
    }

    @Test
    void faultsAreDelayedInNoTime() throws Exception {
        network.participate();
        ConnectionPair pair = network.pair();
        pair.server().faults().read(Fault.delayed(Duration.ofMinutes(5)));
        Text.write(pair.client(), "x");

        assertThat(Text.read(pair.server())).isEqualTo("x");
        assertThat(clock.nanoTime()).isEqualTo(Duration.ofMinutes(5).toNanos());
    }

    @Test
    void acceptAndConnectTimeOutInNoTime() throws Exception {
        network.participate();
        try (ServerSocket server = NetworkSockets.serverSocketFactory(network).createServerSocket(81, 1)) {
            List<Socket> queued = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                queued.add(NetworkSockets.socketFactory(network).createSocket("localhost", 81));
            }
            try (Socket refused = NetworkSockets.socketFactory(network).createSocket()) {
                assertThatThrownBy(() -> refused.connect(new InetSocketAddress("localhost", 81), 60_000))
                        .isInstanceOf(SocketTimeoutException.class);
            }
            assertThat(clock.nanoTime()).isEqualTo(Duration.ofMinutes(1).toNanos());
            assertThat(server.isClosed()).isFalse();
            for (Socket socket : queued) {
                socket.close();
            }
        }
    }

    @Test
    void awaitListeningReportsAFailedServerBeforeTimeMoves() {
        network.participate();
        for (int round = 0; round < 100; round++) {
            IllegalStateException thrown = new IllegalStateException("no configuration");
            Future<?> server = network.executor().submit(() -> {
                clock.sleep(SECOND);
                throw thrown;
            });

            assertThatThrownBy(() -> network.awaitListening("localhost:82", server))
                    .isSameAs(thrown);
        }
    }

    @Test
    void canBeMovedExplicitly() throws Exception {
        network.participate();
        Future<Long> sleeper = network.executor().submit(() -> {
            clock.sleep(SECOND);
            return clock.nanoTime();
        });

        clock.advanceTimeBy(SECOND.multipliedBy(2));

        assertThat(sleeper.get()).isEqualTo(SECOND.toNanos());
        assertThat(clock.nanoTime()).isEqualTo(SECOND.multipliedBy(2).toNanos());
    }

    @Test
    void anActionThatThrowsReachesTheUncaughtExceptionHandler() throws Exception {
        List<Throwable> uncaught = new ArrayList<>();
        network.participate();
        try {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
            clock.schedule(1, () -> {
                throw new IllegalStateException("action");
            });

            clock.sleep(SECOND);

            assertThat(uncaught)
                    .hasSize(1)
                    .allSatisfy(thrown -> assertThat(thrown).hasMessage("action"));
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(null);
        }
    }
}

package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.net.SocketException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Closing a network: unblocked waiters, reports, and operations refused afterwards. */
class NetworkEndTest extends NetworkFixture {
    @Test
    void unblocksAllWaiters() throws Exception {
        ConnectionPair pair = pair(1);
        Text.write(pair.client(), "x");
        Listener listener = network.listen("10.0.0.1:80").backlog(1);
        listener.connect();
        listener.connect();
        Listener idle = network.listen("10.0.0.2:80");
        List<Background<?>> freed = new ArrayList<>();
        freed.add(Background.call(() -> Text.read(pair.client())));
        freed.add(Background.call(() -> pair.client().inputStream().read()));
        freed.add(Background.call(() -> Text.write(pair.client(), "x")));
        freed.add(Background.call(idle::accept));
        freed.add(Background.call(() -> listener.connect()));
        freed.add(Background.run(() -> pair.client().awaitReadable()));
        freed.add(Background.run(() -> idle.awaitAcceptable()));
        freed.add(Background.call(() -> network.awaitListening("10.0.0.3:80")));
        freed.forEach(Background::awaitParked);

        network.close();

        assertThat(freed.stream().map(task -> task.failure().getClass().getSimpleName()))
                .containsExactly(
                        "AsynchronousCloseException",
                        "SocketException",
                        "AsynchronousCloseException",
                        "AsynchronousCloseException",
                        "ConnectException",
                        "NetworkFailure",
                        "NetworkFailure",
                        "NetworkFailure");
    }

    @RepeatedTest(200)
    void closesBothEndsAtOneMoment() throws Exception {
        Network network = Network.create();
        ConnectionPair pair = network.pair();
        Background<?> reader = Background.call(() -> Text.read(pair.server())).awaitParked();

        network.close();

        assertThat(reader.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void completesStagesAndRunsCallbacks() throws Exception {
        ConnectionPair pair = pair(1);
        boolean[] called = {false};
        pair.client().onReady(dev.nettest.Readiness.READABLE, () -> called[0] = true);
        CompletableFuture<Void> readable = pair.client().whenReadable().toCompletableFuture();
        CompletableFuture<Integer> write =
                pair.client().writeAsync(Text.bytes("abc")).toCompletableFuture();

        network.close();

        assertThat(called[0]).isTrue();
        assertThat(readable).isCompletedExceptionally();
        assertThat(write).isCompletedWithValue(1);
    }

    @Test
    void interruptsAndEndsItsExecutorThreads() throws Exception {
        ScheduledExecutorService executor = network.executor();
        Future<?> sleeper = executor.submit(() -> {
            network.clock().sleep(SECOND);
            return null;
        });
        Future<?> later = executor.schedule(() -> {}, 1, TimeUnit.SECONDS);
        clock.advanceTimeBy(Duration.ZERO);

        network.close();

        assertThat(executor.isTerminated()).isTrue();
        assertThat(catchThrowable(sleeper::get)).hasRootCauseExactlyInstanceOf(InterruptedException.class);
        assertThat(later.isCancelled()).isTrue();
        assertThatThrownBy(() -> executor.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void unblocksAThreadWithATimeoutToo() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().readTimeout(SECOND);
        Background<String> reader =
                Background.call(() -> Text.read(pair.client())).awaitParked();

        network.close();

        assertThat(reader.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(clock.advanceToNext()).isFalse();
    }

    @Test
    void nothingNewStartsAfterwards() throws Exception {
        ConnectionPair pair = network.pair();
        Listener listener = network.listen("10.0.0.1:80");
        network.close();

        assertThat(network.isClosed()).isTrue();
        assertThat(network).hasToString("network (closed)");
        assertDown(network::pair, "pair");
        assertDown(() -> network.listen(), "listen");
        assertDown(() -> network.listen("10.0.0.2:80"), "listen");
        assertDown(() -> network.connect("10.0.0.1:80"), "connect to 10.0.0.1:80");
        assertDown(listener::connect, "connect to 10.0.0.1:80");
        assertThat(network.connectAsync("10.0.0.1:80").toCompletableFuture()).isCompletedExceptionally();
        assertThatThrownBy(() -> network.executor().execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> Text.read(pair.client())).isExactlyInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(listener::accept).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> network.awaitListening("10.0.0.1:80"))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("the network was closed while waiting for a listener");
        assertThat(network.snapshot().rows()).isEmpty();
        network.close();
        network.shutdown();
    }

    @Test
    void everyVerbSaysThatTheNetworkIsDown() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host db = network.host("db", "10.0.0.5");
        FaultHandle fault = network.faults().read(Fault.stall());
        ConnectionPair pair = network.pair();
        network.close();

        assertDown(() -> network.bind(pair.client().localAddress()), "bind");
        assertDown(() -> network.bindDatagram("10.0.0.1:80"), "bind");
        assertDown(() -> db.listen(80), "listen");
        assertRefused(() -> network.host("new", "10.0.0.9"), "host");
        assertRefused(() -> network.names().set("alias", "10.0.0.5"), "name");
        assertRefused(() -> network.names().set("alias", db), "name");
        assertRefused(() -> network.names().remove("db"), "name");
        assertRefused(() -> network.faults().read(Fault.stall()), "fault");
        assertRefused(() -> db.faults().read(Fault.stall()), "fault");
        assertRefused(() -> pair.client().faults().write(Fault.reset()), "fault");
        assertRefused(() -> network.link(app, db), "link");
        assertRefused(() -> network.link("app", "db"), "link");
        assertRefused(network::defaultLink, "link");
        assertRefused(() -> network.partition(app, db), "link");
        assertRefused(network::repair, "repair");
        assertRefused(network::release, "release");
        assertRefused(() -> network.isolate(db), "isolate");
        assertRefused(() -> network.rejoin(db), "rejoin");
        assertRefused(() -> network.split(List.of(List.of(app), List.of(db))), "split");
        assertRefused(network::threadFactory, "thread factory");
        assertRefused(() -> network.threadFactory(Thread::new), "thread factory");
        assertThatThrownBy(() -> network.executor().execute(() -> {}))
                .isExactlyInstanceOf(RejectedExecutionException.class)
                .hasMessage("Network is down: it was closed before this task");
        assertThatThrownBy(() -> network.newExecutor().schedule(() -> {}, 1, TimeUnit.SECONDS))
                .isExactlyInstanceOf(RejectedExecutionException.class)
                .hasMessage("Network is down: it was closed before this task");
        fault.close();
        network.participate().close();
    }

    private static void assertRefused(ThrowingCallable verb, String what) {
        assertThatThrownBy(verb)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("Network is down: it was closed before this " + what);
    }

    /** A thread of the closed network would wait for itself; any other thread waits. */
    @Test
    void aCloseOnAThreadOfAnotherNetworkWaitsForTheTasks() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        ScheduledExecutorService executor = network.executor();
        executor.execute(() -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                awaitUninterruptibly(end);
            }
        });
        try (Network other = Network.create()) {
            CompletableFuture<Thread> closing = new CompletableFuture<>();
            Future<?> closed = other.executor().submit(() -> {
                closing.complete(Thread.currentThread());
                network.close();
                return executor.isTerminated();
            });
            interrupted.await();
            while (!closed.isDone() && closing.join().getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            end.countDown();

            assertThat(closed.get()).isEqualTo(true);
        }
    }

    @Test
    void executorRequestedAfterwardsIsShutDown() {
        network.close();

        assertThat(network.executor().isShutdown()).isTrue();
    }

    @Test
    void networkWithoutChecksReportsNothing() throws Exception {
        Listener listener = network.listen();
        listener.connect();
        listener.accept();
        network.faults().read(Fault.reset().nth(7));

        network.close();
    }

    @Test
    void unclosedAcceptedEndIsReportedWithItsLine() throws Exception {
        Network checked = checked();
        Listener listener = checked.listen("10.0.0.1:80");
        listener.connect(dialling -> dialling.localAddress("10.0.0.2:1000"));
        Acceptor.accept(listener);

        assertThat(failureOf(checked)).isEqualTo("""
                    never closed:
                      connection 10.0.0.1:80 -> 10.0.0.2:1000, accepted at Acceptor.java:#
                    the network when it was closed:
                    Proto  State        Recv-Q  Send-Q  Local          Remote         Notes
                    tcp    LISTEN            0      51  10.0.0.1:80    *
                    tcp    ESTABLISHED       0       0  10.0.0.2:1000  10.0.0.1:80
                    tcp    ESTABLISHED       0       0  10.0.0.1:80    10.0.0.2:1000
                    clock: virtual clock at 0 s, seed: 1
                    trace:
                         10.0.0.2      10.0.0.1
                    0 s      |             | listen :80
                         #1  |-- SYN :80 ->|
                         #1  |             | accept""");
    }

    @Test
    void unclosedSocketIsReportedWithTheLineThatConnectedIt() throws Exception {
        Network checked = checked();
        checked.listen("10.0.0.1:80");
        NetworkSockets.socketFactory(checked).createSocket("10.0.0.1", 80);

        assertThat(failureOf(checked))
                .startsWith("never closed:\n"
                        + "  connection 127.0.0.1:49152 -> 10.0.0.1:80, connected at "
                        + "NetworkEndTest.java:#\n");
    }

    @Test
    void unfiredFaultIsReportedWithItsLine() throws Exception {
        Network checked = checked();
        checked.faults().read(Fault.reset().nth(7));
        checked.faults().read(Fault.reset().nth(7).optional());
        checked.faults().read(Fault.reset().withProbability(0.001));
        checked.faults().write(Fault.slice(1));
        Text.write(checked.pair().client(), "fires");

        assertThat(failureOf(checked))
                .startsWith("declared and never fired (optional() allows that):\n"
                        + "  read fault Fault.reset().nth(7) on the network, declared at "
                        + "NetworkEndTest.java:#\n"
                        + "the network when it was closed:\n");
    }

    @Test
    void leaksAndFaultsAreReportedTogetherAndOnce() throws Exception {
        Network checked = checked();
        Listener listener = checked.listen();
        listener.connect();
        listener.accept();
        checked.faults().accept(Fault.stall());

        assertThat(failureOf(checked))
                .startsWith("never closed:\n  connection ")
                .contains("\ndeclared and never fired (optional() allows that):\n  accept fault Fault.stall()");
        checked.close();
    }

    @Test
    void endsOpenedByTheTestAreClosedWithoutReport() throws Exception {
        Network checked = checked();
        Listener listener = checked.listen();
        Connection client = listener.connect();
        listener.connect();
        checked.pair();
        listener.accept().close();

        checked.close();

        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void closeAfterTheShutdownIsNoLeak() throws Exception {
        Network checked = checked();
        Listener listener = checked.listen();
        listener.connect();
        Background<Void> server = Background.run(() -> {
                    try (Connection accepted = listener.accept()) {
                        accepted.awaitClosed();
                    }
                })
                .awaitParked();

        checked.close();

        server.result();
    }

    @Test
    void shutdownReleasesAndChecksNothingUntilClose() throws Exception {
        Network checked = checked();
        Connection end = checked.pair().client();
        checked.faults().read(Fault.reset());

        checked.shutdown();

        assertThat(end.isClosed()).isTrue();
        assertThat(failureOf(checked)).startsWith("declared and never fired");
    }

    @Test
    void everythingIsReleasedEvenIfTheCheckFails() throws Exception {
        Network checked = checked();
        checked.faults().read(Fault.reset());
        Connection end = checked.pair().client();
        Background<Connection> acceptor = Background.call(checked.listen()::accept);

        assertThatThrownBy(checked::close).isInstanceOf(AssertionError.class);

        assertThat(end.isClosed()).isTrue();
        assertThat(acceptor.failure()).isInstanceOf(ClosedChannelException.class);
    }

    private Network checked() {
        return Network.create(NetworkConfig.builder().clock(clock).checks(true).build());
    }

    private static String failureOf(Network checked) {
        Throwable failure = catchThrowable(checked::close);
        assertThat(failure).isInstanceOf(AssertionError.class);
        return failure.getMessage().replaceAll("\\.java:\\d+", ".java:#");
    }

    private static void assertDown(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String what) {
        assertThatThrownBy(call)
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Network is down: it was closed before this " + what);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // goes on
            }
        }
    }
}

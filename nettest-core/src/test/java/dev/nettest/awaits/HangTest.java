package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.channel.NetworkChannels;
import dev.nettest.internal.time.JvmThreads;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.testing.Background;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waits on a virtual clock fail once nothing can end them. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SAME_THREAD)
class HangTest {
    private static final String REMEDY =
            "\nif something outside the JVM can end a wait, build the NetworkConfig with checksHangs(false)";

    /** Can act, like a thread that another test class of the process has left. */
    private static @Nullable Thread elsewhere;

    private final Network network = Network.create(
            NetworkConfig.builder().clocks(VirtualClock::selfAdvancing).build());

    private final String oldName = Thread.currentThread().getName();

    @BeforeAll
    static void disregardTheThreadsOfOtherClasses() {
        elsewhere = new Thread(
                () -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        LockSupport.parkNanos(TimeUnit.DAYS.toNanos(1));
                    }
                },
                "elsewhere");
        elsewhere.start();
        JvmThreads.disregardOthers();
    }

    @AfterAll
    static void end() throws InterruptedException {
        elsewhere.interrupt();
        elsewhere.join();
    }

    @BeforeEach
    void register() {
        Thread.currentThread().setName("test");
        network.participate();
    }

    @AfterEach
    void close() {
        Thread.currentThread().setName(oldName);
        network.close();
    }

    @Test
    void anAcceptWithoutAClientNamesTheLine() throws Exception {
        Listener listener = network.listen("10.0.0.5:80");

        assertThat(failure(listener::accept)).isEqualTo("""
                    nothing more can happen, and these still wait:
                      thread "test" in accept of 10.0.0.5:80, at HangTest.java:*
                    likely cause: nothing connects to 10.0.0.5:80
                    Proto  State   Recv-Q  Send-Q  Local        Remote  Notes
                    tcp    LISTEN       0      51  10.0.0.5:80  *
                    clock: virtual clock at 0 s, seed: 1
                    trace:
                      10.0.0.5
                    0 s   | listen :80""" + REMEDY);
    }

    /** An event loop that schedules a task selects so. The timeout is longer than the time of a hang. */
    @Test
    void aSelectWithATimeoutInRealTimeIsNoHang() throws Exception {
        ConnectionPair pair = network.pair();
        network.threadFactory()
                .newThread(() -> {
                    try (Selector selector =
                            NetworkChannels.selectorProvider(network).openSelector()) {
                        selector.select(3_000);
                        pair.server().outputStream().write('x');
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .start();

        assertThat(pair.client().inputStream().read()).isEqualTo('x');
    }

    @Test
    void allThreadsFailIfBothEndsRead() throws Exception {
        ConnectionPair pair = network.pair();
        Future<Integer> server = network.executor().submit(() -> pair.server().read(ByteBuffer.allocate(8)));

        String report = failure(() -> pair.client().read(ByteBuffer.allocate(8)));

        assertThat(report).startsWith("""
                nothing more can happen, and these still wait:
                  thread "test"      in read of 127.0.0.1:49153 -> 127.0.0.1:49152, at HangTest.java:*
                  thread "nettest-1" in read of 127.0.0.1:49152 -> 127.0.0.1:49153, at HangTest.java:*
                likely cause: both ends of 127.0.0.1:49153 -> 127.0.0.1:49152 read, and neither writes
                Proto  State        Recv-Q  Send-Q  Local            Remote           Notes
                """);
        assertThat(catchThrowable(server::get))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("nothing more can happen");
    }

    @RepeatedTest(5)
    void aHandlerThatFailsFirstDoesNotEndTheStreamOfTheTest() throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        network.executor().submit(() -> {
            try (Connection accepted = listener.accept()) {
                return accepted.read(ByteBuffer.allocate(8));
            }
        });
        Connection client = listener.connect();

        assertThat(failure(() -> client.read(ByteBuffer.allocate(8)))).startsWith("nothing more can happen");
    }

    @Test
    void aThreadBehindAFutureIsFreed() throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        Future<Connection> server = network.executor().submit(() -> listener.accept());

        assertThat(catchThrowable(server::get))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("thread \"nettest-1\" in accept of 10.0.0.5:80");
    }

    @Test
    void aConnectionThatNothingAcceptsIsTheCause() throws Exception {
        try (Socket client = NetworkSockets.socketFactory(network).createSocket()) {
            network.listen("10.0.0.5:80");
            client.connect(new InetSocketAddress("10.0.0.5", 80));

            assertThat(failure(client.getInputStream()::read))
                    .contains("\nlikely cause: nothing accepts from 10.0.0.5:80, where 1 connection is queued\n");
        }
    }

    @Test
    void aWriterBehindAFullBufferFails() throws Exception {
        ConnectionPair pair = network.pair();
        pair.server().receiveBufferSize(1);

        assertThat(failure(() -> pair.client().write(ByteBuffer.allocate(2))))
                .contains("thread \"test\" in write of")
                .contains("\nlikely cause: nothing reads at the other end of"
                        + " 127.0.0.1:49153 -> 127.0.0.1:49152, whose buffer is full\n");
    }

    @Test
    void aReceiveWithoutASenderFails() throws Exception {
        DatagramEndpoint endpoint = network.bindDatagram("10.0.0.5:53");

        assertThat(failure(() -> endpoint.receive(ByteBuffer.allocate(8))))
                .contains("\nlikely cause: nothing sends to 10.0.0.5:53\n");
    }

    @Test
    void aStallIsTheCauseAlsoIfItsListenerIsClosed() throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        listener.faults().read(Fault.stall());
        Connection client = listener.connect();
        Connection server = listener.accept();
        listener.close();
        client.write(ByteBuffer.allocate(1));

        String report = failure(() -> server.read(ByteBuffer.allocate(8)));

        String fault = "read stall() on listener 10.0.0.5:80 (CLOSED), at HangTest.java:*";
        assertThat(report).contains("\nlikely cause: the fault " + fault + " holds an operation\n");
        assertThat(report).contains("  held by " + fault + "\n");
    }

    @Test
    void aHeldLinkIsTheCause() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host db = network.host("db", "10.0.0.5");
        Listener listener = db.listen(5432);
        Connection client = app.connect("db:5432");
        Connection server = listener.accept();
        network.hold("app", "db");
        client.write(ByteBuffer.allocate(1));

        assertThat(failure(() -> server.read(ByteBuffer.allocate(8))))
                .contains("\nlikely cause: the link of 10.0.0.5:5432 -> 10.0.0.2:49152 is held or cut\n");
    }

    @Test
    void aStageFailsToo() throws Exception {
        ConnectionPair pair = network.pair();
        pair.server().receiveBufferSize(1);
        CompletableFuture<Integer> write =
                pair.client().writeAsync(ByteBuffer.allocate(2)).toCompletableFuture();

        assertThat(catchThrowable(write::get))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("nothing more can happen");
    }

    @Test
    void aTimedReadOnAClockMovedByHandFails() throws Exception {
        try (Network manual = Network.create(
                NetworkConfig.builder().clocks(VirtualClock::manual).build())) {
            Connection client = manual.pair().client();
            client.readTimeout(Duration.ofSeconds(5));

            assertThat(failure(() -> client.read(ByteBuffer.allocate(8)))).startsWith("""
                            nothing more can happen, and these still wait:
                              thread "test" in read of 127.0.0.1:49153 -> 127.0.0.1:49152, at HangTest.java:*
                            """);
        }
    }

    @Test
    void aNetworkThatWaitsForTheOutsideGoesOn() throws Exception {
        try (Network outside = Network.create(NetworkConfig.builder()
                .clocks(VirtualClock::manual)
                .checksHangs(false)
                .build())) {
            ConnectionPair pair = outside.pair();
            Background<Integer> reading = Background.call(() -> pair.client().read(ByteBuffer.allocate(8)));
            reading.awaitParked();
            Listener listener = network.listen("10.0.0.5:80");

            failure(listener::accept); // for as long as it takes

            pair.server().write(ByteBuffer.allocate(3));
            assertThat(reading.result()).isEqualTo(3);
        }
    }

    @Test
    void aNetworkWithABridgeGoesOn() throws Exception {
        try (Network bridged = Network.create(
                NetworkConfig.builder().clocks(VirtualClock::manual).build())) {
            bridged.bridge("10.0.0.9:80", new InetSocketAddress("127.0.0.1", 9));
            ConnectionPair pair = bridged.pair();
            Background<Integer> reading = Background.call(() -> pair.client().read(ByteBuffer.allocate(8)));
            reading.awaitParked();
            Listener listener = network.listen("10.0.0.5:80");

            failure(listener::accept);

            pair.server().write(ByteBuffer.allocate(3));
            assertThat(reading.result()).isEqualTo(3);
        }
    }

    @Test
    void theNetworkIsUsableAfterwards() throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        failure(listener::accept);

        try (Connection client = listener.connect();
                Connection server = listener.accept()) {
            client.write(ByteBuffer.allocate(1));
            assertThat(server.read(ByteBuffer.allocate(8))).isEqualTo(1);
        }
    }

    /** Runs {@code call} and returns the text of its {@code AssertionError}, without numbers of lines. */
    private static String failure(Call call) throws IOException {
        try {
            call.run();
        } catch (AssertionError e) {
            return String.valueOf(e.getMessage()).replaceAll("HangTest\\.java:[0-9]+", "HangTest.java:*");
        }
        throw new AssertionError("the call returned");
    }

    private interface Call {
        Object run() throws IOException;
    }
}

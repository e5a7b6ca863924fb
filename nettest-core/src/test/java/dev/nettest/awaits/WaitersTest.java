package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Participation;
import dev.nettest.Snapshot;
import dev.nettest.Snapshot.Waiter;
import dev.nettest.VirtualClock;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The blocked threads in a snapshot and in a failure. */
class WaitersTest extends NetworkFixture {

    private static final Path SOURCE = Path.of("src/test/java/dev/nettest/awaits/WaitersTest.java");

    WaitersTest() {
        super(NetworkConfig.builder().seed(42));
    }

    @Test
    void aFailureListsTheBlockedThreads() throws Exception {
        Listener listener = network.listen("10.0.0.1:80");
        Connection client = end();
        Background.run("reader", () -> client.read(ByteBuffer.allocate(1))).awaitParked();
        Background.run("acceptor", () -> listener.accept()).awaitParked();
        List<Waiter> waiters = network.snapshot().waiters();

        assertThat(network.failure("look")).hasMessage("""
                        look
                        these wait:
                          thread "acceptor" in accept of 10.0.0.1:80, at WaitersTest.java:%d
                          thread "reader"   in read of 127.0.0.1:49153 -> 127.0.0.1:49152, at WaitersTest.java:%d
                        Proto  State        Recv-Q  Send-Q  Local            Remote           Notes
                        tcp    LISTEN            0      51  10.0.0.1:80      *
                        tcp    ESTABLISHED       0       0  127.0.0.1:49153  127.0.0.1:49152
                        tcp    ESTABLISHED       0       0  127.0.0.1:49152  127.0.0.1:49153
                        clock: virtual clock at 0 s, seed: 42
                        trace:
                          10.0.0.1
                        0 s   | listen :80""".formatted(line(waiters.get(0)), line(waiters.get(1))));
        assertThat(sourceOf(waiters.get(0))).contains("listener.accept()");
        assertThat(sourceOf(waiters.get(1))).contains("client.read(");
    }

    @Test
    void aHangIsOneSentenceWithTheWaiters() throws Exception {
        Connection client = end();
        assertThat(network.hang("nothing more can happen"))
                .hasMessageStartingWith("nothing more can happen\nProto  State ");

        Background.run("reader", () -> client.read(ByteBuffer.allocate(1))).awaitParked();

        assertThat(network.hang("nothing more can happen"))
                .hasMessageStartingWith("nothing more can happen, and these still wait:\n"
                        + "  thread \"reader\" in read of 127.0.0.1:49153 -> 127.0.0.1:49152, at WaitersTest.java:")
                .hasMessageContaining("\nProto  State ")
                .hasMessageEndingWith("clock: virtual clock at 0 s, seed: 42");
    }

    @Test
    void anAwaitThatFailsDoesNotListItself() throws Exception {
        Connection client = end();
        Background<Void> await =
                Background.run("late", () -> client.awaitReadable(SECOND)).awaitParked();
        Background<Void> listening = Background.run("later", () -> network.awaitListening("10.0.0.9:80", SECOND))
                .awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(await.failure())
                .hasMessageStartingWith("after 1 s still waiting for " + client + " to be readable\n");
        assertThat(listening.failure().getMessage()).doesNotContain("thread \"later\"");
        assertThat(await.failure().getMessage()).doesNotContain("thread \"late\"");
    }

    @Test
    void aWriteNamesItsConnection() throws Exception {
        ConnectionPair pair = pair(4);
        Background.run("writer", () -> pair.client().write(Text.bytes("12345"))).awaitParked();

        Waiter writer = onlyWaiter();

        assertThat(writer).hasToString(described("writer", "write", pair.client(), line(writer)));
        assertThat(writer.limited()).isFalse();
        assertThat(sourceOf(writer)).contains("pair.client().write(");
    }

    @Test
    void streamsNameTheirOwnMethods() throws Exception {
        ConnectionPair pair = pair(4);
        Background.run("in", () -> pair.client().inputStream().read()).awaitParked();
        Background.run("out", () -> pair.client().outputStream().write(new byte[5]))
                .awaitParked();

        assertThat(network.snapshot().waiters()).extracting(Waiter::operation).containsExactly("read", "write");
        assertThat(network.snapshot().connections().get(0).waiters())
                .isEqualTo(network.snapshot().waiters());
        assertThat(network.snapshot().connections().get(1).waiters()).isEmpty();
    }

    @Test
    void aConnectNamesItsTarget() throws Exception {
        Listener listener = network.listen("10.0.0.1:80").backlog(1);
        listener.connect();
        listener.connect();
        Background.run("dialler", () -> network.connect("10.0.0.1:80")).awaitParked();

        Waiter dialler = onlyWaiter();

        assertThat(dialler)
                .hasToString("thread \"dialler\" in connect of 10.0.0.1:80, at WaitersTest.java:" + line(dialler));
        assertThat(dialler.limited()).isTrue(); // the kernel gives up too
        assertThat(sourceOf(dialler)).contains("network.connect(");
        assertThat(network.snapshot().connections())
                .filteredOn(row -> row.state().equals("SYN_SENT"))
                .singleElement()
                .extracting(Snapshot.Row::waiters)
                .isEqualTo(List.of(dialler));
    }

    @Test
    void datagramEndpointsNameTheirAddresses() throws Exception {
        DatagramEndpoint open = network.bindDatagram("10.0.0.1:53");
        DatagramEndpoint connected = network.bindDatagram("10.0.0.1:54").connect("10.0.0.1:53");
        Background.run("open", () -> open.receive(ByteBuffer.allocate(1))).awaitParked();
        Background.run("connected", () -> connected.awaitReceived(2)).awaitParked();

        assertThat(network.snapshot().waiters())
                .extracting(WaitersTest::withoutLine)
                .containsExactly(
                        "thread \"open\" in receive of 10.0.0.1:53",
                        "thread \"connected\" in awaitReceived of 10.0.0.1:54 -> 10.0.0.1:53");
    }

    @Test
    void aHostIsNamedIfTheAddressDoesNotTellIt() throws Exception {
        Host db = network.host("db", "10.0.0.5");
        Listener anywhere = db.listen("0.0.0.0:80");
        Listener own = db.listen("10.0.0.5:81");
        Listener path = db.listen("unix:/run/db.sock");
        Background.run("1", () -> anywhere.accept()).awaitParked();
        Background.run("2", () -> own.awaitAcceptable()).awaitParked();
        Background.run("3", () -> path.accept()).awaitParked();

        assertThat(network.snapshot().waiters())
                .extracting(WaitersTest::withoutLine)
                .containsExactly(
                        "thread \"1\" in accept of *:80 of db",
                        "thread \"2\" in awaitAcceptable of 10.0.0.5:81",
                        "thread \"3\" in accept of unix:/run/db.sock of db");
    }

    @Test
    void aWaitIsLimitedByATimeoutOrByTheLimitOfAnAwait() throws Exception {
        Connection plain = end();
        Connection timed = end().readTimeout(SECOND);
        Listener listener = network.listen("10.0.0.1:80");
        Background.run("plain", () -> plain.read(ByteBuffer.allocate(1))).awaitParked();
        Background.run("timed", () -> timed.read(ByteBuffer.allocate(1))).awaitParked();
        Background.run("await", () -> plain.peer().awaitReadable()).awaitParked();
        Background.run("accept", () -> listener.accept(SECOND)).awaitParked();

        assertThat(network.snapshot().waiters())
                .filteredOn(waiter -> !waiter.limited())
                .extracting(Waiter::name)
                .containsExactly("thread \"plain\"");
        assertThat(network.snapshot().waiters()).hasSize(4);
    }

    @Test
    void waitersAreInTheOrderOfTheRows() throws Exception {
        DatagramEndpoint datagrams = network.bindDatagram("10.0.0.1:53");
        ConnectionPair pair = network.pair();
        Listener listener = network.listen("10.0.0.1:80");
        Background.run("listens", () -> network.awaitListening("10.0.0.9:0", SECOND))
                .awaitParked();
        Background.run("path", () -> network.awaitListening("unix:/run/db.sock"))
                .awaitParked();
        Background.run("receives", () -> datagrams.receive(ByteBuffer.allocate(1)))
                .awaitParked();
        Background.run("server", () -> pair.server().read(ByteBuffer.allocate(1)))
                .awaitParked();
        Background.run("client", () -> pair.client().read(ByteBuffer.allocate(1)))
                .awaitParked();
        Background.run("second", () -> pair.client().awaitPeerClosed()).awaitParked();
        Background.run("accepts", () -> listener.accept()).awaitParked();
        network.onSnapshot(null, () -> new Waiter("coroutine \"c\"", "join", "", null, false));
        Participation busy = network.participate();
        Background.run("idle", () -> network.awaitIdle()).awaitParked();

        Snapshot snapshot = network.snapshot();

        assertThat(snapshot.waiters())
                .extracting(WaitersTest::withoutLine)
                .containsExactly(
                        "thread \"accepts\" in accept of 10.0.0.1:80",
                        "thread \"client\" in read of 127.0.0.1:49153 -> 127.0.0.1:49152",
                        "thread \"second\" in awaitPeerClosed of 127.0.0.1:49153 -> 127.0.0.1:49152",
                        "thread \"server\" in read of 127.0.0.1:49152 -> 127.0.0.1:49153",
                        "thread \"receives\" in receive of 10.0.0.1:53",
                        "thread \"listens\" in awaitListening of any port of 10.0.0.9",
                        "thread \"path\" in awaitListening of unix:/run/db.sock",
                        "thread \"idle\" in awaitIdle of the network",
                        "coroutine \"c\" in join");
        assertThat(snapshot.rows()).extracting(row -> row.waiters().size()).containsExactly(1, 2, 1, 1);
        busy.close();
    }

    @Test
    void aThreadThatWaitsNoMoreIsNotListed() throws Exception {
        ConnectionPair pair = network.pair();
        Background<Integer> reader = Background.call(() -> pair.client().read(ByteBuffer.allocate(1)))
                .awaitParked();
        assertThat(network.snapshot().waiters()).hasSize(1);

        Text.write(pair.server(), "x");
        reader.result();

        assertThat(network.snapshot().waiters()).isEmpty();
        assertThat(network.failure("look")).hasMessageStartingWith("look\nProto ");
    }

    /** A stack that is read after a wait has ended shows the next wait, at another connection. */
    @Test
    void aStackOfALaterWaitIsNeverShown() throws Exception {
        try (Network real = Network.create()) {
            ConnectionPair first = real.pair();
            ConnectionPair second = real.pair();
            Background<Void> alternating = Background.run("alternating", () -> {
                for (int round = 0; round < 2_000; round++) {
                    first.client().read(ByteBuffer.allocate(1));
                    second.client().awaitReadable();
                    Text.tryRead(second.client());
                }
            });
            Background<Void> feeding = Background.run("feeding", () -> {
                for (int round = 0; round < 2_000; round++) {
                    Text.write(first.server(), "x");
                    first.server().awaitDrained();
                    Text.write(second.server(), "x");
                    second.server().awaitDrained();
                }
            });
            while (!alternating.isDone() || !feeding.isDone()) {
                Snapshot snapshot = real.snapshot();
                assertOperation(snapshot, first.client(), "read");
                assertOperation(snapshot, second.client(), "awaitReadable");
            }
            alternating.result();
            feeding.result();
        }
    }

    private static void assertOperation(Snapshot snapshot, Connection end, String operation) {
        String addresses = new Waiter("", "", end, null, false).subject();
        assertThat(snapshot.waiters())
                .filteredOn(waiter -> waiter.subject().equals(addresses))
                .allSatisfy(waiter -> assertThat(waiter.operation()).isEqualTo(operation));
    }

    /** A snapshot inside a wait: the last thread that goes to wait moves the clock, which runs the timer. */
    @Test
    void aThreadThatMovesTheClockFromItsWaitIsNamedByItsWait() throws Exception {
        try (Network moving = Network.create(
                NetworkConfig.builder().clocks(VirtualClock::selfAdvancing).build())) {
            ConnectionPair pair = moving.pair();
            CompletableFuture<List<Waiter>> seen = new CompletableFuture<>();
            Background<Integer> reader = Background.call(() -> {
                moving.participate();
                moving.clock().schedule(moving.clock().nanoTime() + 1, () -> {
                    seen.complete(moving.snapshot().waiters());
                    write(pair.server());
                });
                return pair.client().read(ByteBuffer.allocate(1));
            });

            assertThat(reader.result()).isEqualTo(1);
            assertThat(seen.get()).singleElement().satisfies(waiter -> {
                assertThat(waiter.operation()).isEqualTo("read");
                assertThat(sourceOf(waiter)).contains("return pair.client().read(");
            });
        }
    }

    @Test
    void aThreadOfTheJdkHasNoLine() throws Exception {
        Connection client = end();
        Thread thread = new Thread(client.network()::awaitIdle, "bare"); // no frame of this test
        Participation busy = network.participate();
        thread.start();
        while (network.snapshot().waiters().isEmpty()) {
            Thread.yield();
        }
        assertThat(onlyWaiter()).isEqualTo(new Waiter("thread \"bare\"", "awaitIdle", "the network", null, true));
        busy.close();
        thread.join();
    }

    @Test
    void aVirtualThreadIsNamedByItsNumber() throws Exception {
        assumeThat(Runtime.version().feature()).as("virtual threads").isGreaterThanOrEqualTo(21);
        Connection client = end();
        Thread thread = (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, (Runnable)
                        () -> read(client));
        while (network.snapshot().waiters().isEmpty()) {
            Thread.yield();
        }

        Waiter waiter = onlyWaiter();

        assertThat(waiter.name()).isEqualTo("thread #" + thread.getId());
        assertThat(waiter.operation()).isEqualTo("read");
        assertThat(sourceOf(waiter)).contains("end.read(");
        client.close();
        thread.join();
    }

    @Test
    void aListenerWithQueuedConnectionsAndNoAcceptSaysSo() throws Exception {
        Listener listener = network.listen("10.0.0.1:80");
        assertThat(noteOf(listener)).isEmpty();

        listener.connect();
        assertThat(noteOf(listener)).isEqualTo("no accept waits");

        listener.faults().accept(Fault.stall());
        Background<Void> acceptor =
                Background.run("acceptor", () -> listener.accept()).awaitParked();
        assertThat(noteOf(listener)).isEqualTo("accept stall() fired 1 and holds an operation");
        listener.close();
        acceptor.failure();
    }

    private String noteOf(Listener listener) {
        return network.snapshot().listeners().get(0).note();
    }

    private Waiter onlyWaiter() {
        List<Waiter> waiters = network.snapshot().waiters();
        assertThat(waiters).hasSize(1);
        return waiters.get(0);
    }

    private static String described(String thread, String operation, Connection end, int line) {
        return new Waiter("thread \"" + thread + '"', operation, end, frame(line), false).toString();
    }

    private static StackTraceElement frame(int line) {
        return new StackTraceElement("Any", "any", "WaitersTest.java", line);
    }

    private static String withoutLine(Waiter waiter) {
        assertThat(waiter.toString()).matches("[^\n]*?(, at WaitersTest\\.java:\\d+)?");
        return waiter.toString().replaceFirst(", at WaitersTest\\.java:\\d+$", "");
    }

    private static int line(Waiter waiter) {
        StackTraceElement line = waiter.line();
        assertThat(line).isNotNull();
        assertThat(line.getFileName()).isEqualTo("WaitersTest.java");
        return line.getLineNumber();
    }

    /** The line of this file at which {@code waiter} waits. */
    private static String sourceOf(Waiter waiter) throws IOException {
        return Files.readAllLines(SOURCE).get(line(waiter) - 1);
    }

    private static void read(Connection end) {
        try {
            end.read(ByteBuffer.allocate(1));
        } catch (IOException e) {
            // closed at the end of the test
        }
    }

    private static void write(Connection end) {
        try {
            Text.write(end, "x");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

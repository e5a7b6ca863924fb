package dev.nettest.samples.tour;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.samples.allowlist.AddressRange;
import dev.nettest.samples.allowlist.AllowList;
import dev.nettest.samples.congestion.Greeting;
import dev.nettest.samples.faults.Frames;
import dev.nettest.samples.faults.PatientAcceptor;
import dev.nettest.samples.server.Handler;
import dev.nettest.samples.server.InMemory;
import dev.nettest.samples.server.Server;
import dev.nettest.samples.server.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Demonstrates an in-memory network in a terminal, with the servers of the samples. Takes a few seconds. */
public final class Tour {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("10.0.0.5", 7);
    private static final Handler ECHO = (client, input, output) -> input.transferTo(output);
    private static final Logger LOGGER = Logger.getLogger("dev.nettest.samples");
    private static final byte[] HELLO = "hello".getBytes(UTF_8);

    private final Page page;

    private Tour(Page page) {
        this.page = page;
    }

    /** Runs all chapters. */
    public static void main(String[] arguments) throws Exception {
        LOGGER.setLevel(Level.OFF); // the tour provokes the servers' warnings
        new Tour(new Page(System.out)).run();
    }

    private void run() throws Exception {
        page.say("nettest is a network in memory. The library computes the following output now: every "
                + "table, exception and number. The servers are those in samples/src/main. They depend "
                + "only on a small transport interface of their own.");
        readiness();
        gracePeriod();
        congestion();
        deadlock();
        allowList();
        accepting();
        reset();
        new Loopback(page).compare();
    }

    private void readiness() throws Exception {
        page.title("1. The readiness race");
        page.say("A server starts on its own thread and binds its port later. A client must not connect "
                + "earlier, and a sleep is slow and unreliable. network.awaitListening(\"10.0.0.5:7\", "
                + "server) returns as soon as the server listens:");
        try (Network network = Network.create()) {
            Server server = new Server(ECHO, network.newExecutor(), Duration.ZERO);
            long start = System.nanoTime();
            Future<?> running = network.executor().submit(() -> server.run(InMemory.transport(network), ADDRESS));
            Connection client = network.awaitListening(ADDRESS, running).connect();
            client.outputStream().write(HELLO);
            String answer = new String(client.inputStream().readNBytes(HELLO.length), UTF_8);
            page.show("client: " + client);
            page.add("server: %s (%s after its start, in a cold JVM)", answer, elapsed(start));
        }
        page.say("If the server ends first, the test fails at once with the server's exception:");
        try (Network network = Network.create()) {
            Future<?> running = network.executor().submit(() -> {
                throw new SocketException("Permission denied");
            });
            network.awaitListening(ADDRESS, running);
        } catch (SocketException e) {
            page.show(e);
        }
    }

    private void gracePeriod() throws Exception {
        page.say("After stop() this server gives open conversations one minute, then closes them. On a "
                + "virtual clock the test moves the time:");
        VirtualClock clock = VirtualClock.manual();
        try (Network network =
                Network.create(NetworkConfig.builder().clock(clock).build())) {
            long start = System.nanoTime();
            Listener listener = network.listen(ADDRESS);
            Server server = new Server(ECHO, network.newExecutor(), Duration.ofMinutes(1));
            Future<?> running = network.executor().submit(() -> server.run(InMemory.acceptor(listener)));
            Connection client = listener.connect();
            client.outputStream().write(HELLO);
            client.awaitReadable(HELLO.length);
            server.stop();
            clock.advanceTimeBy(Duration.ofSeconds(59));
            page.show("after 59 s: " + client + ", server has ended: " + running.isDone());
            clock.advanceTimeBy(Duration.ofSeconds(1));
            page.add("after 60 s: %s, server has ended: %s", client, running.isDone());
            page.add("(in %s of real time)", elapsed(start));
        }
    }

    private void congestion() throws Exception {
        page.title("2. Congestion");
        page.say("If the reader has a buffer of one byte, a write of five bytes blocks, like a write to a "
                + "slow peer. writer.awaitWriteBlocked() returns when the write blocks. Then "
                + "network.snapshot() shows:");
        try (Network network = Network.create()) {
            ConnectionPair pair = network.pair();
            Connection writer = pair.client();
            Connection reader = pair.server().receiveBufferSize(1);
            Future<?> writing = network.executor().submit(() -> {
                writer.outputStream().write(HELLO);
                return null;
            });
            writer.awaitWriteBlocked();
            page.show(network.snapshot());
            String heard = new String(reader.inputStream().readNBytes(HELLO.length), UTF_8);
            writer.awaitDrained();
            writing.get();
            page.say("The reader reads \"" + heard + "\", and the write returns.");
        }
    }

    private void deadlock() throws Exception {
        page.say("Two peers that both write a greeting before they read work on TCP, because its buffers "
                + "hold a greeting. On a synchronous pipe a write returns when its bytes are read, so both "
                + "peers block forever. receiveBufferSize(0) makes such a pipe. A failed await prints its "
                + "condition and a network snapshot:");
        try (Network network = Network.create()) {
            ConnectionPair pair = network.pair();
            greet(pair.client().receiveBufferSize(0), "hello");
            greet(pair.server().receiveBufferSize(0), "welcome");
            pair.client().awaitWriteBlocked();
            pair.server().awaitWriteBlocked();
            pair.client().awaitDrained(Duration.ofMillis(1));
        } catch (AssertionError e) {
            page.show(e.getMessage());
        }
    }

    private static void greet(Connection connection, String greeting) {
        connection
                .network()
                .executor()
                .submit(() -> Greeting.exchange(
                        connection.inputStream(), connection.outputStream(), greeting.getBytes(UTF_8)));
    }

    private void allowList() throws Exception {
        page.title("3. Addresses");
        page.say("A client can have any source address: connect(end -> "
                + "end.localAddress(\"192.168.1.100:12345\")) needs no such interface. This server admits "
                + "only 10.0.0.0/8:");
        page.blank();
        try (Network network = Network.create()) {
            Listener listener = network.listen("*:443");
            AllowList handler = new AllowList(
                    List.of(AddressRange.of("10.0.0.0/8")),
                    (client, input, output) -> output.write(("welcome, " + client).getBytes(UTF_8)));
            Server server = new Server(handler, network.newExecutor(), Duration.ZERO);
            network.executor().submit(() -> server.run(InMemory.acceptor(listener)));
            for (String address : List.of("10.255.0.1:12345", "192.168.1.100:12345")) {
                Connection client = listener.connect(end -> end.localAddress(address));
                String heard = new String(client.inputStream().readAllBytes(), UTF_8);
                page.add("%-20s %s", address, heard.isEmpty() ? "end of stream" : heard);
            }
        }
    }

    private void accepting() throws Exception {
        page.title("4. Rare failures");
        page.say("The machine runs out of file descriptors, and accept fails twice. A server that backs "
                + "off continues. On a virtual clock the pauses take no real time:");
        VirtualClock clock = VirtualClock.manual();
        try (Network network =
                Network.create(NetworkConfig.builder().clock(clock).build())) {
            Listener listener = network.listen(ADDRESS);
            FaultHandle shortage = listener.faults()
                    .accept(Fault.failWith(() -> new IOException("Too many open files"))
                            .first(2));
            PatientAcceptor acceptor = new PatientAcceptor(InMemory.acceptor(listener), pause -> {
                page.add("accept fails, next try in %d ms", pause.toMillis());
                clock.sleep(pause);
            });
            listener.connect();
            page.blank();
            Future<Wire> accepted = network.executor().submit(acceptor::accept);
            clock.advanceUntilIdle();
            accepted.get().close();
            page.add("accept succeeds, %s", clock);
            page.add("%s", shortage);
        }
    }

    private void reset() throws Exception {
        page.say("A connection is reset after 1,024 bytes, in the second message. The parser under test "
                + "gets the same exception as from the kernel's TCP. The fault that caused it is attached "
                + "as a suppressed exception:");
        try (Network network = Network.create()) {
            Listener listener = network.listen("10.0.0.5:80");
            listener.faults().read(Fault.reset().afterBytes(1024));
            Connection client = listener.connect();
            Connection server = listener.accept();
            page.blank();
            try {
                for (int i = 0; i < 2; i++) {
                    Frames.write(client.outputStream(), new byte[700]);
                }
                while (true) {
                    int length = Frames.read(server.inputStream()).orElseThrow().length;
                    page.add("a message of %d bytes", length);
                }
            } catch (SocketException e) {
                page.add("%s", e);
                for (Throwable suppressed : e.getSuppressed()) {
                    page.add("    Suppressed: %s", suppressed);
                }
            }
        }
    }

    static String elapsed(long start) {
        long micros = (System.nanoTime() - start) / 1000;
        return micros < 10_000 ? micros + " us" : micros / 1000 + " ms";
    }
}

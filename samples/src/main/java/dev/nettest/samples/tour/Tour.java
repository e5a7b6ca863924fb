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

/** What an in-memory network is good for, told in a terminal, with the servers of the samples. Takes a few seconds. */
public final class Tour {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("10.0.0.5", 7);
    private static final Handler ECHO = (client, input, output) -> input.transferTo(output);
    private static final Logger LOGGER = Logger.getLogger("dev.nettest.samples");
    private static final byte[] HELLO = "hello".getBytes(UTF_8);

    private final Page page;

    private Tour(Page page) {
        this.page = page;
    }

    /** Tells the whole story. */
    public static void main(String[] arguments) throws Exception {
        LOGGER.setLevel(Level.OFF); // the servers' warnings are part of the story
        new Tour(new Page(System.out)).tell();
    }

    private void tell() throws Exception {
        page.say("nettest is a network in memory. What follows is computed while you read: every table, exception and "
                + "number comes from the library. The servers are those in samples/src/main; they know of no network but "
                + "their own small interface to it.");
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
        page.say(
                "A server starts on a thread of its own, and binds when it is ready. When may a client dial? Not after a "
                        + "sleep: network.awaitListening(\"10.0.0.5:7\", server) returns the moment somebody listens there.");
        try (Network network = Network.create()) {
            Server server = new Server(ECHO, network.newExecutor(), Duration.ZERO);
            long start = System.nanoTime();
            Future<?> running = network.executor().submit(() -> server.run(InMemory.transport(network), ADDRESS));
            Connection client = network.awaitListening(ADDRESS, running).connect();
            client.outputStream().write(HELLO);
            String answer = new String(client.inputStream().readNBytes(HELLO.length), UTF_8);
            page.show("client: " + client);
            page.add("server: %s (%s after its start, in a JVM that is still cold)", answer, elapsed(start));
        }
        page.say("If the server dies first, the test fails at once, and with the server's own exception:");
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
        page.say(
                "Asked to stop, that server gives open conversations a minute, and then cuts them. On a virtual clock a "
                        + "minute passes when the test says so:");
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
        page.say("Give the reader a buffer of one byte, and a write of five waits as it would for a peer far away. "
                + "writer.awaitWriteBlocked() returns when it does. This is what network.snapshot() shows then:");
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
            page.say("The reader reads \"" + heard + "\", and the writer goes on.");
        }
    }

    private void deadlock() throws Exception {
        page.say("Two peers that both greet before they listen get along on TCP, which has room for a greeting. On a "
                + "synchronous pipe, where a write returns when its bytes are read, they would wait for each other for ever. "
                + "receiveBufferSize(0) makes one, and an await that fails says what it waited for and what it saw:");
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
        page.say(
                "A client can come from anywhere: connect(end -> end.localAddress(\"192.168.1.100:12345\")) needs no such "
                        + "interface. The server lets 10.0.0.0/8 in, and nobody else:");
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
        page.title("4. The rare one per cent");
        page.say(
                "The machine is short of files for a moment, and accept fails twice. A server that backs off outlives it; "
                        + "on a virtual clock that takes no time:");
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
        page.say(
                "A connection breaks after 1,024 bytes, in the middle of the second message. The parser under test meets the "
                        + "very exception that the kernel's TCP would give it. Where it came from is attached, for whoever reads the "
                        + "stack trace:");
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

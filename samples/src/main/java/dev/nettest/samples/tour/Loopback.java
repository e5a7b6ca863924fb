package dev.nettest.samples.tour;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.samples.server.Acceptor;
import dev.nettest.samples.server.InMemory;
import dev.nettest.samples.server.Server;
import dev.nettest.samples.server.Sockets;
import dev.nettest.samples.server.Wire;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The same exchanges over sockets of the operating system and in memory. */
final class Loopback {

    private static final Duration EACH = Duration.ofSeconds(1);
    private static final int CONVERSATIONS = 50;
    private static final int ROUND_TRIPS = 200;
    private static final byte[] HELLO = "hello".getBytes(UTF_8);

    private final Page page;

    Loopback(Page page) {
        this.page = page;
    }

    /** A connection as the client sees it. */
    private record Line(InputStream input, OutputStream output, Closeable connection) implements Closeable {
        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    @FunctionalInterface
    private interface Dial {
        Line connect() throws IOException;
    }

    /** Nanoseconds. */
    private record Timing(long conversation, long roundTrip) {}

    void compare() throws Exception {
        page.title("5. Beside loopback");
        page.say(
                "The same code over sockets on loopback and in memory, the best of a second. A conversation is: connect, accept, "
                        + "say hello, hear it, answer, hear that, close; one thread plays both parts. A round trip is five bytes to the "
                        + "server of chapter 1, on its own thread, and back.");
        page.show("%-12s %16s %16s".formatted("", "a conversation", "a round trip"));
        report("loopback", overSockets());
        report("in memory", inMemory());
        page.say("The tests of all this are in samples/src/test.");
        page.blank();
    }

    private void report(String name, Timing timing) {
        page.add("%-12s %13.1f us %13.1f us", name, timing.conversation / 1000.0, timing.roundTrip / 1000.0);
    }

    private static Timing overSockets() throws Exception {
        InetAddress localhost = InetAddress.getLoopbackAddress();
        try (ServerSocketChannel listening = ServerSocketChannel.open().bind(new InetSocketAddress(localhost, 0))) {
            SocketAddress address = listening.getLocalAddress();
            return measure(Sockets.acceptor(listening), () -> {
                Socket socket = new Socket();
                socket.connect(address);
                socket.setTcpNoDelay(true);
                return new Line(socket.getInputStream(), socket.getOutputStream(), socket);
            });
        }
    }

    private static Timing inMemory() throws Exception {
        try (Network network = Network.create()) {
            Listener listener = network.listen();
            return measure(InMemory.acceptor(listener), () -> {
                var connection = listener.connect();
                return new Line(connection.inputStream(), connection.outputStream(), connection);
            });
        }
    }

    private static Timing measure(Acceptor acceptor, Dial dial) throws Exception {
        long conversation = best(() -> conversation(acceptor, dial));
        Server server = new Server(
                (client, input, output) -> input.transferTo(output), Executors.newCachedThreadPool(), Duration.ZERO);
        ExecutorService main = Executors.newSingleThreadExecutor();
        Future<?> running = main.submit(() -> server.run(acceptor));
        long roundTrip = best(() -> roundTrip(dial));
        server.stop();
        running.get();
        main.shutdown();
        return new Timing(conversation, roundTrip);
    }

    private static long best(Callable<Long> round) throws Exception {
        long end = System.nanoTime() + EACH.toNanos();
        long best = round.call();
        while (System.nanoTime() < end) {
            best = Math.min(best, round.call());
        }
        return best;
    }

    private static long conversation(Acceptor acceptor, Dial dial) throws IOException {
        long start = System.nanoTime();
        for (int i = 0; i < CONVERSATIONS; i++) {
            try (Line client = dial.connect();
                    Wire server = acceptor.accept()) {
                client.output.write(HELLO);
                hear(server.input());
                server.output().write(HELLO);
                hear(client.input);
            }
        }
        return (System.nanoTime() - start) / CONVERSATIONS;
    }

    private static long roundTrip(Dial dial) throws IOException {
        try (Line client = dial.connect()) {
            long start = System.nanoTime();
            for (int i = 0; i < ROUND_TRIPS; i++) {
                client.output.write(HELLO);
                hear(client.input);
            }
            return (System.nanoTime() - start) / ROUND_TRIPS;
        }
    }

    private static void hear(InputStream input) throws IOException {
        byte[] heard = input.readNBytes(HELLO.length);
        if (!Arrays.equals(heard, HELLO)) {
            throw new IOException("heard " + Arrays.toString(heard));
        }
    }
}

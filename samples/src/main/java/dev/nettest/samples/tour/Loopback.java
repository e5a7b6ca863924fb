package dev.nettest.samples.tour;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.samples.server.Acceptor;
import dev.nettest.samples.server.InMemory;
import dev.nettest.samples.server.Server;
import dev.nettest.samples.server.Sockets;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One exchange with one server, over sockets of the operating system and in memory. */
final class Loopback {

    private static final int ROUNDS = 8;
    private static final int CONVERSATIONS = 250;
    private static final int ROUND_TRIPS = 2_500;
    private static final byte[] QUESTION = "hello".getBytes(UTF_8);

    private final Page page;

    Loopback(Page page) {
        this.page = page;
    }

    /** A connection as the client sees it. */
    private record Line(InputStream input, OutputStream output, Closeable connection) implements Closeable {

        void ask() throws IOException {
            output.write(QUESTION);
            byte[] answer = input.readNBytes(QUESTION.length);
            if (!Arrays.equals(answer, QUESTION)) {
                throw new IOException("the answer was " + Arrays.toString(answer));
            }
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    @FunctionalInterface
    private interface Dial {
        Line connect() throws IOException;
    }

    void compare() throws Exception {
        page.title("5. Beside loopback");
        page.say(("The server of chapter 1, which answers each connection on a thread of its own, once over sockets on "
                        + "loopback, once in memory; the best of %d rounds each. A conversation is: connect, say hello, hear "
                        + "it, close.")
                .formatted(ROUNDS));
        page.show("%-12s %16s %16s".formatted("", "a conversation", "a round trip"));
        report("loopback", overSockets());
        report("in memory", inMemory());
        page.say("The tests to all of this are in samples/src/test.");
        page.blank();
    }

    private void report(String name, Timing timing) {
        page.add("%-12s %13.1f us %13.1f us", name, timing.conversation / 1000.0, timing.roundTrip / 1000.0);
    }

    /** Nanoseconds. */
    private record Timing(long conversation, long roundTrip) {}

    private static Timing overSockets() throws Exception {
        InetAddress localhost = InetAddress.getLoopbackAddress();
        try (ServerSocketChannel listening = ServerSocketChannel.open().bind(new InetSocketAddress(localhost, 0))) {
            SocketAddress address = listening.getLocalAddress();
            return converse(Sockets.acceptor(listening), () -> {
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
            return converse(InMemory.acceptor(listener), () -> {
                var connection = listener.connect();
                return new Line(connection.inputStream(), connection.outputStream(), connection);
            });
        }
    }

    private static Timing converse(Acceptor acceptor, Dial dial) throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Server server = new Server(
                (client, input, output) -> input.transferTo(output), Executors.newCachedThreadPool(), Duration.ZERO);
        Future<?> running = threads.submit(() -> server.run(acceptor));
        Timing best = new Timing(Long.MAX_VALUE, Long.MAX_VALUE);
        for (int round = 0; round < ROUNDS; round++) {
            best = new Timing(
                    Math.min(best.conversation, conversation(dial)), Math.min(best.roundTrip, roundTrip(dial)));
        }
        server.stop();
        running.get();
        threads.shutdown();
        return best;
    }

    private static long conversation(Dial dial) throws IOException {
        long start = System.nanoTime();
        for (int i = 0; i < CONVERSATIONS; i++) {
            try (Line line = dial.connect()) {
                line.ask();
            }
        }
        return (System.nanoTime() - start) / CONVERSATIONS;
    }

    private static long roundTrip(Dial dial) throws IOException {
        try (Line line = dial.connect()) {
            long start = System.nanoTime();
            for (int i = 0; i < ROUND_TRIPS; i++) {
                line.ask();
            }
            return (System.nanoTime() - start) / ROUND_TRIPS;
        }
    }
}

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

/** Compares the same exchanges over sockets of the operating system and in memory. */
final class Loopback {

    private static final Duration MEASUREMENT = Duration.ofSeconds(1);
    private static final int CONVERSATIONS = 50;
    private static final int ROUND_TRIPS = 200;
    private static final byte[] HELLO = "hello".getBytes(UTF_8);

    private final Page page;

    Loopback(Page page) {
        this.page = page;
    }

    /** The client's side of a connection. */
    private record Client(InputStream input, OutputStream output, Closeable connection) implements Closeable {
        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    @FunctionalInterface
    private interface Connector {
        Client connect() throws IOException;
    }

    /** Nanoseconds. */
    private record Timing(long conversation, long roundTrip) {}

    void compare() throws Exception {
        page.title("5. Compared with loopback");
        page.say("The same code runs over sockets on loopback and in memory; the table shows the best "
                + "time within a second. A conversation is: connect, accept, send five bytes each way, "
                + "close, all on one thread. A round trip is five bytes to the server of chapter 1, which "
                + "runs on its own thread, and back.");
        page.show("%-12s %16s %16s".formatted("", "a conversation", "a round trip"));
        report("loopback", overSockets());
        report("in memory", inMemory());
        page.say("The tests for these examples are in samples/src/test.");
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
                return new Client(socket.getInputStream(), socket.getOutputStream(), socket);
            });
        }
    }

    private static Timing inMemory() throws Exception {
        try (Network network = Network.create()) {
            Listener listener = network.listen();
            return measure(InMemory.acceptor(listener), () -> {
                var connection = listener.connect();
                return new Client(connection.inputStream(), connection.outputStream(), connection);
            });
        }
    }

    private static Timing measure(Acceptor acceptor, Connector connector) throws Exception {
        long conversation = best(() -> conversation(acceptor, connector));
        Server server = new Server(
                (client, input, output) -> input.transferTo(output), Executors.newCachedThreadPool(), Duration.ZERO);
        ExecutorService main = Executors.newSingleThreadExecutor();
        Future<?> running = main.submit(() -> server.run(acceptor));
        long roundTrip = best(() -> roundTrip(connector));
        server.stop();
        running.get();
        main.shutdown();
        return new Timing(conversation, roundTrip);
    }

    private static long best(Callable<Long> round) throws Exception {
        long end = System.nanoTime() + MEASUREMENT.toNanos();
        long best = round.call();
        while (System.nanoTime() < end) {
            best = Math.min(best, round.call());
        }
        return best;
    }

    private static long conversation(Acceptor acceptor, Connector connector) throws IOException {
        long start = System.nanoTime();
        for (int i = 0; i < CONVERSATIONS; i++) {
            try (Client client = connector.connect();
                    Wire server = acceptor.accept()) {
                client.output.write(HELLO);
                receive(server.input());
                server.output().write(HELLO);
                receive(client.input);
            }
        }
        return (System.nanoTime() - start) / CONVERSATIONS;
    }

    private static long roundTrip(Connector connector) throws IOException {
        try (Client client = connector.connect()) {
            long start = System.nanoTime();
            for (int i = 0; i < ROUND_TRIPS; i++) {
                client.output.write(HELLO);
                receive(client.input);
            }
            return (System.nanoTime() - start) / ROUND_TRIPS;
        }
    }

    private static void receive(InputStream input) throws IOException {
        byte[] received = input.readNBytes(HELLO.length);
        if (!Arrays.equals(received, HELLO)) {
            throw new IOException("received " + Arrays.toString(received));
        }
    }
}

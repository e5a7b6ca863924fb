package dev.nettest.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nettest.Network;
import dev.nettest.socket.NetworkSockets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A whole small test, as a user would write it: a network, a server on a thread of its own, a client, ten requests and
 * answers of a line, and all closes.
 */
public class SmallTestBenchmark {

    private static final int REQUESTS = 10;
    private static final byte[] LINE = "a request of a line\n".getBytes(US_ASCII);

    /** The thread of the server, which a test would take from its framework. */
    @State(Scope.Thread)
    public static class ServerThread {
        final ExecutorService executor = Executors.newSingleThreadExecutor();

        @TearDown
        public void end() {
            executor.shutdown();
        }
    }

    @Benchmark
    public int inMemory(ServerThread thread) throws Exception {
        try (Network network = Network.create()) {
            return test(thread, NetworkSockets.socketFactory(network), NetworkSockets.serverSocketFactory(network));
        }
    }

    @Benchmark
    public int onLoopback(ServerThread thread) throws Exception {
        return test(thread, SocketFactory.getDefault(), ServerSocketFactory.getDefault());
    }

    private static int test(ServerThread thread, SocketFactory clients, ServerSocketFactory servers) throws Exception {
        try (ServerSocket server = servers.createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Future<Integer> served = thread.executor.submit(() -> serve(server));
            try (Socket client = clients.createSocket(server.getInetAddress(), server.getLocalPort())) {
                client.setTcpNoDelay(true);
                for (int i = 0; i < REQUESTS; i++) {
                    client.getOutputStream().write(LINE);
                    client.getInputStream().readNBytes(LINE.length);
                }
            }
            return served.get();
        }
    }

    private static int serve(ServerSocket server) throws IOException {
        int requests = 0;
        try (Socket client = server.accept();
                BufferedReader reader = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII))) {
            client.setTcpNoDelay(true);
            for (String request; (request = reader.readLine()) != null; requests++) {
                client.getOutputStream().write((request + "\n").getBytes(US_ASCII));
            }
        }
        return requests;
    }
}

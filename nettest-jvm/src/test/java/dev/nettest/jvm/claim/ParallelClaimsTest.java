package dev.nettest.jvm.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.sun.net.httpserver.HttpServer;
import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetworkTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Tests that JUnit runs at the same time. Each has a network of its own, with equal names of hosts and equal ports. */
class ParallelClaimsTest {

    private static final int THREADS = 8;
    private static final int TESTS = Integer.getInteger("nettest.jvm.parallelTests", 200);

    private static final boolean RESOLVES_NAMES = Runtime.version().feature() >= 18;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void parallelTestsDoNotReachEachOther() {
        Events tests = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(OwnNetwork.class))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "" + THREADS)
                .execute()
                .testEvents();

        assertThat(tests.failed().stream()).isEmpty();
        assertThat(tests.succeeded().count()).isEqualTo(TESTS);
    }

    /** No socket of the kernel is made: that would fail the test that made it, and all others that run. */
    @JvmNetworkTest(forbidRealSockets = true)
    @Execution(ExecutionMode.CONCURRENT)
    static class OwnNetwork {

        static Stream<Integer> tokens() {
            return Stream.iterate(0, token -> token + 1).limit(TESTS);
        }

        /** Every second test makes the hosts in the other order, so that a name has another number there. */
        @ParameterizedTest
        @MethodSource("tokens")
        void reachesItsOwnServersOnly(int token, Claim claim, Network network) throws Exception {
            List<String> names = token % 2 == 0 ? List.of("api", "db") : List.of("db", "api");
            names.forEach(claim::host);
            echoByChannels(address(claim, names, "api", 9), token);
            echoBySockets(address(claim, names, "db", 5432), "db", token);
            echoBySockets(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9), "localhost", token);
            echoByHttp(address(claim, names, "api", 80), claim.domain(), token);
            network.awaitUntil(() -> network.snapshot().connections().isEmpty()); // HttpClient closes in its own thread

            assertThat(network.hosts()).hasSize(2);
        }
    }

    private static InetSocketAddress address(Claim claim, List<String> names, String name, int port) {
        return new InetSocketAddress(claim.address(1 + names.indexOf(name)), port);
    }

    private static void echoByChannels(InetSocketAddress address, int token) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4);
        InetSocketAddress target = RESOLVES_NAMES ? new InetSocketAddress("api", address.getPort()) : address;
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(address);
                SocketChannel client = SocketChannel.open(target);
                SocketChannel accepted = server.accept()) {
            client.write(buffer.putInt(0, token));
            assertThat(accepted.read(buffer.clear())).isEqualTo(4);
            assertThat(buffer.getInt(0)).isEqualTo(token);
            assertThat(client.getLocalAddress()).isEqualTo(accepted.getRemoteAddress());
        }
    }

    private static void echoBySockets(InetSocketAddress address, String name, int token) throws IOException {
        try (ServerSocket server = new ServerSocket(address.getPort(), 1, address.getAddress());
                Socket client = new Socket(name, address.getPort());
                Socket accepted = server.accept()) {
            client.getOutputStream()
                    .write(ByteBuffer.allocate(4).putInt(0, token).array());
            byte[] read = accepted.getInputStream().readNBytes(4);
            assertThat(ByteBuffer.wrap(read).getInt()).isEqualTo(token);
            assertThat(client.getLocalSocketAddress()).isEqualTo(accepted.getRemoteSocketAddress());
        }
    }

    private static void echoByHttp(InetSocketAddress address, String domain, int token) throws Exception {
        HttpServer server = HttpServer.create(address, 0);
        server.createContext("/", exchange -> {
            byte[] body = String.valueOf(token).getBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            String host = RESOLVES_NAMES ? "api." + domain : address.getHostString();
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create("http://" + host + "/")).build();
            HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.body()).isEqualTo(String.valueOf(token));
        } finally {
            server.stop(0);
        }
    }
}

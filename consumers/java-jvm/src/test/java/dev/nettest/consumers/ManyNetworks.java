package dev.nettest.consumers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetworkTest;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many tests with equal names of hosts. Each has its own network, and a token that only its own servers know. The
 * subclasses let surefire spread the tests over processes. The property {@code networks} is their number in each.
 */
@JvmNetworkTest(forbidRealSockets = true)
abstract class ManyNetworks {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    static Stream<String> tokens() {
        long process = ProcessHandle.current().pid();
        return IntStream.range(0, Integer.getInteger("networks", 2)).mapToObj(test -> process + "-" + test);
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void reachesItsOwnServers(String token, Claim claim, Network network) throws Exception {
        boolean dbIsFirst = token.hashCode() % 2 == 0;
        claim.host(dbIsFirst ? "db" : "api");
        claim.host(dbIsFirst ? "api" : "db");
        String db = claim.address(dbIsFirst ? 1 : 2);
        String api = claim.address(dbIsFirst ? 2 : 1);

        try (ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress(db, 5432));
            assertEquals(token, bySocket(server, token));
            assertEquals(token, byChannel(server, db, token));
        }
        HttpServer server = HttpServer.create(new InetSocketAddress(api, 80), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, token.length());
            exchange.getResponseBody().write(token.getBytes());
            exchange.close();
        });
        server.start();
        assertEquals(token, byHttp(api));
        server.stop(0);
        network.awaitUntil(() -> network.snapshot().connections().isEmpty()); // HttpClient closes in its own thread
    }

    private static String bySocket(ServerSocket server, String token) throws Exception {
        try (Socket client = new Socket("db", 5432);
                Socket accepted = server.accept()) {
            accepted.getOutputStream().write(token.getBytes());
            accepted.shutdownOutput();
            return new String(client.getInputStream().readAllBytes());
        }
    }

    private static String byChannel(ServerSocket server, String db, String token) throws Exception {
        try (SocketChannel client = SocketChannel.open(new InetSocketAddress(db, 5432));
                Socket accepted = server.accept()) {
            client.write(ByteBuffer.wrap(token.getBytes()));
            client.shutdownOutput();
            accepted.getInputStream().transferTo(accepted.getOutputStream());
            accepted.shutdownOutput();
            return new String(Channels.newInputStream(client).readAllBytes());
        }
    }

    private static String byHttp(String api) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + api)).build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}

class Fork1Test extends ManyNetworks {}

class Fork2Test extends ManyNetworks {}

class Fork3Test extends ManyNetworks {}

class Fork4Test extends ManyNetworks {}

class Fork5Test extends ManyNetworks {}

class Fork6Test extends ManyNetworks {}

class Fork7Test extends ManyNetworks {}

class Fork8Test extends ManyNetworks {}

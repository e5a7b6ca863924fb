package dev.nettest.jvm.software;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.ClaimConfig;
import dev.nettest.jvm.JvmNetwork;
import dev.nettest.jvm.Localhost;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The HTTP server and client of the JDK, which take no factory and no provider. */
class JdkHttpTest {

    private final Network network = Network.create();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        network.close();
    }

    private static HttpServer serve(InetSocketAddress address) throws IOException {
        HttpServer server = HttpServer.create(address, 0);
        server.createContext("/", exchange -> {
            byte[] body = "hello".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private String get(String address) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + address + "/")).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    @Test
    void aRequestToAClaimedAddressStaysInMemory() throws Exception {
        try (Claim claim = JvmNetwork.claim(network)) {
            claim.host("web");
            HttpServer server = serve(new InetSocketAddress(claim.address(1), 80));

            assertThat(get(claim.address(1))).isEqualTo("hello");

            assertThat(network.snapshot().toString()).contains(claim.address(1) + ":80", "ESTABLISHED");
            server.stop(0);
        }
    }

    @Test
    void theSameClientReachesTheKernelToo() throws Exception {
        try (Claim claim = JvmNetwork.claim(network)) {
            claim.host("web");
            HttpServer real = serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            HttpServer memory = serve(new InetSocketAddress(claim.address(1), 80));

            for (int i = 0; i < 20; i++) {
                assertThat(get("127.0.0.1:" + real.getAddress().getPort())).isEqualTo("hello");
                assertThat(get(claim.address(1))).isEqualTo("hello");
            }
            real.stop(0);
            memory.stop(0);
        }
    }

    @Test
    void localhostOfAllThreadsBelongsToTheClaim() throws Exception {
        ClaimConfig config =
                ClaimConfig.builder().localhost(Localhost.ALL_THREADS).build();
        try (Claim claim = JvmNetwork.claim(network, config)) {
            HttpServer server = serve(new InetSocketAddress("localhost", 0));

            assertThat(get("localhost:" + server.getAddress().getPort())).isEqualTo("hello");

            assertThat(claim.network().snapshot().toString())
                    .contains(":" + server.getAddress().getPort(), "LISTEN");
            assertThatThrownBy(() -> get("localhost:1")).isInstanceOf(ConnectException.class);
            server.stop(0);
        }
    }

    @Test
    void aResetInsideTheBodyFailsTheRequest() throws Exception {
        try (Claim claim = JvmNetwork.claim(network)) {
            claim.host("web");
            HttpServer server = serve(new InetSocketAddress(claim.address(1), 80));
            Listener listener = network.awaitListening(claim.address(1) + ":80");
            listener.faults().write(Fault.reset().afterBytes(20));

            assertThatThrownBy(() -> get(claim.address(1))).isInstanceOf(IOException.class);
            server.stop(0);
        }
    }
}

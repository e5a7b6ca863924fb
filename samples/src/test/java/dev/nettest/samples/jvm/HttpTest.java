package dev.nettest.samples.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetworkTest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

// snippet: jvm-http
@JvmNetworkTest
class HttpTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;

    @BeforeEach
    void serve(Claim claim) throws IOException {
        claim.host("api"); // has the first address of the claim
        server = HttpServer.create(new InetSocketAddress(claim.address(1), 80), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write("hello".getBytes());
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop(Network network) {
        server.stop(0);
        network.awaitUntil(() -> network.snapshot().connections().isEmpty()); // the client closes in its own thread
    }

    private HttpResponse<String> get(Claim claim) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + claim.address(1))).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void greets(Claim claim) throws Exception {
        assertThat(get(claim).body()).isEqualTo("hello");
    }

    @Test
    void failsIfTheServerResetsInsideTheResponse(Claim claim, Network network) throws Exception {
        network.awaitListening(claim.address(1) + ":80")
                .faults()
                .write(Fault.reset().afterBytes(20));

        assertThatThrownBy(() -> get(claim)).isInstanceOf(IOException.class);
    }
}
// end snippet

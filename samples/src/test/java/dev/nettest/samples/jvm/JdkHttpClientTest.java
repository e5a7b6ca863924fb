package dev.nettest.samples.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Link;
import dev.nettest.Network;
import dev.nettest.ServerHandle;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetworkTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The HTTP client of the JDK, which takes no socket factory. */
@JvmNetworkTest
class JdkHttpClientTest {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch idle = new CountDownLatch(1);

    private static HttpRequest.Builder request(Claim claim) {
        return HttpRequest.newBuilder(URI.create("http://" + claim.address(1) + "/"));
    }

    private static HttpRequest get(Claim claim) {
        return request(claim).build();
    }

    private static HttpRequest post(Claim claim) {
        return request(claim).POST(HttpRequest.BodyPublishers.noBody()).build();
    }

    private CompletableFuture<String> send(HttpRequest request) {
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(HttpResponse::body);
    }

    /** Answers one request, and closes the connection when the test says that it has been idle for too long. */
    private void answerOnce(Connection connection) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(connection.inputStream()));
        requests.add(lines.readLine());
        while (!lines.readLine().isEmpty()) {
            // the rest of the header
        }
        connection.outputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes());
        if (requests.size() == 1) {
            try {
                idle.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the network ends
            }
        }
    }

    @Test
    void aSilentServerCostsTheConnectTimeout(Claim claim) {
        claim.host("api").crashSilently();
        HttpClient impatient =
                HttpClient.newBuilder().connectTimeout(Duration.ofMillis(50)).build();

        assertThatThrownBy(() -> impatient.send(get(claim), HttpResponse.BodyHandlers.discarding()))
                .isInstanceOf(HttpConnectTimeoutException.class);
    }

    // snippet: jvm-keep-alive-race
    /** Sends {@code request} on the idle connection, and closes that before the request has arrived. */
    private CompletableFuture<String> race(HttpRequest request, ServerHandle server, Network network) {
        Link link = network.defaultLink();
        link.hold();
        CompletableFuture<String> response = send(request);
        network.awaitUntil(() -> link.forward().heldBytes() > 0); // the request is in flight
        idle.countDown();
        network.awaitUntil(() -> !server.connections().get(0).isOpen()); // and so is the FIN of the server
        link.release();
        return response;
    }

    @Test
    void aGetThatMeetsTheCloseIsSentAgain(Claim claim, Network network) throws Exception {
        ServerHandle server = claim.host("api").listen(80).serve(this::answerOnce);
        send(get(claim)).get();

        assertThat(race(get(claim), server, network).get()).isEqualTo("ok");

        assertThat(requests).hasSize(2); // the server read two of the three
    }

    @Test
    void aPostThatMeetsTheCloseFails(Claim claim, Network network) throws Exception {
        ServerHandle server = claim.host("api").listen(80).serve(this::answerOnce);
        send(get(claim)).get();

        assertThatThrownBy(() -> race(post(claim), server, network).get()).hasCauseInstanceOf(IOException.class);

        assertThat(requests).hasSize(1);
    }
    // end snippet
}

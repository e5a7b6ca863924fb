package dev.nettest.samples.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetworkTest;
import io.undertow.Undertow;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

// snippet: jvm-undertow
/** A handler of Undertow that sends a page. */
@JvmNetworkTest
class UndertowTest {

    private static final String PAGE = "hello ".repeat(200_000);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final CompletableFuture<IOException> failure = new CompletableFuture<>();
    private Undertow undertow;

    private class Failures implements IoCallback {

        @Override
        public void onComplete(HttpServerExchange exchange, Sender sender) {
            exchange.endExchange();
        }

        @Override
        public void onException(HttpServerExchange exchange, Sender sender, IOException exception) {
            failure.complete(exception);
            exchange.endExchange();
        }
    }

    @BeforeEach
    void start(Claim claim) {
        claim.host("web");
        undertow = Undertow.builder()
                .addHttpListener(80, claim.address(1))
                .setHandler(exchange -> exchange.getResponseSender().send(PAGE, new Failures()))
                .build();
        undertow.start();
    }

    @AfterEach
    void stop() {
        undertow.stop();
    }

    private String get(Claim claim) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + claim.address(1))).build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    @Test
    void sendsAPage(Claim claim) throws Exception {
        assertThat(get(claim)).isEqualTo(PAGE);
    }

    @Test
    void isToldOfAResetInsideThePage(Claim claim, Network network) throws Exception {
        network.awaitListening(claim.address(1) + ":80")
                .faults()
                .write(Fault.reset().afterBytes(500_000));

        assertThatThrownBy(() -> get(claim)).isInstanceOf(IOException.class);
        assertThat(failure.get()).hasMessage("Connection reset by peer");
    }
}
// end snippet

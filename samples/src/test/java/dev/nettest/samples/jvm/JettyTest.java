package dev.nettest.samples.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetworkTest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

// snippet: jvm-jetty
/** A handler of Jetty that takes uploads. */
@JvmNetworkTest
class JettyTest {

    private static final byte[] FILE = new byte[1_000_000];

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final CompletableFuture<byte[]> upload = new CompletableFuture<>();
    private final Server server = new Server();

    private class Uploads extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            try (InputStream body = Content.Source.asInputStream(request)) {
                upload.complete(body.readAllBytes());
                callback.succeeded();
            } catch (IOException e) {
                upload.completeExceptionally(e);
                callback.failed(e);
            }
            return true;
        }
    }

    @BeforeEach
    void start(Claim claim) throws Exception {
        claim.host("files");
        ServerConnector connector = new ServerConnector(server);
        connector.setHost(claim.address(1));
        connector.setPort(80);
        server.addConnector(connector);
        server.setHandler(new Uploads());
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private int put(Claim claim) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + claim.address(1) + "/file"))
                .PUT(HttpRequest.BodyPublishers.ofByteArray(FILE))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Test
    void takesAFile(Claim claim) throws Exception {
        assertThat(put(claim)).isEqualTo(200);
        assertThat(upload.get()).hasSize(1_000_000);
    }

    @Test
    void isToldOfAResetInsideTheBody(Claim claim, Network network) throws Exception {
        network.awaitListening(claim.address(1) + ":80")
                .faults()
                .read(Fault.reset().afterBytes(300_000));

        assertThatThrownBy(() -> put(claim)).isInstanceOf(IOException.class);
        assertThatThrownBy(upload::get).hasCauseInstanceOf(EofException.class);
    }
}
// end snippet

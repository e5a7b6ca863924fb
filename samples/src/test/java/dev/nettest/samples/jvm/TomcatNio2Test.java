package dev.nettest.samples.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetworkTest;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.catalina.Context;
import org.apache.catalina.connector.ClientAbortException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

// snippet: jvm-tomcat-nio2
/** Embedded Tomcat with its NIO.2 connector, which uses asynchronous channels. */
@JvmNetworkTest
class TomcatNio2Test {

    private static final byte[] FILE = new byte[1_000_000];

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final CompletableFuture<byte[]> upload = new CompletableFuture<>();
    private final Tomcat tomcat = new Tomcat();

    private class Uploads extends HttpServlet {

        private static final long serialVersionUID = 1;

        @Override
        protected void doPut(HttpServletRequest request, HttpServletResponse response) throws IOException {
            try {
                upload.complete(request.getInputStream().readAllBytes());
            } catch (IOException e) {
                upload.completeExceptionally(e);
                throw e;
            }
        }
    }

    @BeforeEach
    void start(Claim claim, @TempDir Path directory) throws Exception {
        claim.host("files");
        Connector connector = new Connector("org.apache.coyote.http11.Http11Nio2Protocol");
        connector.setProperty("address", claim.address(1));
        connector.setPort(80);
        tomcat.setConnector(connector);
        tomcat.setBaseDir(directory.toString());
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "uploads", new Uploads()).addMapping("/");
        tomcat.start();
    }

    @AfterEach
    void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
    }

    private int put(Claim claim) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + claim.address(1) + "/file"))
                .PUT(BodyPublishers.ofByteArray(FILE))
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    @Test
    void takesAFileInSmallReads(Claim claim, Network network) throws Exception {
        network.awaitListening(claim.address(1) + ":80").faults().read(Fault.slice(7));

        assertThat(put(claim)).isEqualTo(200);
        assertThat(upload.get()).hasSize(1_000_000);
    }

    @Test
    void isToldOfAResetInsideTheBody(Claim claim, Network network) throws Exception {
        network.awaitListening(claim.address(1) + ":80")
                .faults()
                .read(Fault.reset().afterBytes(300_000));

        assertThatThrownBy(() -> put(claim)).isInstanceOf(IOException.class);
        assertThatThrownBy(upload::get).hasCauseInstanceOf(ClientAbortException.class);
    }
}
// end snippet

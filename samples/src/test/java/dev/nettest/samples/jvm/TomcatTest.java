package dev.nettest.samples.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Fault;
import dev.nettest.FaultHandle;
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
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

// snippet: jvm-tomcat
/** Embedded Tomcat with its NIO connector. */
@JvmNetworkTest
class TomcatTest {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Tomcat tomcat = new Tomcat();

    private static class Hello extends HttpServlet {

        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().write("hello " + request.getRemoteAddr());
        }
    }

    @BeforeEach
    void start(Claim claim, @TempDir Path directory) throws Exception {
        claim.host("web");
        tomcat.setBaseDir(directory.toString());
        tomcat.setPort(80);
        tomcat.getConnector().setProperty("address", claim.address(1));
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "hello", new Hello()).addMapping("/");
        tomcat.start();
    }

    @AfterEach
    void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
    }

    @Test
    void goesOnAfterAnAcceptHasFailed(Claim claim, Network network) throws Exception {
        FaultHandle full = network.awaitListening(claim.address(1) + ":80")
                .faults()
                .accept(Fault.failWith(() -> new IOException("Too many open files"))
                        .first(2));

        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + claim.address(1))).build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo("hello 127.0.0.1");
        assertThat(full.fireCount()).isEqualTo(2);
    }
}
// end snippet

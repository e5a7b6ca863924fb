package dev.nettest.samples.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Trace;
import dev.nettest.TraceLevel;
import dev.nettest.socket.TestTls;
import dev.nettest.trace.Pcapng;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network's traffic as a file for Wireshark. */
class CaptureTest {

    @TempDir
    Path directory;

    @Test
    void aCaptureHasTheBytesOfARequest() throws IOException {
        Path file = directory.resolve("quote.pcapng");

        captureQuote(file);

        assertThat(file).content(StandardCharsets.ISO_8859_1).contains("GET /quote HTTP/1.1");
    }

    // snippet: capture-java
    private static void captureQuote(Path file) throws IOException {
        NetworkConfig config =
                NetworkConfig.builder().trace(TraceLevel.PAYLOADS).build();
        try (Network network = Network.create(config)) {
            Host app = network.host("app", "10.0.0.2");
            Host market = network.host("market", "10.0.0.5");
            try (Listener listener = market.listen(80);
                    Connection client = app.connect("market:80");
                    Connection server = listener.accept()) {
                client.outputStream().write("GET /quote HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                server.outputStream().write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            Pcapng.write(network.trace(), file); // open it with: wireshark quote.pcapng
        }
    }
    // end snippet

    @Test
    void aCaptureHasTheSecretsOfTls() throws Exception {
        Path file = directory.resolve("secure.pcapng");
        try (Network network = Network.create(
                NetworkConfig.builder().trace(TraceLevel.PAYLOADS).build())) {
            TestTls tls = TestTls.selfSigned("market");
            Host market = network.host("market", "10.0.0.5");
            try (ServerSocket listener = tls.serverSocketFactory(market).createServerSocket(443)) {
                Future<?> server = network.executor().submit(() -> {
                    try (Socket accepted = listener.accept()) {
                        accepted.getOutputStream()
                                .write(accepted.getInputStream().readNBytes(4));
                    }
                    return null;
                });
                try (Socket client = tls.socketFactory(network).createSocket("market", 443)) {
                    client.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
                    assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("ping");
                }
                server.get();
            }

            captureTls(network, tls, file);
        }

        assertThat(file)
                .content(StandardCharsets.ISO_8859_1)
                .contains("CLIENT_TRAFFIC_SECRET_0 ", "SERVER_TRAFFIC_SECRET_0 ")
                .doesNotContain("ping");
    }

    private static void captureTls(Network network, TestTls tls, Path file) throws IOException {
        // snippet: capture-tls-java
        Trace trace = network.trace();
        Pcapng.write(trace, tls.keyLog(trace), file);
        // end snippet
    }
}

package dev.nettest.samples.readiness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.socket.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A third-party TLS server that starts on its own thread: MockWebServer, unmodified. */
@ExtendWith(NetworkExtension.class)
class HttpsReadinessTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final MockWebServer server = new MockWebServer();
    private final TestTls tls = TestTls.selfSigned("10.0.0.5");
    private OkHttpClient client;

    @BeforeEach
    void trustTheServer(Network network) {
        client = new OkHttpClient.Builder()
                .socketFactory(NetworkSockets.socketFactory(network))
                .sslSocketFactory(tls.clientContext().getSocketFactory(), tls.trustManager())
                .build();
        server.enqueue(new MockResponse.Builder().body("hello").build());
    }

    @AfterEach
    void endAll() {
        client.connectionPool().evictAll();
        server.close();
        threads.shutdownNow();
    }

    // snippet: readiness-https
    @Test
    void theClientConnectsAsSoonAsTheServerListens(Network network) throws Exception {
        Future<?> starting = threads.submit(() -> start(network));

        network.awaitListening("10.0.0.5:443", starting); // no polling, no sleep

        assertThat(get()).isEqualTo("hello");
    }
    // end snippet

    @Test
    void aHandshakeThatIsResetFails(Network network) throws Exception {
        start(network);
        network.awaitListening("10.0.0.5:443").faults().write(Fault.reset().afterBytes(100));

        assertThatThrownBy(this::get).isInstanceOf(SocketException.class).hasMessage("Connection reset");
    }

    @Test
    void anInterceptorFindsTheConnectionBelowTheTls(Network network) throws Exception {
        start(network);
        List<Connection> seen = new CopyOnWriteArrayList<>();
        client = client.newBuilder()
                .addNetworkInterceptor(chain -> {
                    seen.add(NetworkSockets.connection(chain.connection().socket()));
                    return chain.proceed(chain.request());
                })
                .build();

        assertThat(get()).isEqualTo("hello");

        assertThat(seen)
                .singleElement()
                .satisfies(connection ->
                        assertThat(connection.remoteAddress()).isEqualTo(new InetSocketAddress("10.0.0.5", 443)));
    }

    private Void start(Network network) throws IOException {
        server.useHttps(tls.serverContext().getSocketFactory());
        server.setServerSocketFactory(NetworkSockets.serverSocketFactory(network));
        server.start(InetAddress.getByName("10.0.0.5"), 443);
        return null;
    }

    private String get() throws IOException {
        Request request = new Request.Builder().url("https://10.0.0.5/").build();
        try (Response response = client.newCall(request).execute()) {
            return response.body().string();
        }
    }
}

package dev.nettest.samples.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** OkHttp and MockWebServer, unmodified, over HTTP/1.1: resets, refused connects and stale connections. */
@ExtendWith(NetworkExtension.class)
class DownloadTest {

    /** A constant, because {@code server.url("/")} would look up 10.0.0.5 in the real name service. */
    private static final HttpUrl URL = HttpUrl.get("http://10.0.0.5/");

    private static final byte[] FILE = new byte[3000];

    static {
        new Random(1).nextBytes(FILE);
    }

    private final MockWebServer server = new MockWebServer();
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private OkHttpClient client;

    // snippet: okhttp-seam
    @BeforeEach
    void useTheNetwork(Network network) {
        server.setServerSocketFactory(NetworkSockets.serverSocketFactory(network));
        client = new OkHttpClient.Builder()
                .socketFactory(NetworkSockets.socketFactory(network, connections::add))
                .dns(network::resolve)
                .build();
    }
    // end snippet

    @AfterEach
    void closeAll() {
        client.connectionPool().evictAll();
        server.close();
    }

    // snippet: okhttp-reset
    @Test
    void aDownloadResumesAfterAReset(Network network) throws Exception {
        startServer();
        server.setDispatcher(new Ranges());
        network.awaitListening("10.0.0.5:80").faults().write(Fault.reset().afterBytes(1000));

        byte[] received = new Download(client, 4).fetch(URL);

        assertThat(received).isEqualTo(FILE);
        assertThat(ranges()).containsExactly("bytes=0-", "bytes=959-", "bytes=1918-", "bytes=2877-");
    }
    // end snippet

    @Test
    void aDownloadFailsAfterTooManyResets(Network network) throws Exception {
        startServer();
        server.setDispatcher(new Ranges());
        network.awaitListening("10.0.0.5:80").faults().write(Fault.reset().afterBytes(1000));

        assertThatThrownBy(() -> new Download(client, 3).fetch(URL))
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
        assertThat(ranges()).containsExactly("bytes=0-", "bytes=959-", "bytes=1918-");
    }

    // snippet: okhttp-refused
    @Test
    void aServerMayStartLater() throws Exception {
        assertThatThrownBy(() -> get()).isInstanceOf(ConnectException.class).hasRootCauseMessage("Connection refused");

        startServer();
        server.enqueue(new MockResponse.Builder().body("hello").build());

        assertThat(get()).isEqualTo("hello");
    }
    // end snippet

    @Test
    void aPooledConnectionThatWasResetIsReplaced() throws Exception {
        startServer();
        server.enqueue(new MockResponse.Builder().body("one").build());
        server.enqueue(new MockResponse.Builder().body("two").build());
        assertThat(get()).isEqualTo("one");

        connections.get(0).peer().reset();

        assertThat(get()).isEqualTo("two");
        assertThat(server.takeRequest().getConnectionIndex()).isZero();
        assertThat(server.takeRequest().getConnectionIndex()).isEqualTo(1);
    }

    // snippet: okhttp-doubt
    @Test
    void anOrderWhoseAnswerIsLostIsPlacedTwice() throws Exception {
        startServer();
        server.enqueue(new MockResponse.Builder().body("one").build());
        server.enqueue(new MockResponse.Builder().body("done").build());
        server.enqueue(new MockResponse.Builder().body("done again").build());
        get();

        connections.get(0).peer().faults().write(Fault.reset());
        RequestBody order = RequestBody.create("a piano", null);
        try (Response response = client.newCall(
                        new Request.Builder().url(URL).post(order).build())
                .execute()) {
            assertThat(response.body().string())
                    .isEqualTo("done again"); // on a kept connection OkHttp tries again by itself
        }
        assertThat(server.getRequestCount()).isEqualTo(3);
    }
    // end snippet

    private void startServer() throws IOException {
        server.start(InetAddress.getByName("10.0.0.5"), 80);
    }

    private String get() throws IOException {
        try (Response response =
                client.newCall(new Request.Builder().url(URL).build()).execute()) {
            return response.body().string();
        }
    }

    private List<String> ranges() throws InterruptedException {
        List<String> ranges = new ArrayList<>();
        while (ranges.size() < server.getRequestCount()) {
            ranges.add(server.takeRequest().getHeaders().get("Range"));
        }
        return ranges;
    }

    private static final class Ranges extends Dispatcher {
        @Override
        public MockResponse dispatch(RecordedRequest request) {
            String range = request.getHeaders().get("Range");
            int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            return new MockResponse.Builder()
                    .code(206)
                    .body(new Buffer().write(FILE, from, FILE.length - from))
                    .build();
        }
    }
}

package dev.nettest.samples.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetworkTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.impl.DefaultHttpRequestRetryStrategy;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

// snippet: jvm-http-async-client
/** The asynchronous client of Apache HttpComponents. */
@JvmNetworkTest
class HttpAsyncClientTest {

    private final CloseableHttpAsyncClient client = HttpAsyncClients.custom()
            .setRetryStrategy(new DefaultHttpRequestRetryStrategy(1, TimeValue.ofMilliseconds(1)))
            .build();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private Listener listener;

    @BeforeEach
    void serve(Claim claim) throws IOException {
        listener = claim.host("api").listen(80);
        listener.serve(this::answer);
        client.start();
    }

    @AfterEach
    void stop() {
        client.close(CloseMode.IMMEDIATE);
    }

    private void answer(Connection connection) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(connection.inputStream()));
        requests.add(lines.readLine());
        while (!lines.readLine().isEmpty()) {
            // the rest of the header
        }
        connection.outputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes());
    }

    private SimpleHttpResponse send(SimpleHttpRequest request) throws Exception {
        return client.execute(request, null).get();
    }

    @Test
    void aGetIsSentAgainAfterAReset(Claim claim) throws Exception {
        listener.faults().accept(Fault.reset().once()); // the server had no memory for the connection

        SimpleHttpRequest get =
                SimpleRequestBuilder.get("http://" + claim.address(1)).build();

        assertThat(send(get).getBodyText()).isEqualTo("ok");
    }

    @Test
    void aPostIsNot(Claim claim) {
        listener.faults().accept(Fault.reset().once());

        SimpleHttpRequest post =
                SimpleRequestBuilder.post("http://" + claim.address(1)).build();

        assertThatThrownBy(() -> send(post)).hasCauseInstanceOf(IOException.class);
        assertThat(requests).isEmpty();
    }
}
// end snippet

package dev.nettest.samples.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import javax.net.SocketFactory;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.DefaultHttpRequestRetryStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Apache HttpClient 5, classic and unmodified: resets, automatic retries and timeouts. Its connect and read timeouts
 * are those of the socket, on the network's clock. The timeout of a connection lease and the pauses between retries
 * take real time.
 */
class HttpClientTest {

    private final VirtualClock clock = VirtualClock.manual();

    @RegisterExtension
    final NetworkExtension networks = new NetworkExtension(
            NetworkConfig.builder().clock(clock).checks(true).build());

    private final MockWebServer server = new MockWebServer();
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private CloseableHttpClient client;

    // snippet: httpclient-seam
    /** Connects with {@code sockets}. All other settings are the usual ones. */
    private static final class OnSockets extends PoolingHttpClientConnectionManagerBuilder {
        private final SocketFactory sockets;

        OnSockets(SocketFactory sockets) {
            this.sockets = sockets;
        }

        @Override
        protected HttpClientConnectionOperator createConnectionOperator(
                SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
            return new DefaultHttpClientConnectionOperator(
                    proxy -> sockets.createSocket(),
                    ports,
                    names,
                    RegistryBuilder.<TlsSocketStrategy>create()
                            .register(URIScheme.HTTPS.id, tls)
                            .build());
        }
    }
    // end snippet

    @BeforeEach
    void useTheNetwork(Network network) throws Exception {
        server.setServerSocketFactory(NetworkSockets.serverSocketFactory(network));
        server.start(InetAddress.getByName("10.0.0.5"), 80);
        ConnectionConfig timeouts = ConnectionConfig.custom()
                .setConnectTimeout(Timeout.ofSeconds(10))
                .setSocketTimeout(Timeout.ofMinutes(3))
                .build();
        client = HttpClients.custom()
                .setConnectionManager(new OnSockets(NetworkSockets.socketFactory(network, connections::add))
                        .setDefaultConnectionConfig(timeouts)
                        .build())
                .setRetryStrategy(new DefaultHttpRequestRetryStrategy(1, TimeValue.ZERO_MILLISECONDS))
                .build();
    }

    @AfterEach
    void closeBoth() throws Exception {
        client.close();
        server.close();
    }

    // snippet: httpclient-reset
    @Test
    void anAnswerThatIsResetFails(Network network) throws Exception {
        server.enqueue(new MockResponse.Builder().body("x".repeat(3000)).build());
        network.awaitListening("10.0.0.5:80").faults().write(Fault.reset().afterBytes(1000));

        assertThatThrownBy(this::get).isInstanceOf(SocketException.class).hasMessage("Connection reset");
    }

    @Test
    void aPooledConnectionThatWasResetIsReplaced() throws Exception {
        server.enqueue(new MockResponse.Builder().body("one").build());
        server.enqueue(new MockResponse.Builder().body("two").build());
        assertThat(get()).isEqualTo("one");

        connections.get(0).peer().reset();

        assertThat(get()).isEqualTo("two"); // the client retries by itself
        assertThat(connections).hasSize(2);
    }
    // end snippet

    // snippet: httpclient-timeouts
    @Test
    void anUnansweredConnectTimesOutAfterTenSeconds(Network network) throws Exception {
        network.awaitListening("10.0.0.5:80").faults().connect(Fault.stall());
        Future<?> call = network.executor().submit(this::get);

        clock.advanceTimeBy(Duration.ofSeconds(10));

        assertThatThrownBy(call::get).hasCauseInstanceOf(ConnectTimeoutException.class);
    }

    @Test
    void aMissingAnswerTimesOutAfterThreeMinutes(Network network) throws Exception {
        Future<?> call = network.executor().submit(this::get); // the server has no answer enqueued

        clock.advanceTimeBy(Duration.ofSeconds(179));
        assertThat(call).isNotDone();

        clock.advanceTimeBy(Duration.ofSeconds(1));
        assertThatThrownBy(call::get).hasCauseInstanceOf(SocketTimeoutException.class);
    }
    // end snippet

    private String get() throws Exception {
        return client.execute(new HttpGet("http://10.0.0.5/"), response -> EntityUtils.toString(response.getEntity()));
    }
}

package dev.nettest.samples.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Network;
import dev.nettest.channel.NetworkChannels;
import dev.nettest.junit.NetworkExtension;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.net.SocketException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** An HTTP server and a client of Vert.x, over its own transport. */
@ExtendWith(NetworkExtension.class)
@Timeout(60)
class VertxTest {

    /** Vert.x logs the reset. A logger without a reference forgets its level. */
    private static final Logger LOG = Logger.getLogger("io.vertx");

    private Vertx vertx;
    private HttpClient client;

    @BeforeAll
    static void quiet() {
        LOG.setLevel(Level.OFF);
    }

    // snippet: vertx-seam
    @BeforeEach
    void startServerAndClient(Network network) throws Exception {
        vertx = Vertx.builder()
                .withTransport(new NetworkTransport(NetworkChannels.selectorProvider(network)))
                .with(new VertxOptions()
                        .setEventLoopPoolSize(1)
                        .setAddressResolverOptions(new AddressResolverOptions()
                                .setHostsValue(Buffer.buffer("10.0.0.5 files")))) // instead of a DNS server
                .build();
        vertx.createHttpServer()
                .requestHandler(request -> request.response().end(Buffer.buffer(new byte[100_000])))
                .listen(80, "10.0.0.5")
                .await();
        client = vertx.createHttpClient();
    }
    // end snippet

    @AfterEach
    void stop() throws Exception {
        vertx.close().await();
    }

    // snippet: vertx-reset
    @Test
    void aDownloadIsResetInTheMiddle(Network network) throws Exception {
        FaultHandle reset = network.awaitListening("10.0.0.5:80")
                .faults()
                .write(Fault.reset().afterBytes(50_000));

        assertThatThrownBy(() -> download().await())
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");

        reset.close();
        assertThat(download().await().length()).isEqualTo(100_000); // over a new connection
    }
    // end snippet

    private Future<Buffer> download() {
        return client.request(HttpMethod.GET, 80, "files", "/")
                .compose(request -> request.send())
                .compose(HttpClientResponse::body);
    }
}

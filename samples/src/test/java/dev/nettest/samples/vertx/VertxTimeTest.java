package dev.nettest.samples.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.junit.NetworkTest;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Timers and idle timeouts of Vert.x in virtual time: they take no real time, and are exact. */
@NetworkTest(clock = NetworkTest.Clock.SELF_ADVANCING)
@Timeout(60)
class VertxTimeTest {

    private Vertx vertx;
    private HttpClient client; // Vert.x closes a client without a reference
    private long begin;

    // snippet: vertx-time-seam
    @BeforeEach
    void startServer(Network network) throws Exception {
        vertx = Vertx.builder()
                .withTransport(new NetworkTransport.OnClock(network))
                .with(new VertxOptions().setEventLoopPoolSize(1))
                .build();
        vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(90)) // seconds
                .requestHandler(request -> request.response().end("hello"))
                .listen(80, "10.0.0.5")
                .await();
        client = vertx.createHttpClient();
        begin = network.clock().nanoTime();
    }
    // end snippet

    @AfterEach
    void stop() throws Exception {
        vertx.close().await();
    }

    // snippet: vertx-time
    @Test
    void aTimerOfAnHour(Network network) throws Exception {
        vertx.timer(1, TimeUnit.HOURS).await();

        assertThat(passed(network)).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aRequestWithoutAnAnswerTimesOut(Network network) throws Exception {
        network.awaitListening("10.0.0.5:80").faults().write(Fault.silence());
        RequestOptions options = new RequestOptions()
                .setHost("10.0.0.5")
                .setURI("/")
                .setIdleTimeout(Duration.ofSeconds(30).toMillis());

        assertThatThrownBy(() ->
                        client.request(options).compose(HttpClientRequest::send).await())
                .isInstanceOf(TimeoutException.class);
        assertThat(passed(network)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void theServerClosesAnIdleConnection(Network network) throws Exception {
        try (Connection client = network.connect("10.0.0.5:80")) {
            assertThat(client.inputStream().read()).isEqualTo(-1);
            assertThat(passed(network)).isEqualTo(Duration.ofSeconds(90));
        }
    }
    // end snippet

    private Duration passed(Network network) {
        return Duration.ofNanos(network.clock().nanoTime() - begin);
    }
}

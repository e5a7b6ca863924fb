package dev.nettest.samples.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.junit.NetworkTest;
import dev.nettest.samples.netty.NetworkEventLoops;
import dev.nettest.samples.netty.NetworkNames;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;
import reactor.netty.resources.ConnectionProvider;

/** The timeouts of Reactor Netty in virtual time: they take no real time, and are exact. */
@NetworkTest(clock = NetworkTest.Clock.SELF_ADVANCING)
@Timeout(60)
class WebClientTimeTest {

    private EventLoopGroup loops;
    private ConnectionProvider pool;
    private WebClient client;
    private long begin;

    // snippet: reactor-time-seam
    @BeforeEach
    void startServerAndClient(Network network) {
        loops = new NetworkEventLoops(network, 1);
        NetworkLoops onNetwork = new NetworkLoops(loops, NetworkEventLoops.provider(network.localhost()));
        HttpServer.create()
                .runOn(onNetwork)
                .bindAddress(() -> new InetSocketAddress("10.0.0.5", 80))
                .handle((request, response) -> response.sendString(Mono.just("hello")))
                .bindNow();

        pool = ConnectionProvider.builder("shop")
                .maxConnections(1)
                .pendingAcquireTimeout(Duration.ofSeconds(45))
                .pendingAcquireTimer((task, delay) -> {
                    Future<?> timer = loops.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
                    return () -> timer.cancel(false);
                })
                .build();
        HttpClient http = HttpClient.create(pool)
                .resolver(new NetworkNames(network))
                .runOn(onNetwork)
                .responseTimeout(Duration.ofSeconds(30));
        client = WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(http))
                .baseUrl("http://10.0.0.5")
                .build();
        begin = network.clock().nanoTime();
    }
    // end snippet

    @AfterEach
    void stop() throws InterruptedException {
        pool.dispose();
        loops.shutdownGracefully(1, 1_000, TimeUnit.MILLISECONDS).sync();
    }

    // snippet: reactor-time
    @Test
    void aResponseThatVanishesTimesOut(Network network) throws Exception {
        network.awaitListening("10.0.0.5:80").faults().write(Fault.silence());

        assertThatThrownBy(() -> hello().block()).hasRootCauseInstanceOf(ReadTimeoutException.class);
        assertThat(passed(network)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aResponseThatDripsDoesNotTimeOut(Network network) throws Exception {
        network.awaitListening("10.0.0.5:80").faults().write(Fault.drip(1, Duration.ofSeconds(29)));

        assertThat(hello().block()).isEqualTo("hello");
        assertThat(passed(network)).isEqualTo(Duration.ofSeconds(29 * 42)); // 43 bytes: 20 minutes
    }
    // end snippet

    // snippet: reactor-acquire
    @Test
    void aRequestWaitsForAConnectionOfThePool(Network network) throws Exception {
        network.awaitListening("10.0.0.5:80").faults().write(Fault.drip(1, Duration.ofSeconds(29)));
        hello().subscribe();

        assertThatThrownBy(() -> hello().block()).hasCauseInstanceOf(PoolAcquireTimeoutException.class);
        assertThat(passed(network)).isEqualTo(Duration.ofSeconds(45));
    }
    // end snippet

    private Mono<String> hello() {
        return client.get().uri("/hello").retrieve().bodyToMono(String.class);
    }

    private Duration passed(Network network) {
        return Duration.ofNanos(network.clock().nanoTime() - begin);
    }
}

package dev.nettest.samples.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.TimeoutClock;
import dev.nettest.channel.NetworkChannels;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.samples.netty.NetworkEventLoops;
import dev.nettest.samples.netty.NetworkNames;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.PrematureCloseException;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;

/** Spring's WebClient on Reactor Netty, with its connection pool, against an HTTP server of Reactor Netty. */
@ExtendWith(NetworkExtension.class)
@Timeout(60)
class WebClientTest {

    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final List<String> orders = new CopyOnWriteArrayList<>();
    private ConnectionProvider pool;
    private EventLoopGroup loops;
    private WebClient client;

    // snippet: reactor-seam
    @BeforeEach
    void startServerAndClient(Network network) {
        network.host("shop", "10.0.0.5");
        loops = new NetworkEventLoops(network, 1);
        NetworkLoops onNetwork = new NetworkLoops(
                loops, NetworkChannels.selectorProvider(network.localhost(), TimeoutClock.NETWORK, connections::add));

        HttpServer.create()
                .runOn(onNetwork)
                .bindAddress(() -> new InetSocketAddress("10.0.0.5", 80))
                .route(routes -> routes.get("/hello", (request, response) -> response.sendString(Mono.just("hello")))
                        .post(
                                "/orders",
                                (request, response) -> request.receive()
                                        .aggregate()
                                        .asString()
                                        .doOnNext(orders::add)
                                        .then(response.status(201).send())))
                .bindNow();

        pool = ConnectionProvider.create("shop", 1);
        HttpClient http = HttpClient.create(pool)
                .resolver(new NetworkNames(network)) // before runOn, which sets a DNS client otherwise
                .runOn(onNetwork);
        client = WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(http))
                .baseUrl("http://shop")
                .build();
    }
    // end snippet

    @AfterEach
    void stop() throws InterruptedException {
        pool.dispose();
        loops.shutdownGracefully(1, 1_000, TimeUnit.MILLISECONDS).sync();
    }

    // snippet: reactor-pool
    @Test
    void aConnectionThatIsResetInThePoolIsReplaced() throws Exception {
        assertThat(hello()).isEqualTo("hello");

        connections.get(0).peer().reset();
        connections.get(0).awaitClosed(); // the client has seen the reset

        assertThat(hello()).isEqualTo("hello");
        assertThat(connections).hasSize(2);
    }

    @Test
    void aRequestThatMeetsTheResetFails() {
        assertThat(hello()).isEqualTo("hello");

        connections.get(0).faults().write(Fault.reset()); // the pool has not seen it

        assertThatThrownBy(this::hello)
                .hasRootCauseInstanceOf(PrematureCloseException.class)
                .hasRootCauseMessage("Connection prematurely closed BEFORE response"); // no retry, not even of a GET
        assertThat(hello()).isEqualTo("hello");
    }
    // end snippet

    // snippet: reactor-lost
    @Test
    void anOrderWhoseAnswerIsLostIsPlacedOnce(Network network) throws Exception {
        network.awaitListening("10.0.0.5:80").faults().write(Fault.reset());

        assertThatThrownBy(() -> order("a piano"))
                .isInstanceOf(WebClientRequestException.class)
                .hasRootCauseMessage("Connection reset");
        assertThat(orders).containsExactly("a piano");
    }

    @Test
    void anAnswerEndsTooEarly(Network network) throws Exception {
        network.awaitListening("10.0.0.5:80")
                .faults()
                .write(Fault.halfClose().afterBytes(41)); // 38 bytes of head, then 3 of the body

        assertThatThrownBy(this::hello)
                .hasRootCauseInstanceOf(PrematureCloseException.class)
                .hasRootCauseMessage("Connection prematurely closed DURING response");
    }
    // end snippet

    private String hello() {
        return client.get().uri("/hello").retrieve().bodyToMono(String.class).block();
    }

    private void order(String item) {
        client.post()
                .uri("/orders")
                .bodyValue(item)
                .retrieve()
                .toBodilessEntity()
                .block();
    }
}

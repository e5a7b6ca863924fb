package dev.nettest.samples.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client with retries survives a partition, on a clock that the test moves. */
class RetryTest {

    private final VirtualClock clock = VirtualClock.manual();

    @RegisterExtension
    final NetworkExtension networks = new NetworkExtension(
            NetworkConfig.builder().clock(clock).checks(true).build());

    private final List<Long> attempts = new CopyOnWriteArrayList<>();
    private Host app;
    private Host market;
    private Quotes quotes;

    @BeforeEach
    void openTheMarket(Network network) throws IOException {
        app = network.host("app", "10.0.0.2");
        market = network.host("market", "10.0.0.5");
        network.link(app, market).latency(Duration.ofMillis(20));
        serve(market);
        quotes = new Quotes(
                NetworkSockets.socketFactory(app), new InetSocketAddress("10.0.0.5", 4000), Duration.ofSeconds(2));
    }

    // snippet: retry-java
    @Test
    void aClientSucceedsAfterThePartitionIsRepaired(Network network) throws Exception {
        Retry retry = new Retry(10, Duration.ofSeconds(1), Duration.ofSeconds(16), clock::sleep);
        network.partition(app, market);
        Future<String> price = network.executor()
                .submit(() -> retry.call(() -> {
                    attempts.add(Duration.ofNanos(clock.nanoTime()).toSeconds());
                    return quotes.ask("ACME");
                }));

        clock.advanceTimeBy(Duration.ofSeconds(30));
        network.repair(app, market);
        clock.advanceTimeBy(Duration.ofMillis(11_079));
        assertThat(price).isNotDone();
        clock.advanceTimeBy(Duration.ofMillis(1)); // from 41 s: a round trip to connect, and one to ask

        assertThat(price.get()).isEqualTo("ACME 42");
        // each but the last times out after two seconds
        assertThat(attempts).containsExactly(0L, 3L, 7L, 13L, 23L, 41L);
    }
    // end snippet

    @Test
    void itFailsAfterTheLastAttempt(Network network) {
        Retry retry = new Retry(3, Duration.ofSeconds(1), Duration.ofSeconds(16), clock::sleep);
        network.isolate(app);
        Future<String> price = network.executor().submit(() -> retry.call(() -> quotes.ask("ACME")));

        clock.advanceTimeBy(Duration.ofMillis(8_999));
        assertThat(price).isNotDone();
        clock.advanceTimeBy(Duration.ofMillis(1));

        assertThat(price).isDone();
        assertThatThrownBy(price::get)
                .hasCauseInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("Connect timed out");
    }

    private static void serve(Host market) throws IOException {
        Listener listener = market.listen(4000);
        market.network().executor().submit(() -> {
            while (true) {
                try (Connection client = listener.accept()) {
                    String symbol = new BufferedReader(
                                    new InputStreamReader(client.inputStream(), StandardCharsets.UTF_8))
                            .readLine();
                    client.outputStream().write((symbol + " 42\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        });
    }
}

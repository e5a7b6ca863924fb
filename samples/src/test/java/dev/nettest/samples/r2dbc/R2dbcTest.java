package dev.nettest.samples.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.TimeoutClock;
import dev.nettest.channel.NetworkChannels;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.samples.reactor.NetworkLoops;
import dev.nettest.samples.real.RealServer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.ValidationDepth;
import java.io.IOException;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;

/**
 * The R2DBC driver of PostgreSQL against a real server, a process on a real loopback port. If it is not installed, the
 * test is skipped.
 */
@ExtendWith(NetworkExtension.class)
@Timeout(60)
class R2dbcTest {

    private static RealServer postgres;

    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private EventLoopGroup loops;
    private PostgresqlConnectionFactory database;

    @BeforeAll
    static void startServer() throws IOException {
        Optional<String> missing = RealServer.missing("initdb");
        missing.ifPresent(reason -> System.err.println("skipped: " + reason));
        assumeTrue(missing.isEmpty(), () -> missing.get());
        postgres = RealServer.postgres();
    }

    @AfterAll
    static void stopServer() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
    }

    // snippet: r2dbc-seam
    @BeforeEach
    void useTheNetwork(Network network) throws IOException {
        network.bridge("10.0.0.5:5432", postgres.address());
        SelectorProvider provider =
                NetworkChannels.selectorProvider(network.localhost(), TimeoutClock.SYSTEM, connections::add);
        loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory(provider));
        database = new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host("10.0.0.5")
                .username("test")
                .database("postgres")
                .loopResources(new NetworkLoops(loops, provider)) // those of Reactor Netty
                .build());
    }
    // end snippet

    @AfterEach
    void stop() throws InterruptedException {
        loops.shutdownGracefully(1, 1_000, TimeUnit.MILLISECONDS).sync();
    }

    // snippet: r2dbc-reset
    @Test
    void aConnectionIsResetInsideAResult() throws Exception {
        PostgresqlConnection connection = database.create().block();
        List<Integer> rows = new CopyOnWriteArrayList<>();

        connections.get(0).peer().faults().write(Fault.reset().afterBytes(1320)); // in row 101

        assertThatThrownBy(() -> numbers(connection, 1000).doOnNext(rows::add).blockLast())
                .isInstanceOf(R2dbcNonTransientResourceException.class)
                .hasRootCauseMessage("Connection reset");
        assertThat(rows).hasSize(100).endsWith(100);
        connections.get(0).awaitClosed(); // by the driver
        assertThat(connection.validate(ValidationDepth.LOCAL).block()).isFalse();
    }
    // end snippet

    private static Flux<Integer> numbers(PostgresqlConnection connection, int count) {
        return connection
                .createStatement("select n from generate_series(1, " + count + ") n")
                .execute()
                .flatMap(result -> result.map((row, metadata) -> row.get("n", Integer.class)));
    }
}

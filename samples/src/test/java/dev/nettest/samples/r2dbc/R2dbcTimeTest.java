package dev.nettest.samples.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Network;
import dev.nettest.junit.NetworkTest;
import dev.nettest.samples.netty.NetworkEventLoops;
import dev.nettest.samples.reactor.NetworkLoops;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The connect timeout of the R2DBC driver in virtual time. It needs no server. */
@NetworkTest(clock = NetworkTest.Clock.SELF_ADVANCING)
@Timeout(60)
class R2dbcTimeTest {

    private EventLoopGroup loops;

    @BeforeEach
    void start(Network network) {
        loops = new NetworkEventLoops(network, 1);
    }

    @AfterEach
    void stop() throws InterruptedException {
        loops.shutdownGracefully(1, 1_000, TimeUnit.MILLISECONDS).sync();
    }

    // snippet: r2dbc-time
    @Test
    void aConnectToADeadHostTimesOut(Network network) {
        network.host("db", "10.0.0.9").crashSilently();
        PostgresqlConnectionFactory database =
                new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                        .host("10.0.0.9")
                        .username("test")
                        .connectTimeout(Duration.ofSeconds(20))
                        .loopResources(new NetworkLoops(loops, NetworkEventLoops.provider(network.localhost())))
                        .build());
        long begin = network.clock().nanoTime();

        assertThatThrownBy(() -> database.create().block()).hasCauseInstanceOf(ConnectTimeoutException.class);
        assertThat(Duration.ofNanos(network.clock().nanoTime() - begin)).isEqualTo(Duration.ofSeconds(20));
    }
    // end snippet
}

package dev.nettest.samples.netty;

import static dev.nettest.junit.NetworkTest.Clock.SELF_ADVANCING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.junit.NetworkTest;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTP/1.1 of Netty, unmodified. The server closes a connection that is silent for ten seconds. */
@NetworkTest(clock = SELF_ADVANCING)
@Timeout(60)
class NettyHttpTest {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("10.0.0.5", 80);

    private final HttpText.Response response = new HttpText.Response();
    private EventLoopGroup loops;

    @BeforeEach
    void startServer(Network network) throws InterruptedException {
        loops = new NetworkEventLoops(network, 2);
        network.names().set("shop", "10.0.0.5");
        Bootstraps.server(
                        loops,
                        network.localhost(),
                        pipeline -> pipeline.addLast(new ReadTimeoutHandler(10))
                                .addLast(new HttpServerCodec(), new HttpObjectAggregator(1_000))
                                .addLast(HttpText.server()))
                .bind(ADDRESS)
                .sync();
    }

    @AfterEach
    void stopLoops() throws InterruptedException {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    }

    // snippet: netty-http
    private ChannelFuture connect(Network network, String host) {
        return Bootstraps.client(
                        loops, network.localhost(), pipeline -> pipeline.addLast(new HttpClientCodec(), response))
                .resolver(new NetworkNames(network))
                .connect(host, 80);
    }

    @Test
    void aResponseIsResetInsideItsBody(Network network) throws Exception {
        network.awaitListening("10.0.0.5:80").faults().write(Fault.reset().afterBytes(541));

        connect(network, "shop").sync().channel().writeAndFlush(HttpText.get("/"));

        assertThatThrownBy(response.body::get).hasRootCauseInstanceOf(SocketException.class);
        assertThat(response.received).hasSize(500); // the head has 41 bytes
    }

    @Test
    void aRequestThatDripsIsNotEndedByAReadTimeout(Network network) throws Exception {
        network.awaitListening("10.0.0.5:80").faults().read(Fault.drip(1, Duration.ofSeconds(9)));

        connect(network, "shop").sync().channel().writeAndFlush(HttpText.get("/"));

        assertThat(response.body.get()).isEqualTo(HttpText.BODY); // each of the 30 bytes restarts the read timeout
        assertThat(network.clock().nanoTime())
                .isEqualTo(Duration.ofSeconds(29 * 9).toNanos());
    }
    // end snippet

    @Test
    void anUnknownNameIsAnErrorOfTheConnect(Network network) throws Exception {
        ChannelFuture connect = connect(network, "shup").await();

        assertThat(connect.cause()).isInstanceOf(UnknownHostException.class).hasMessage("shup");
    }

    @Test
    void allAddressesOfAName(Network network) throws Exception {
        network.names().set("shops", "10.0.0.5", "10.0.0.6");

        try (var names = new NetworkNames(network)) {
            var resolver = names.getResolver(loops.next());
            assertThat(resolver.resolveAll(InetSocketAddress.createUnresolved("shops", 80))
                            .get())
                    .extracting(InetSocketAddress::toString)
                    .containsExactly("shops/10.0.0.5:80", "shops/10.0.0.6:80");
        }
    }
}

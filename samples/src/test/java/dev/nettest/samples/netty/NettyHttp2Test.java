package dev.nettest.samples.netty;

import static dev.nettest.junit.NetworkTest.Clock.SELF_ADVANCING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.junit.NetworkTest;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTP/2 of Netty, unmodified. The client closes a connection that is silent for 30 s. */
@NetworkTest(clock = SELF_ADVANCING)
@Timeout(60)
class NettyHttp2Test {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("10.0.0.5", 80);

    private EventLoopGroup loops;

    @BeforeEach
    void startServer(Network network) throws InterruptedException {
        loops = new NetworkEventLoops(network, 2);
        Bootstraps.server(
                        loops,
                        network.localhost(),
                        connection -> connection.addLast(
                                Http2FrameCodecBuilder.forServer().build(),
                                new Http2MultiplexHandler(Bootstraps.initializer(stream -> stream.addLast(
                                        new Http2StreamFrameToHttpObjectCodec(true),
                                        new HttpObjectAggregator(1_000),
                                        HttpText.server())))))
                .bind(ADDRESS)
                .sync();
    }

    private Channel connect(Network network) throws InterruptedException {
        return Bootstraps.client(
                        loops,
                        network.localhost(),
                        connection -> connection.addLast(
                                new ReadTimeoutHandler(30),
                                Http2FrameCodecBuilder.forClient().build(),
                                new Http2MultiplexHandler(new ChannelInboundHandlerAdapter())))
                .connect(ADDRESS)
                .sync()
                .channel();
    }

    private HttpText.Response get(Channel connection, String path) {
        HttpText.Response response = new HttpText.Response();
        new Http2StreamChannelBootstrap(connection)
                .handler(Bootstraps.initializer(
                        stream -> stream.addLast(new Http2StreamFrameToHttpObjectCodec(false), response)))
                .open()
                .addListener((Future<Channel> stream) -> stream.getNow().writeAndFlush(HttpText.get(path)));
        return response;
    }

    // snippet: netty-http2
    @Test
    void aStallInsideAFrameStopsEachStream(Network network) throws Exception {
        network.awaitListening("10.0.0.5:80").faults().write(Fault.stall().afterBytes(1_500));
        Channel connection = connect(network);

        HttpText.Response first = get(connection, "/first");
        HttpText.Response second = get(connection, "/second");
        HttpText.Response third = get(connection, "/third");

        assertThat(first.body.get()).isEqualTo(HttpText.BODY);
        assertThatThrownBy(second.body::get).hasRootCauseMessage("closed");
        assertThatThrownBy(third.body::get).hasRootCauseMessage("closed");
        assertThat(network.clock().nanoTime()).isEqualTo(Duration.ofSeconds(30).toNanos());
    }
    // end snippet

    @Test
    void framesArriveByteByByte(Network network) throws Exception {
        network.faults().read(Fault.slice(1));

        Channel connection = connect(network);

        assertThat(get(connection, "/first").body.get()).isEqualTo(HttpText.BODY);
    }

    @AfterEach
    void stopLoops() throws InterruptedException {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    }
}

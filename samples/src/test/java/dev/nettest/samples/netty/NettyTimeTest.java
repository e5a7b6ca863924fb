package dev.nettest.samples.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.junit.NetworkTest;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Netty's timeouts in virtual time: they take no real time, and are exact. */
@NetworkTest(clock = NetworkTest.Clock.SELF_ADVANCING)
@Timeout(60)
class NettyTimeTest {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("10.0.0.5", 7);

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private EventLoopGroup loops;
    private long begin;

    @BeforeEach
    void startLoops(Network network) throws InterruptedException {
        loops = new NetworkEventLoops(network, 1);
        new ServerBootstrap()
                .group(loops)
                .channelFactory(() -> new NioServerSocketChannel(NetworkEventLoops.provider(network.localhost())))
                .childHandler(new ChannelInboundHandlerAdapter())
                .bind(ADDRESS)
                .sync();
        begin = network.clock().nanoTime();
    }

    @AfterEach
    void stopLoops() throws InterruptedException {
        // without a quiet period a loop that has just run a task ends before it closes its channels
        loops.shutdownGracefully(1, 1_000, TimeUnit.MILLISECONDS).sync();
    }

    // snippet: netty-time
    @RepeatedTest(10)
    void aReadTimeoutOfThirtySeconds(Network network) throws Exception {
        connect(network, new ReadTimeoutHandler(30));

        assertThat(events.take()).isEqualTo("ReadTimeoutException");
        assertThat(passed(network)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aTaskInAnHour(Network network) throws Exception {
        loops.schedule(() -> events.add("done"), 1, TimeUnit.HOURS);

        assertThat(events.take()).isEqualTo("done");
        assertThat(passed(network)).isEqualTo(Duration.ofHours(1));
    }
    // end snippet

    @RepeatedTest(10)
    void anIdleHandler(Network network) throws Exception {
        connect(network, new IdleStateHandler(5, 0, 0));

        assertThat(events.take()).isEqualTo("READER_IDLE");
        assertThat(passed(network)).isEqualTo(Duration.ofSeconds(5));
    }

    @RepeatedTest(10)
    void aConnectTimeout(Network network) throws Exception {
        network.host("db", "10.0.0.9").crashSilently();

        ChannelFuture connect = new Bootstrap()
                .group(loops)
                .channelFactory(() -> new NioSocketChannel(NetworkEventLoops.provider(network.localhost())))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 5_000)
                .handler(new ChannelInboundHandlerAdapter())
                .connect("10.0.0.9", 7)
                .await();

        assertThat(connect.cause()).isInstanceOf(ConnectTimeoutException.class);
        assertThat(passed(network)).isEqualTo(Duration.ofSeconds(5));
    }

    private Duration passed(Network network) {
        return Duration.ofNanos(network.clock().nanoTime() - begin);
    }

    private Channel connect(Network network, ChannelInboundHandlerAdapter timeouts) throws InterruptedException {
        return new Bootstrap()
                .group(loops)
                .channelFactory(() -> new NioSocketChannel(NetworkEventLoops.provider(network.localhost())))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(timeouts, new Recorder());
                    }
                })
                .connect(ADDRESS)
                .sync()
                .channel();
    }

    private final class Recorder extends ChannelInboundHandlerAdapter {

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            events.add(((IdleStateEvent) event).state().toString());
            context.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            events.add(cause.getClass().getSimpleName());
            context.close();
        }
    }
}

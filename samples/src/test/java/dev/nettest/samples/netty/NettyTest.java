package dev.nettest.samples.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.channel.NetworkChannels;
import dev.nettest.junit.NetworkExtension;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Netty, unmodified: its server and client take a selector provider. */
@ExtendWith(NetworkExtension.class)
@Timeout(60)
class NettyTest {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("10.0.0.5", 7);

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    // snippet: netty-setup
    private SelectorProvider provider;
    private EventLoopGroup loops;

    @BeforeEach
    void startLoops(Network network) {
        provider = NetworkChannels.selectorProvider(network);
        loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory(provider));
    }

    @AfterEach
    void stopLoops() throws InterruptedException {
        // without a quiet period a loop that has just run a task ends before it closes its channels
        loops.shutdownGracefully(1, 1_000, TimeUnit.MILLISECONDS).sync();
    }

    private Channel listen(ChannelHandler handler) throws InterruptedException {
        return new ServerBootstrap()
                .group(loops)
                .channelFactory(() -> new NioServerSocketChannel(provider))
                .childHandler(handler)
                .bind(ADDRESS)
                .sync()
                .channel();
    }

    private Channel connect(ChannelHandler handler) throws InterruptedException {
        return new Bootstrap()
                .group(loops)
                .channelFactory(() -> new NioSocketChannel(provider))
                .handler(handler)
                .connect(ADDRESS)
                .sync()
                .channel();
    }
    // end snippet

    // snippet: netty-server
    @Test
    void aServerAnswersLines(Network network) throws Exception {
        listen(lines((context, line) -> context.writeAndFlush("echo: " + line + "\n")));

        try (Connection client = network.connect("10.0.0.5:7")) {
            client.outputStream().write("hello\n".getBytes(US_ASCII));
            client.awaitReadable(12);

            assertThat(client.inputStream().readNBytes(12)).asString(US_ASCII).isEqualTo("echo: hello\n");
        }
    }
    // end snippet

    // snippet: netty-reset
    @Test
    void aClientSeesAResetInsideAMessage(Network network) throws Exception {
        listen(lines((context, line) -> context.writeAndFlush("a long answer\n")));
        network.awaitListening("10.0.0.5:7").faults().write(Fault.reset().afterBytes(6));

        Channel client = connect(lines((context, line) -> received.add(line)));
        client.writeAndFlush("question\n");

        assertThat(received.take()).isEqualTo("java.net.SocketException: Connection reset");
    }
    // end snippet

    /** Handles one line. */
    private interface LineHandler {
        void handle(ChannelHandlerContext context, String line);
    }

    private ChannelHandler lines(LineHandler handler) {
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline()
                        .addLast(new LineBasedFrameDecoder(80))
                        .addLast(new StringDecoder(US_ASCII), new StringEncoder(US_ASCII))
                        .addLast(new SimpleChannelInboundHandler<String>() {
                            @Override
                            protected void channelRead0(ChannelHandlerContext context, String line) {
                                handler.handle(context, line);
                            }

                            @Override
                            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                                received.add(cause.toString());
                                context.close();
                            }
                        });
            }
        };
    }
}

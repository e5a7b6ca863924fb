package dev.nettest.samples.netty;

import dev.nettest.Host;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.function.Consumer;

/** Bootstraps of channels on {@link NetworkEventLoops}. */
final class Bootstraps {

    private Bootstraps() {}

    // snippet: netty-bootstraps
    static ServerBootstrap server(EventLoopGroup loops, Host host, Consumer<ChannelPipeline> handlers) {
        return new ServerBootstrap()
                .group(loops)
                .channelFactory(() -> new NioServerSocketChannel(NetworkEventLoops.provider(host)))
                .childHandler(initializer(handlers));
    }

    static Bootstrap client(EventLoopGroup loops, Host host, Consumer<ChannelPipeline> handlers) {
        return new Bootstrap()
                .group(loops)
                .channelFactory(() -> new NioSocketChannel(NetworkEventLoops.provider(host)))
                .handler(initializer(handlers));
    }
    // end snippet

    static ChannelHandler initializer(Consumer<ChannelPipeline> handlers) {
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                handlers.accept(channel.pipeline());
            }
        };
    }
}

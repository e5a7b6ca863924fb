package dev.nettest.samples.reactor;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.channels.spi.SelectorProvider;
import reactor.netty.resources.LoopResources;

// snippet: reactor-loops
/** The event loops and channels of Reactor Netty, on a network. */
public final class NetworkLoops implements LoopResources {

    private final EventLoopGroup loops;
    private final SelectorProvider provider;

    public NetworkLoops(EventLoopGroup loops, SelectorProvider provider) {
        this.loops = loops;
        this.provider = provider;
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return loops; // a client takes it too
    }

    @Override
    public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
        if (type == SocketChannel.class) {
            return type.cast(new NioSocketChannel(provider));
        }
        if (type == ServerSocketChannel.class) {
            return type.cast(new NioServerSocketChannel(provider));
        }
        if (type == DatagramChannel.class) {
            return type.cast(new NioDatagramChannel(provider)); // of Netty's DNS client
        }
        throw new UnsupportedOperationException(type.getName());
    }
}
// end snippet

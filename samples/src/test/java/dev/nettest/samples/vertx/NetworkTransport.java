package dev.nettest.samples.vertx;

import dev.nettest.Network;
import dev.nettest.samples.netty.NetworkEventLoops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.vertx.core.spi.transport.Transport;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.ThreadFactory;

// snippet: vertx-transport
/** A transport of Vert.x on a network. */
class NetworkTransport implements Transport, io.vertx.core.transport.Transport {

    private final SelectorProvider provider;

    NetworkTransport(SelectorProvider provider) {
        this.provider = provider;
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return NioIoHandler.newFactory(provider);
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean unix) {
        return () -> new NioSocketChannel(provider);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean unix) {
        return () -> new NioServerSocketChannel(provider);
    }

    @Override
    public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
        return () -> new NioDatagramChannel(provider);
    }

    @Override
    @SuppressWarnings("deprecation") // Vert.x has the deprecated type in its interface
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return new NioDatagramChannel(provider, family);
    }

    @Override
    public String name() {
        return "network";
    }

    @Override
    public boolean available() {
        return true;
    }

    @Override
    public Throwable unavailabilityCause() {
        return null;
    }

    @Override
    public Transport implementation() {
        return this;
    }

    /** With timers and timeouts on the network's clock. The threads are those that Vert.x makes. */
    static final class OnClock extends NetworkTransport {

        private final Network network;

        OnClock(Network network) {
            super(NetworkEventLoops.provider(network.localhost()));
            this.network = network;
        }

        @Override
        public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
            return new NetworkEventLoops(network, threads, network.threadFactory(factory));
        }
    }
}
// end snippet

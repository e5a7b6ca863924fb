package dev.nettest.contract;

import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.channel.NetworkChannels;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.EnumSet;
import java.util.Set;

/** Blocking channels from the provider of a network, called through {@code java.nio} only. */
final class ChannelBackend implements StreamBackend {
    private final Network network;
    private final SelectorProvider provider;

    private ChannelBackend(NetworkConfig config) {
        this.network = Network.create(config);
        this.provider = NetworkChannels.selectorProvider(network);
    }

    static ChannelBackend open() {
        return new ChannelBackend(NetworkConfig.defaults());
    }

    @Override
    public JdkType jdkType() {
        return JdkType.CHANNEL;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.READ_TIMEOUT,
                Capability.ACCEPT_TIMEOUT,
                Capability.JDK_TYPE_THROUGHOUT,
                Capability.DEFAULT_BACKLOG,
                Capability.IPV6,
                Capability.MIXED_JDK_TYPES,
                Capability.FILL);
    }

    @Override
    public int capacity() {
        return network.config().receiveBufferSize();
    }

    @Override
    public int moreThanFits() {
        return 2 * capacity() + 3;
    }

    @Override
    public Pair pair(JdkType peer) throws IOException {
        SocketChannel connecting = provider.openSocketChannel();
        if (peer == JdkType.CHANNEL) {
            try (ServerSocketChannel server = provider.openServerSocketChannel()) {
                server.bind(StreamBackend.loopback(0));
                connecting.connect(server.getLocalAddress());
                return Pair.delivered(new LoopbackChannel(connecting), new LoopbackChannel(server.accept()));
            }
        }
        try (ServerSocket server = NetworkSockets.serverSocketFactory(network).createServerSocket()) {
            server.bind(StreamBackend.loopback(0));
            connecting.connect(server.getLocalSocketAddress());
            Socket accepted = server.accept();
            return Pair.delivered(new LoopbackChannel(connecting), SocketBackend.stream(accepted));
        }
    }

    @Override
    public Server bind(SocketAddress address, int backlog) throws IOException {
        ServerSocketChannel server = provider.openServerSocketChannel();
        server.bind(address, backlog);
        return new ChannelServer(server, LoopbackChannel::new);
    }

    @Override
    public Connector connector() throws IOException {
        return new ChannelConnector(provider.openSocketChannel(), LoopbackChannel::new);
    }

    /** The address of a bound channel that does not listen. */
    @Override
    public SocketAddress refusingAddress() throws IOException {
        return provider.openSocketChannel().bind(StreamBackend.loopback(0)).getLocalAddress();
    }

    @Override
    public void awaitBlocked(Thread thread) {
        Parked.await(thread);
    }

    @Override
    public long fill(Pair pair) throws IOException {
        return ((LoopbackChannel) pair.client()).fill();
    }

    @Override
    public void close() {
        network.close();
    }

    @Override
    public String toString() {
        return "channels with buffers of " + capacity() + " bytes";
    }
}

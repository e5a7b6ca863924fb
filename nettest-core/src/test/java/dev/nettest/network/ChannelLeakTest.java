package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.channel.NetworkChannels;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import org.junit.jupiter.api.Test;

/** The check of leaks names the lines that opened channels. */
class ChannelLeakTest {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 80);

    private final Network network =
            Network.create(NetworkConfig.builder().checksLeaks(true).build());
    private final SelectorProvider provider = NetworkChannels.selectorProvider(network);

    @Test
    void openChannelsAreLeaks() throws Exception {
        ServerSocketChannel server = provider.openServerSocketChannel().bind(ADDRESS);
        provider.openSocketChannel().connect(ADDRESS);
        server.accept();
        provider.openDatagramChannel().bind(ADDRESS);

        assertThatThrownBy(network::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("never closed:")
                .hasMessageContaining("server socket 127.0.0.1:80, bound at ChannelLeakTest.java:")
                .hasMessageContaining("-> 127.0.0.1:80, connected at ChannelLeakTest.java:")
                .hasMessageContaining("connection 127.0.0.1:80 -> 127.0.0.1:49152, accepted at ChannelLeakTest.java:")
                .hasMessageContaining("datagram socket 127.0.0.1:80, bound at ChannelLeakTest.java:");
    }

    @Test
    void closedChannelsAndPipesAreNoLeaks() throws Exception {
        Pipe pipe = provider.openPipe();
        try (ServerSocketChannel server = provider.openServerSocketChannel().bind(ADDRESS);
                SocketChannel client = provider.openSocketChannel();
                DatagramChannel datagrams = provider.openDatagramChannel().bind(ADDRESS)) {
            client.connect(ADDRESS);
            server.accept().close();
            datagrams.disconnect();
        }
        pipe.sink().close();
        network.close();
    }
}

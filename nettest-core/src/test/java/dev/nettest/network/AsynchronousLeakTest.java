package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.channel.NetworkChannels;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Asynchronous channels that stay open are reported with the lines that opened them. */
class AsynchronousLeakTest {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 80);

    @Test
    void openChannelsAreLeaks() throws Exception {
        Network network =
                Network.create(NetworkConfig.builder().checksLeaks(true).build());
        AsynchronousChannelProvider provider = NetworkChannels.asynchronousChannelProvider(network);
        Future<AsynchronousSocketChannel> accepted = accept(bind(provider));
        connect(provider).get();
        accepted.get();

        assertThatThrownBy(network::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("never closed:")
                .hasMessageContaining("server socket 127.0.0.1:80, bound at AsynchronousLeakTest.java:")
                .hasMessageContaining("connected at AsynchronousLeakTest.java:")
                .hasMessageContaining("accepted at AsynchronousLeakTest.java:");
    }

    private static AsynchronousServerSocketChannel bind(AsynchronousChannelProvider provider) throws IOException {
        return provider.openAsynchronousServerSocketChannel(null).bind(ADDRESS);
    }

    private static Future<AsynchronousSocketChannel> accept(AsynchronousServerSocketChannel server) {
        return server.accept();
    }

    private static Future<Void> connect(AsynchronousChannelProvider provider) throws IOException {
        return provider.openAsynchronousSocketChannel(null).connect(ADDRESS);
    }

    @Test
    void aChannelWhoseConnectFailedIsNoLeak() throws Exception {
        Network network =
                Network.create(NetworkConfig.builder().checksLeaks(true).build());
        AsynchronousChannelProvider provider = NetworkChannels.asynchronousChannelProvider(network);
        Future<Void> refused = connect(provider);
        assertThatThrownBy(refused::get).hasMessageContaining("Connection refused");
        network.close();
    }
}

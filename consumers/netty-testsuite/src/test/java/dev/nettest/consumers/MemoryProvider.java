package dev.nettest.consumers;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/** The provider of this JVM, named by a system property. Its channels belong to the network of {@link Traffic}. */
public final class MemoryProvider extends SelectorProvider {

    private final SelectorProvider provider = Traffic.selectorProvider();

    @Override
    public AbstractSelector openSelector() throws IOException {
        return Traffic.SELECTORS.counted(provider.openSelector());
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        return Traffic.STREAM_CHANNELS.counted(provider.openSocketChannel());
    }

    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
        return Traffic.STREAM_CHANNELS.counted(provider.openSocketChannel(family));
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return Traffic.SERVER_CHANNELS.counted(provider.openServerSocketChannel());
    }

    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
        return Traffic.SERVER_CHANNELS.counted(provider.openServerSocketChannel(family));
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return Traffic.DATAGRAM_CHANNELS.counted(provider.openDatagramChannel());
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        return Traffic.DATAGRAM_CHANNELS.counted(provider.openDatagramChannel(family));
    }

    @Override
    public Pipe openPipe() throws IOException {
        return provider.openPipe();
    }
}

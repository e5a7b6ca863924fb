package dev.nettest.jvm.internal.channel;

import dev.nettest.TimeoutClock;
import dev.nettest.jvm.internal.platform.Platform;
import dev.nettest.jvm.internal.platform.Switch;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's provider of channels and selectors, found by {@code ServiceLoader}. Its channels are the platform's, until
 * a bind or a connect meets an address that a network has claimed. Its constructor must not throw: on JDK 25 that would
 * end NIO for the whole JVM. So an unreachable platform is reported by the first channel.
 */
public final class RoutingSelectorProvider extends SelectorProvider {

    /** True if the platform's own objects are handed out. */
    private final boolean off = Switch.isOff();

    /** For {@code ServiceLoader}. */
    public RoutingSelectorProvider() {}

    static SelectorProvider platform() {
        return Platform.selectorProvider();
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        SocketChannel kernel = platform().openSocketChannel();
        return off ? kernel : new RoutedSocketChannel(this, kernel, StandardProtocolFamily.INET6);
    }

    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
        SocketChannel kernel = platform().openSocketChannel(family);
        return off ? kernel : new RoutedSocketChannel(this, kernel, family);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        ServerSocketChannel kernel = platform().openServerSocketChannel();
        return off ? kernel : new RoutedServerSocketChannel(this, kernel, StandardProtocolFamily.INET6);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
        ServerSocketChannel kernel = platform().openServerSocketChannel(family);
        return off ? kernel : new RoutedServerSocketChannel(this, kernel, family);
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        DatagramChannel kernel = platform().openDatagramChannel();
        return off ? kernel : new RoutedDatagramChannel(this, kernel, StandardProtocolFamily.INET6);
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        DatagramChannel kernel = platform().openDatagramChannel(family);
        return off ? kernel : new RoutedDatagramChannel(this, kernel, family);
    }

    @Override
    public Pipe openPipe() throws IOException {
        Pipe kernel = platform().openPipe();
        return off ? kernel : new RoutedPipe(this, kernel);
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        AbstractSelector kernel = platform().openSelector();
        return off ? kernel : new RoutedSelector(this, kernel, TimeoutClock.SYSTEM);
    }

    RoutedSelector openSelector(TimeoutClock timeouts) throws IOException {
        return new RoutedSelector(this, platform().openSelector(), timeouts);
    }

    @Override
    public @Nullable Channel inheritedChannel() throws IOException {
        Channel kernel = platform().inheritedChannel();
        if (off || kernel == null) {
            return kernel;
        }
        if (kernel instanceof SocketChannel socket) {
            return new RoutedSocketChannel(this, socket, StandardProtocolFamily.INET6);
        }
        if (kernel instanceof ServerSocketChannel server) {
            return new RoutedServerSocketChannel(this, server, StandardProtocolFamily.INET6);
        }
        return kernel instanceof DatagramChannel datagrams
                ? new RoutedDatagramChannel(this, datagrams, StandardProtocolFamily.INET6)
                : kernel;
    }
}

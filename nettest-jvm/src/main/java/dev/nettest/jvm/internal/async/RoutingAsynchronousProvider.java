package dev.nettest.jvm.internal.async;

import dev.nettest.jvm.internal.platform.Platform;
import dev.nettest.jvm.internal.platform.Switch;
import java.io.IOException;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.IllegalChannelGroupException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's provider of asynchronous channels, found by {@code ServiceLoader}. Its channels are the platform's, until a
 * bind or a connect meets an address that a network has claimed.
 */
public final class RoutingAsynchronousProvider extends AsynchronousChannelProvider {

    private final boolean off = Switch.isOff();

    /** For {@code ServiceLoader}. */
    public RoutingAsynchronousProvider() {}

    static AsynchronousChannelProvider platform() {
        return Platform.asynchronousChannelProvider();
    }

    @Override
    public AsynchronousChannelGroup openAsynchronousChannelGroup(int threads, ThreadFactory factory)
            throws IOException {
        AsynchronousChannelGroup kernel = platform().openAsynchronousChannelGroup(threads, factory);
        return off
                ? kernel
                : new RoutedGroup(this, kernel, provider -> provider.openAsynchronousChannelGroup(threads, factory));
    }

    @Override
    public AsynchronousChannelGroup openAsynchronousChannelGroup(ExecutorService executor, int initialSize)
            throws IOException {
        AsynchronousChannelGroup kernel = platform().openAsynchronousChannelGroup(executor, initialSize);
        return off
                ? kernel
                : new RoutedGroup(
                        this, kernel, provider -> provider.openAsynchronousChannelGroup(executor, initialSize));
    }

    @Override
    public AsynchronousServerSocketChannel openAsynchronousServerSocketChannel(@Nullable AsynchronousChannelGroup group)
            throws IOException {
        if (off) {
            return platform().openAsynchronousServerSocketChannel(group);
        }
        RoutedGroup routed = routed(group);
        return new RoutedAsynchronousServerChannel(
                this, routed, platform().openAsynchronousServerSocketChannel(RoutedGroup.kernel(routed)));
    }

    @Override
    public AsynchronousSocketChannel openAsynchronousSocketChannel(@Nullable AsynchronousChannelGroup group)
            throws IOException {
        if (off) {
            return platform().openAsynchronousSocketChannel(group);
        }
        RoutedGroup routed = routed(group);
        return new RoutedAsynchronousChannel(
                this, routed, platform().openAsynchronousSocketChannel(RoutedGroup.kernel(routed)));
    }

    private static @Nullable RoutedGroup routed(@Nullable AsynchronousChannelGroup group) {
        if (group == null || group instanceof RoutedGroup) {
            return (RoutedGroup) group;
        }
        throw new IllegalChannelGroupException();
    }
}

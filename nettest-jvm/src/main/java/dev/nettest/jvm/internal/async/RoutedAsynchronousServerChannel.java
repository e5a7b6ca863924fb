package dev.nettest.jvm.internal.async;

import dev.nettest.jvm.internal.channel.OptionCopy;
import dev.nettest.jvm.internal.claim.ClaimImpl;
import dev.nettest.jvm.internal.claim.Claims;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** An asynchronous server channel of the kernel, or of a network if it binds to an address of a claim. */
final class RoutedAsynchronousServerChannel extends AsynchronousServerSocketChannel {

    private final @Nullable RoutedGroup group;
    private volatile AsynchronousServerSocketChannel channel;

    /** Guarded by this object. */
    private boolean decided;

    RoutedAsynchronousServerChannel(
            AsynchronousChannelProvider provider, @Nullable RoutedGroup group, AsynchronousServerSocketChannel kernel) {
        super(provider);
        this.group = group;
        this.channel = kernel;
    }

    // ---- binding

    @Override
    public AsynchronousServerSocketChannel bind(@Nullable SocketAddress local, int backlog) throws IOException {
        ClaimImpl claim = Claims.toBind(local);
        if (claim != null) {
            handOver(claim.asynchronous(claim.hostToBind(local)));
        }
        channel.bind(local, backlog);
        return this;
    }

    private synchronized void handOver(AsynchronousChannelProvider provider) throws IOException {
        AsynchronousServerSocketChannel kernel = channel;
        if (decided || !kernel.isOpen() || kernel.getLocalAddress() != null) {
            return;
        }
        AsynchronousServerSocketChannel memory =
                provider.openAsynchronousServerSocketChannel(RoutedGroup.of(group, provider));
        try (AsynchronousServerSocketChannel fresh =
                RoutingAsynchronousProvider.platform().openAsynchronousServerSocketChannel(null)) {
            OptionCopy.copyChanged(kernel, fresh, memory);
        }
        decided = true;
        channel = memory;
        kernel.close();
    }

    // ---- accepting

    private AsynchronousSocketChannel routed(AsynchronousSocketChannel accepted) {
        return RoutedAsynchronousChannel.accepted(provider(), group, accepted);
    }

    @Override
    public <A> void accept(A attachment, CompletionHandler<AsynchronousSocketChannel, ? super A> handler) {
        Objects.requireNonNull(handler, "'handler' is null");
        channel.accept(attachment, new CompletionHandler<>() {
            @Override
            public void completed(AsynchronousSocketChannel accepted, A passed) {
                handler.completed(routed(accepted), passed);
            }

            @Override
            public void failed(Throwable failure, A passed) {
                handler.failed(failure, passed);
            }
        });
    }

    @Override
    public Future<AsynchronousSocketChannel> accept() {
        return new MappedFuture<>(channel.accept(), this::routed);
    }

    // ---- addresses and options

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        return channel.getLocalAddress();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return channel.supportedOptions();
    }

    @Override
    public <T> AsynchronousServerSocketChannel setOption(SocketOption<T> option, T value) throws IOException {
        channel.setOption(option, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return channel.getOption(option);
    }

    // ---- closing

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return channel.toString();
    }
}

package dev.nettest.jvm.internal.async;

import dev.nettest.jvm.internal.channel.OptionCopy;
import dev.nettest.jvm.internal.claim.ClaimImpl;
import dev.nettest.jvm.internal.claim.Claims;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An asynchronous channel of the kernel, or of a network if it binds or connects to an address of a claim. */
final class RoutedAsynchronousChannel extends AsynchronousSocketChannel {

    private final @Nullable RoutedGroup group;
    private volatile AsynchronousSocketChannel channel;

    /** Guarded by this object. */
    private boolean decided;

    RoutedAsynchronousChannel(
            AsynchronousChannelProvider provider, @Nullable RoutedGroup group, AsynchronousSocketChannel kernel) {
        super(provider);
        this.group = group;
        this.channel = kernel;
    }

    /** A channel over one that was accepted. */
    static RoutedAsynchronousChannel accepted(
            AsynchronousChannelProvider provider, @Nullable RoutedGroup group, AsynchronousSocketChannel accepted) {
        RoutedAsynchronousChannel routed = new RoutedAsynchronousChannel(provider, group, accepted);
        routed.decided = true;
        return routed;
    }

    // ---- routing

    private void routeBind(@Nullable SocketAddress local) throws IOException {
        ClaimImpl claim = Claims.toBindClient(local);
        if (claim != null) {
            handOver(claim.asynchronous(claim.hostToBind(local)));
        }
    }

    private void routeConnect(@Nullable SocketAddress remote) throws IOException {
        ClaimImpl claim = Claims.toConnect(remote);
        if (claim != null) {
            handOver(claim.asynchronous(claim.network().localhost()));
        }
    }

    private synchronized void handOver(AsynchronousChannelProvider provider) throws IOException {
        AsynchronousSocketChannel kernel = channel;
        if (decided || !kernel.isOpen() || kernel.getRemoteAddress() != null) {
            return;
        }
        AsynchronousSocketChannel memory = provider.openAsynchronousSocketChannel(RoutedGroup.of(group, provider));
        try (AsynchronousSocketChannel fresh =
                RoutingAsynchronousProvider.platform().openAsynchronousSocketChannel(null)) {
            OptionCopy.copyChanged(kernel, fresh, memory);
        }
        if (kernel.getLocalAddress() instanceof InetSocketAddress bound) {
            OptionCopy.bindLike(bound, memory);
        }
        decided = true;
        channel = memory;
        kernel.close();
    }

    // ---- binding and connecting

    @Override
    public AsynchronousSocketChannel bind(@Nullable SocketAddress local) throws IOException {
        routeBind(local);
        channel.bind(local);
        return this;
    }

    @Override
    public <A> void connect(SocketAddress remote, A attachment, CompletionHandler<Void, ? super A> handler) {
        try {
            routeConnect(remote);
        } catch (IOException e) {
            handler.failed(e, attachment);
            return;
        }
        channel.connect(remote, attachment, handler);
    }

    @Override
    public Future<Void> connect(SocketAddress remote) {
        try {
            routeConnect(remote);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        return channel.connect(remote);
    }

    // ---- reading and writing

    @Override
    public <A> void read(
            ByteBuffer target,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        channel.read(target, timeout, unit, attachment, handler);
    }

    @Override
    public Future<Integer> read(ByteBuffer target) {
        return channel.read(target);
    }

    @Override
    public <A> void read(
            ByteBuffer[] targets,
            int offset,
            int length,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Long, ? super A> handler) {
        channel.read(targets, offset, length, timeout, unit, attachment, handler);
    }

    @Override
    public <A> void write(
            ByteBuffer source,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        channel.write(source, timeout, unit, attachment, handler);
    }

    @Override
    public Future<Integer> write(ByteBuffer source) {
        return channel.write(source);
    }

    @Override
    public <A> void write(
            ByteBuffer[] sources,
            int offset,
            int length,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Long, ? super A> handler) {
        channel.write(sources, offset, length, timeout, unit, attachment, handler);
    }

    @Override
    public AsynchronousSocketChannel shutdownInput() throws IOException {
        channel.shutdownInput();
        return this;
    }

    @Override
    public AsynchronousSocketChannel shutdownOutput() throws IOException {
        channel.shutdownOutput();
        return this;
    }

    // ---- addresses and options

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        return channel.getLocalAddress();
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() throws IOException {
        return channel.getRemoteAddress();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return channel.supportedOptions();
    }

    @Override
    public <T> AsynchronousSocketChannel setOption(SocketOption<T> option, T value) throws IOException {
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

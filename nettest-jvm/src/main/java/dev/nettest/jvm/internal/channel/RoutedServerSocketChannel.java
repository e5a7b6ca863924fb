package dev.nettest.jvm.internal.channel;

import dev.nettest.jvm.internal.claim.ClaimImpl;
import dev.nettest.jvm.internal.claim.Claims;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A server socket channel of the kernel, or of a network if it binds to an address of a claim. */
final class RoutedServerSocketChannel extends ServerSocketChannel implements RoutedChannel {

    private final ProtocolFamily family;
    private final Delegate<ServerSocketChannel> delegate;
    private @Nullable RoutedServerSocket socket;

    RoutedServerSocketChannel(SelectorProvider provider, ServerSocketChannel kernel, ProtocolFamily family) {
        super(provider);
        this.family = family;
        this.delegate = new Delegate<>(this, kernel, null);
    }

    @Override
    public Delegate<ServerSocketChannel> delegate() {
        return delegate;
    }

    // ---- binding

    @Override
    public ServerSocketChannel bind(@Nullable SocketAddress local, int backlog) throws IOException {
        route(local);
        delegate.channel().bind(local, backlog);
        return this;
    }

    /** Before a bind, also one of the socket adaptor. */
    void route(@Nullable SocketAddress local) throws IOException {
        if (family == StandardProtocolFamily.UNIX) {
            return;
        }
        ClaimImpl claim = Claims.toBind(local);
        if (claim != null) {
            handOver(claim, local);
        }
    }

    private void handOver(ClaimImpl claim, @Nullable SocketAddress local) throws IOException {
        synchronized (delegate) {
            ServerSocketChannel kernel = delegate.channel();
            if (delegate.network() != null || !kernel.isOpen() || kernel.getLocalAddress() != null) {
                return;
            }
            ServerSocketChannel memory = claim.binding(local).openServerSocketChannel(family);
            try (ServerSocketChannel fresh = RoutingSelectorProvider.platform().openServerSocketChannel(family)) {
                OptionCopy.copyChanged(kernel, fresh, memory);
            }
            memory.socket().setSoTimeout(kernel.socket().getSoTimeout());
            delegate.handOver(memory, claim.network());
        }
    }

    // ---- accepting

    @Override
    public @Nullable SocketChannel accept() throws IOException {
        ServerSocketChannel current = delegate.channel();
        try {
            SocketChannel accepted = current.accept();
            return accepted == null ? null : routed(accepted);
        } finally {
            delegate.followClose(current);
        }
    }

    /** The channel for users over one that was accepted. */
    SocketChannel routed(SocketChannel accepted) {
        return new RoutedSocketChannel(provider(), accepted, family, delegate.network());
    }

    // ---- addresses and options

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        return delegate.channel().getLocalAddress();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return delegate.channel().supportedOptions();
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> option, T value) throws IOException {
        delegate.channel().setOption(option, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return delegate.channel().getOption(option);
    }

    @Override
    public synchronized ServerSocket socket() {
        if (socket == null) {
            delegate.channel().socket(); // a Unix domain channel has none
            socket = RoutedServerSocket.over(this);
        }
        return socket;
    }

    // ---- modes and closing

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        delegate.configureBlocking(block);
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        delegate.channel().close();
    }

    @Override
    public String toString() {
        return delegate.channel().toString();
    }
}

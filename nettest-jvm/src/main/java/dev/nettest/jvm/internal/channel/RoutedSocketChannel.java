package dev.nettest.jvm.internal.channel;

import dev.nettest.Network;
import dev.nettest.jvm.internal.claim.ClaimImpl;
import dev.nettest.jvm.internal.claim.Claims;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A socket channel of the kernel, or of a network if it binds or connects to an address of a claim. */
final class RoutedSocketChannel extends SocketChannel implements RoutedChannel {

    private final ProtocolFamily family;
    private final Delegate<SocketChannel> delegate;
    private @Nullable RoutedSocket socket;

    RoutedSocketChannel(SelectorProvider provider, SocketChannel kernel, ProtocolFamily family) {
        this(provider, kernel, family, null);
    }

    /** @param network null for a channel of the kernel */
    RoutedSocketChannel(
            SelectorProvider provider, SocketChannel channel, ProtocolFamily family, @Nullable Network network) {
        super(provider);
        this.family = family;
        this.delegate = new Delegate<>(this, channel, network);
    }

    @Override
    public Delegate<SocketChannel> delegate() {
        return delegate;
    }

    // ---- routing

    /** Before a bind, also one of the socket adaptor. */
    void routeBind(@Nullable SocketAddress local) throws IOException {
        ClaimImpl claim = Claims.toBindClient(local);
        if (claim != null) {
            handOver(claim, claim.binding(local));
        }
    }

    /** Before a connect, also one of the socket adaptor. */
    void routeConnect(@Nullable SocketAddress remote) throws IOException {
        ClaimImpl claim = Claims.toConnect(remote);
        if (claim != null) {
            handOver(claim, claim.connecting());
        }
    }

    private void handOver(ClaimImpl claim, SelectorProvider provider) throws IOException {
        synchronized (delegate) {
            SocketChannel kernel = delegate.channel();
            if (delegate.network() != null
                    || !kernel.isOpen()
                    || kernel.isConnected()
                    || kernel.isConnectionPending()
                    || family == StandardProtocolFamily.UNIX) {
                return;
            }
            SocketChannel memory = provider.openSocketChannel(family);
            try (SocketChannel fresh = RoutingSelectorProvider.platform().openSocketChannel(family)) {
                OptionCopy.copyChanged(kernel, fresh, memory);
            }
            memory.socket().setSoTimeout(kernel.socket().getSoTimeout());
            if (kernel.getLocalAddress() instanceof InetSocketAddress bound) {
                OptionCopy.bindLike(bound, memory); // the wildcard, or a loopback address
            }
            delegate.handOver(memory, claim.network());
        }
    }

    // ---- binding and connecting

    @Override
    public SocketChannel bind(@Nullable SocketAddress local) throws IOException {
        routeBind(local);
        delegate.channel().bind(local);
        return this;
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        routeConnect(remote);
        SocketChannel current = delegate.channel();
        try {
            return current.connect(remote);
        } finally {
            delegate.followClose(current);
        }
    }

    @Override
    public boolean finishConnect() throws IOException {
        SocketChannel current = delegate.channel();
        try {
            return current.finishConnect();
        } finally {
            delegate.followClose(current);
        }
    }

    @Override
    public boolean isConnected() {
        return delegate.channel().isConnected();
    }

    @Override
    public boolean isConnectionPending() {
        return delegate.channel().isConnectionPending();
    }

    // ---- reading and writing

    @Override
    public int read(ByteBuffer target) throws IOException {
        SocketChannel current = delegate.channel();
        try {
            return current.read(target);
        } finally {
            delegate.followClose(current);
        }
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        SocketChannel current = delegate.channel();
        try {
            return current.read(targets, offset, length);
        } finally {
            delegate.followClose(current);
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        SocketChannel current = delegate.channel();
        try {
            return current.write(source);
        } finally {
            delegate.followClose(current);
        }
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        SocketChannel current = delegate.channel();
        try {
            return current.write(sources, offset, length);
        } finally {
            delegate.followClose(current);
        }
    }

    @Override
    public SocketChannel shutdownInput() throws IOException {
        delegate.channel().shutdownInput();
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        delegate.channel().shutdownOutput();
        return this;
    }

    // ---- addresses and options

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        return delegate.channel().getLocalAddress();
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() throws IOException {
        return delegate.channel().getRemoteAddress();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return delegate.channel().supportedOptions();
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> option, T value) throws IOException {
        delegate.channel().setOption(option, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return delegate.channel().getOption(option);
    }

    @Override
    public synchronized Socket socket() {
        if (socket == null) {
            delegate.channel().socket(); // a Unix domain channel has none
            socket = RoutedSocket.over(this);
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

package dev.nettest.jvm.internal.channel;

import dev.nettest.jvm.internal.claim.ClaimImpl;
import dev.nettest.jvm.internal.claim.Claims;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A datagram channel of the kernel, or of a network if its first bind, connect or send names an address of a claim. */
final class RoutedDatagramChannel extends DatagramChannel implements RoutedChannel {

    private final ProtocolFamily family;
    private final Delegate<DatagramChannel> delegate;
    private @Nullable RoutedDatagramSocket socket;

    /** By the keys of the channel that does the work. Guarded by itself. */
    private final Map<MembershipKey, MembershipKey> memberships = new HashMap<>();

    RoutedDatagramChannel(SelectorProvider provider, DatagramChannel kernel, ProtocolFamily family) {
        super(provider);
        this.family = family;
        this.delegate = new Delegate<>(this, kernel, null);
    }

    @Override
    public Delegate<DatagramChannel> delegate() {
        return delegate;
    }

    // ---- routing

    void routeBind(@Nullable SocketAddress local) throws IOException {
        ClaimImpl claim = Claims.toBind(local);
        if (claim != null) {
            handOver(claim, claim.binding(local));
        }
    }

    void routeConnect(@Nullable SocketAddress remote) throws IOException {
        ClaimImpl claim = Claims.toConnect(remote);
        if (claim != null) {
            handOver(claim, claim.connecting());
        }
    }

    /** Only the first send can decide: it binds the channel. */
    void routeSend(@Nullable SocketAddress remote) throws IOException {
        if (remote != null && delegate.network() == null && !delegate.channel().isConnected()) {
            routeConnect(remote);
        }
    }

    private void handOver(ClaimImpl claim, SelectorProvider provider) throws IOException {
        synchronized (delegate) {
            DatagramChannel kernel = delegate.channel();
            if (delegate.network() != null || !kernel.isOpen() || kernel.getLocalAddress() != null) {
                return;
            }
            DatagramChannel memory = provider.openDatagramChannel(family);
            try (DatagramChannel fresh = RoutingSelectorProvider.platform().openDatagramChannel(family)) {
                OptionCopy.copyChanged(kernel, fresh, memory);
            }
            memory.socket().setSoTimeout(kernel.socket().getSoTimeout());
            delegate.handOver(memory, claim.network());
        }
    }

    // ---- binding and connecting

    @Override
    public DatagramChannel bind(@Nullable SocketAddress local) throws IOException {
        routeBind(local);
        delegate.channel().bind(local);
        return this;
    }

    @Override
    public DatagramChannel connect(SocketAddress remote) throws IOException {
        routeConnect(remote);
        delegate.channel().connect(remote);
        return this;
    }

    @Override
    public DatagramChannel disconnect() throws IOException {
        delegate.channel().disconnect();
        return this;
    }

    @Override
    public boolean isConnected() {
        return delegate.channel().isConnected();
    }

    // ---- datagrams

    @Override
    public int send(ByteBuffer source, SocketAddress target) throws IOException {
        routeSend(target);
        DatagramChannel current = delegate.channel();
        try {
            return current.send(source, target);
        } finally {
            delegate.followClose(current);
        }
    }

    @Override
    public @Nullable SocketAddress receive(ByteBuffer target) throws IOException {
        DatagramChannel current = delegate.channel();
        try {
            return current.receive(target);
        } finally {
            delegate.followClose(current);
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        DatagramChannel current = delegate.channel();
        try {
            return current.read(target);
        } finally {
            delegate.followClose(current);
        }
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        DatagramChannel current = delegate.channel();
        try {
            return current.read(targets, offset, length);
        } finally {
            delegate.followClose(current);
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        DatagramChannel current = delegate.channel();
        try {
            return current.write(source);
        } finally {
            delegate.followClose(current);
        }
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        DatagramChannel current = delegate.channel();
        try {
            return current.write(sources, offset, length);
        } finally {
            delegate.followClose(current);
        }
    }

    // ---- groups

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface through) throws IOException {
        return membership(delegate.channel().join(group, through));
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface through, InetAddress source) throws IOException {
        return membership(delegate.channel().join(group, through, source));
    }

    /** A second join of a group gives the key of the first one. */
    private MembershipKey membership(MembershipKey inner) {
        synchronized (memberships) {
            memberships.keySet().removeIf(known -> !known.isValid());
            return memberships.computeIfAbsent(inner, joined -> new RoutedMembershipKey(this, joined));
        }
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
    public <T> DatagramChannel setOption(SocketOption<T> option, T value) throws IOException {
        delegate.channel().setOption(option, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return delegate.channel().getOption(option);
    }

    @Override
    public synchronized DatagramSocket socket() {
        if (socket == null) {
            try {
                socket = RoutedDatagramSocket.over(this);
            } catch (SocketException e) {
                throw new UncheckedIOException(e); // no descriptor is free
            }
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

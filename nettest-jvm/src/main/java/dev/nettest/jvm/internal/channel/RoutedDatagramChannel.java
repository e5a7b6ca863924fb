package dev.nettest.jvm.internal.channel;

import dev.nettest.jvm.internal.channel.Delegate.World;
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
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectableChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A datagram channel of the kernel, of a network if it binds to an address of a claim, or of several worlds. The first
 * world gives the local address.
 */
final class RoutedDatagramChannel extends DatagramChannel implements RoutedChannel {

    private final Delegate<DatagramChannel> delegate;
    private final RoutedMemberships memberships = new RoutedMemberships(this);
    private final DatagramRoutes routes;
    private final DatagramWait wait = new DatagramWait(this);
    private @Nullable RoutedDatagramSocket socket;

    /** The number of the world that a receive looks at first. */
    private volatile int turn;

    RoutedDatagramChannel(SelectorProvider provider, DatagramChannel kernel, ProtocolFamily family) {
        super(provider);
        this.delegate = new Delegate<>(this, kernel, null);
        this.routes = new DatagramRoutes(delegate, family, memberships);
    }

    @Override
    public Delegate<DatagramChannel> delegate() {
        return delegate;
    }

    DatagramRoutes routes() {
        return routes;
    }

    DatagramWait waits() {
        return wait;
    }

    @Override
    public void closedInside(SelectableChannel inside) throws IOException {
        if (!inside.isOpen() && !routes.leave(inside)) {
            close();
        }
    }

    // ---- binding and connecting

    @Override
    public DatagramChannel bind(@Nullable SocketAddress local) throws IOException {
        DatagramChannel used = routes.toBind(local);
        used.bind(local);
        routes.bound(used);
        return this;
    }

    @Override
    public DatagramChannel connect(SocketAddress remote) throws IOException {
        wait.lock().lock();
        try {
            DatagramChannel used = routes.toSend(remote);
            used.connect(remote);
            routes.connected(used);
            return this;
        } finally {
            wait.lock().unlock();
        }
    }

    @Override
    public DatagramChannel disconnect() throws IOException {
        wait.lock().lock();
        try {
            delegate.channel().disconnect();
            routes.disconnected();
            return this;
        } finally {
            wait.lock().unlock();
        }
    }

    @Override
    public boolean isConnected() {
        return delegate.channel().isConnected();
    }

    // ---- datagrams

    @Override
    public int send(ByteBuffer source, SocketAddress target) throws IOException {
        int size = source.remaining();
        DatagramChannel used = routes.toSend(target);
        try {
            int sent = used.send(source, target);
            return sent < size && isBlocking() ? wait.send(used, source, target) : sent;
        } finally {
            closedInside(used);
        }
    }

    @Override
    public @Nullable SocketAddress receive(ByteBuffer target) throws IOException {
        if (!target.isReadOnly()) {
            routes.bindToReceive();
        }
        if (isBlocking() && !routes.isSettled() && !target.isReadOnly()) {
            return wait.receive(target);
        }
        List<World<DatagramChannel>> worlds = delegate.worlds();
        SocketAddress sender = worlds.size() == 1 ? receive(worlds.get(0), target) : receive(worlds, target);
        return sender == null && isBlocking() ? receive(target) : sender;
    }

    /** Null if there is nothing to receive, or the network of {@code world} has ended and others are left. */
    private @Nullable SocketAddress receive(World<DatagramChannel> world, ByteBuffer target) throws IOException {
        try {
            return world.channel().receive(target);
        } catch (ClosedChannelException e) {
            closedInside(world.channel());
            if (!isOpen()) {
                throw e;
            }
            return null;
        }
    }

    /** Begins with another world each time, so that none starves. */
    private @Nullable SocketAddress receive(List<World<DatagramChannel>> worlds, ByteBuffer target) throws IOException {
        int first = turn;
        for (int i = 0; i < worlds.size(); i++) {
            int number = (first + i) % worlds.size();
            SocketAddress sender = receive(worlds.get(number), target);
            if (sender != null) {
                turn = number + 1;
                return sender;
            }
        }
        return null;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        DatagramChannel current = delegate.channel();
        try {
            return current.read(target);
        } finally {
            closedInside(current);
        }
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        DatagramChannel current = delegate.channel();
        try {
            return current.read(targets, offset, length);
        } finally {
            closedInside(current);
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        DatagramChannel current = delegate.channel();
        try {
            return current.write(source);
        } finally {
            closedInside(current);
        }
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        DatagramChannel current = delegate.channel();
        try {
            return current.write(sources, offset, length);
        } finally {
            closedInside(current);
        }
    }

    // ---- groups

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface through) throws IOException {
        return memberships.join(delegate.channel(), group, through, null);
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface through, InetAddress source) throws IOException {
        return memberships.join(delegate.channel(), group, through, Objects.requireNonNull(source));
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
        for (World<DatagramChannel> world : routes.all()) {
            if (world.channel().supportedOptions().contains(option)) {
                world.channel().setOption(option, value);
            }
        }
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
        wait.lock().lock();
        try {
            delegate.configureBlocking(block);
        } finally {
            wait.lock().unlock();
        }
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        for (World<DatagramChannel> world : routes.all()) {
            world.channel().close();
        }
        wait.end();
    }

    @Override
    public String toString() {
        return delegate.channel().toString();
    }
}

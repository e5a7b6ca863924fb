package dev.nettest.socket;

import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.OperationLock;
import dev.nettest.SocketKind;
import dev.nettest.internal.inet.IpStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A {@code java.net} datagram socket over a {@link DatagramEndpoint}, which a bind creates. */
final class NetworkDatagramSocket extends AbstractDatagramSocket {

    /**
     * JDK 25 keeps the monitor of a packet during a send or a receive. JDK 17 keeps it only while it copies bytes, and
     * takes the packet's address before it checks if the socket is closed.
     */
    private static final boolean KEEPS_PACKET = Runtime.version().feature() >= 18;

    private final Host host;
    private final DatagramGroups groups = new DatagramGroups();

    /** Held by a receive, and like the write lock by a bind, a connect and a disconnect. */
    private final OperationLock readLock;

    /** Held by a send. Taken after the read lock. */
    private final OperationLock writeLock;

    private volatile @Nullable DatagramEndpoint endpoint;
    private volatile boolean closed;

    NetworkDatagramSocket(Host host) {
        this.host = host;
        this.readLock = OperationLock.of(host.network());
        this.writeLock = OperationLock.of(host.network());
    }

    DatagramEndpoint endpoint() {
        DatagramEndpoint bound = endpoint;
        if (bound == null) {
            throw new IllegalStateException("the socket was never bound");
        }
        return bound;
    }

    // ---- binding and connecting

    @Override
    public void bind(@Nullable SocketAddress address) throws SocketException {
        InetSocketAddress local = address == null ? new InetSocketAddress(0) : IpStack.inet(address);
        lockBoth();
        try {
            bindTo(local);
        } finally {
            unlockBoth();
        }
    }

    private synchronized void bindTo(InetSocketAddress local) throws SocketException {
        checkOpen();
        if (endpoint != null) {
            SocketException bound = new SocketException("Already bound");
            bound.initCause(new AlreadyBoundException());
            throw bound;
        }
        IpStack.checkDatagram(local);
        try {
            DatagramEndpoint bound = host.bindDatagram(local, this::apply, SocketKind.SOCKET);
            groups.joinAll(bound);
            endpoint = bound;
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw new SocketException(e.getMessage());
        }
    }

    private void apply(DatagramEndpoint to) {
        to.reuseAddress(options.isOn(StandardSocketOptions.SO_REUSEADDR));
        to.reusePort(options.isOn(StandardSocketOptions.SO_REUSEPORT));
        to.broadcast(options.isOn(StandardSocketOptions.SO_BROADCAST));
        to.multicastLoop(options.isOn(StandardSocketOptions.IP_MULTICAST_LOOP));
        to.receiveBufferSize(2 * options.number(StandardSocketOptions.SO_RCVBUF));
    }

    @Override
    void optionsChanged() {
        DatagramEndpoint bound = endpoint;
        if (bound != null) {
            apply(bound);
        }
    }

    /** The endpoint for an operation; binds an unbound socket to the wildcard first. */
    private DatagramEndpoint bound() throws SocketException {
        DatagramEndpoint bound = endpoint;
        if (bound == null) {
            synchronized (this) {
                if (endpoint == null) {
                    bindTo(new InetSocketAddress(0));
                }
                bound = endpoint();
            }
        }
        return bound;
    }

    @Override
    public void connect(InetAddress address, int port) {
        if (address == null) {
            throw new IllegalArgumentException("Address can't be null");
        }
        try {
            connectTo(new InetSocketAddress(address, port));
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void connect(SocketAddress address) throws SocketException {
        if (address == null) {
            throw new IllegalArgumentException("Address can't be null");
        }
        connectTo(IpStack.inet(address));
    }

    private void connectTo(InetSocketAddress remote) throws SocketException {
        IpStack.checkDatagram(remote);
        lockBoth();
        try {
            connectLocked(remote);
        } finally {
            unlockBoth();
        }
    }

    private void connectLocked(InetSocketAddress remote) throws SocketException {
        if (isClosed()) {
            return;
        }
        if (remote.getPort() == 0) {
            throw new SocketException("Can't connect to port 0");
        }
        try {
            bound().connect(remote, SocketKind.SOCKET);
        } catch (SocketException e) {
            if (!isClosed()) {
                throw e;
            }
        } catch (IOException e) {
            throw new SocketException(e.getMessage());
        }
    }

    @Override
    public void disconnect() {
        lockBoth();
        try {
            DatagramEndpoint bound = endpoint;
            if (bound != null) {
                bound.disconnect();
            }
        } finally {
            unlockBoth();
        }
    }

    private void lockBoth() {
        readLock.lock();
        writeLock.lock();
    }

    private void unlockBoth() {
        writeLock.unlock();
        readLock.unlock();
    }

    @Override
    public boolean isBound() {
        return endpoint != null;
    }

    @Override
    public boolean isConnected() {
        return remote() != null;
    }

    @Override
    @SuppressWarnings("NullAway") // null like the JDK
    public InetAddress getInetAddress() {
        InetSocketAddress remote = remote();
        return remote == null ? null : remote.getAddress();
    }

    @Override
    public int getPort() {
        InetSocketAddress remote = remote();
        return remote == null ? -1 : remote.getPort();
    }

    @Override
    @SuppressWarnings("NullAway") // null like the JDK
    public SocketAddress getRemoteSocketAddress() {
        return remote();
    }

    private @Nullable InetSocketAddress remote() {
        DatagramEndpoint bound = endpoint;
        return bound == null ? null : (InetSocketAddress) bound.remoteAddress();
    }

    @Override
    @SuppressWarnings("NullAway") // null like the JDK
    public SocketAddress getLocalSocketAddress() {
        return isClosed() ? null : local();
    }

    @Override
    @SuppressWarnings("NullAway") // null like the JDK
    public InetAddress getLocalAddress() {
        if (isClosed()) {
            return null;
        }
        InetSocketAddress local = local();
        return (local == null ? new InetSocketAddress(0) : local).getAddress();
    }

    @Override
    public int getLocalPort() {
        if (isClosed()) {
            return -1;
        }
        InetSocketAddress local = local();
        return local == null ? 0 : local.getPort();
    }

    private @Nullable InetSocketAddress local() {
        DatagramEndpoint bound = endpoint;
        if (bound == null) {
            return null;
        }
        InetSocketAddress local = (InetSocketAddress) bound.localAddress();
        return local.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(IpStack.DATAGRAM_WILDCARD, local.getPort())
                : local;
    }

    // ---- sending and receiving

    @Override
    public void send(DatagramPacket packet) throws IOException {
        if (KEEPS_PACKET) {
            synchronized (packet) {
                if (isClosed()) {
                    throw closedNow();
                }
                setAddress(packet);
                send(DatagramPackets.bytes(packet), packet.getSocketAddress());
            }
            return;
        }
        ByteBuffer copy;
        SocketAddress target;
        synchronized (packet) {
            setAddress(packet);
            copy = ByteBuffer.allocate(packet.getLength())
                    .put(DatagramPackets.bytes(packet))
                    .flip();
            target = packet.getSocketAddress();
        }
        send(copy, target);
    }

    private void setAddress(DatagramPacket packet) {
        if (packet.getAddress() == null) {
            InetSocketAddress remote = remote();
            if (remote == null) {
                throw new IllegalArgumentException("Address not set");
            }
            packet.setSocketAddress(remote);
        }
    }

    private void send(ByteBuffer bytes, SocketAddress target) throws IOException {
        writeLock.lock();
        try {
            if (isClosed()) {
                throw closedNow();
            }
            IpStack.checkTarget(((InetSocketAddress) target).getAddress());
            bound().send(bytes, target, SocketKind.SOCKET);
        } catch (AlreadyConnectedException e) {
            throw new IllegalArgumentException("Connected and packet address differ", e);
        } finally {
            writeLock.unlock();
        }
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        if (KEEPS_PACKET) {
            synchronized (packet) {
                ByteBuffer target =
                        ByteBuffer.wrap(packet.getData(), packet.getOffset(), DatagramPackets.capacity(packet));
                int start = target.position();
                SocketAddress sender = receive(target);
                DatagramPackets.received(packet, target.position() - start, sender);
            }
            return;
        }
        ByteBuffer target = ByteBuffer.allocate(DatagramPackets.capacity(packet));
        SocketAddress sender = receive(target);
        synchronized (packet) { // its owner may have changed it meanwhile
            int length = Math.min(target.flip().limit(), DatagramPackets.capacity(packet));
            target.get(packet.getData(), packet.getOffset(), length);
            DatagramPackets.received(packet, length, sender);
        }
    }

    /** The timeout does not include the wait for the lock. */
    private SocketAddress receive(ByteBuffer target) throws IOException {
        Duration timeout = Duration.ofMillis(timeoutMillis());
        readLock.lock();
        try {
            if (isClosed()) {
                throw closedNow();
            }
            return bound().receive(target, timeout, SocketKind.SOCKET);
        } finally {
            readLock.unlock();
        }
    }

    // ---- groups

    @Override
    public void joinGroup(SocketAddress address, @Nullable NetworkInterface through) throws IOException {
        InetAddress group = DatagramGroups.checked(address);
        checkOpen();
        synchronized (this) {
            groups.join(group, interfaceOf(through), endpoint);
        }
    }

    @Override
    public void leaveGroup(SocketAddress address, @Nullable NetworkInterface through) throws IOException {
        InetAddress group = DatagramGroups.checked(address);
        checkOpen();
        synchronized (this) {
            groups.leave(group, interfaceOf(through), endpoint);
        }
    }

    private @Nullable NetworkInterface interfaceOf(@Nullable NetworkInterface through) {
        return through == null ? options.get(StandardSocketOptions.IP_MULTICAST_IF) : through;
    }

    // ---- closing

    @Override
    public void close() {
        DatagramEndpoint bound;
        synchronized (this) {
            closed = true;
            bound = endpoint;
        }
        if (bound != null) {
            try {
                bound.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public boolean isClosed() {
        DatagramEndpoint bound = endpoint;
        return closed || (bound != null && bound.isClosed());
    }
}

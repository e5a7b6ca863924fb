package dev.nettest.socket;

import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.OperationLock;
import dev.nettest.SocketKind;
import dev.nettest.internal.inet.AbstractDatagramSocket;
import dev.nettest.internal.inet.DatagramOptions;
import dev.nettest.internal.inet.IpStack;
import dev.nettest.internal.inet.MulticastMemberships;
import dev.nettest.internal.inet.MulticastMemberships.Membership;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A {@code java.net} datagram socket over a {@link DatagramEndpoint}, which a bind creates. */
final class NetworkDatagramSocket extends AbstractDatagramSocket {

    private final Host host;
    private final DatagramOptions options;

    /** Guarded by this object. */
    private final MulticastMemberships memberships = new MulticastMemberships();

    /** Held by a receive, and like the write lock by a bind, a connect and a disconnect. */
    private final OperationLock readLock;

    /** Held by a send. Taken after the read lock. */
    private final OperationLock writeLock;

    private volatile @Nullable DatagramEndpoint endpoint;
    private volatile boolean closed;

    NetworkDatagramSocket(Host host) {
        this(host, DatagramOptions.ofSocket());
    }

    private NetworkDatagramSocket(Host host, DatagramOptions options) {
        super(options);
        this.host = host;
        this.options = options;
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

    @Override
    protected @Nullable DatagramEndpoint boundEndpoint() {
        return endpoint;
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
            throw failure("Already bound", new AlreadyBoundException());
        }
        IpStack.checkDatagram(local);
        try {
            DatagramEndpoint bound = host.bindDatagram(local, options::applyTo, SocketKind.SOCKET);
            memberships.applyAll(bound);
            endpoint = bound;
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw new SocketException(e.getMessage());
        }
    }

    @Override
    protected synchronized void set(SocketOption<?> option, Object value) throws SocketException {
        checkOpen();
        options.set(option, value);
        DatagramEndpoint bound = endpoint;
        if (bound != null) {
            options.applyTo(bound, option);
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
    protected @Nullable InetSocketAddress remote() {
        DatagramEndpoint bound = endpoint;
        return bound == null ? null : (InetSocketAddress) bound.remoteAddress();
    }

    @Override
    protected @Nullable InetSocketAddress local() {
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
    protected void checkUsable() throws SocketException {
        if (isClosed()) {
            throw failure("Socket closed", new ClosedChannelException());
        }
    }

    @Override
    protected void transmit(ByteBuffer bytes, InetSocketAddress target) throws IOException {
        writeLock.lock();
        try {
            checkUsable();
            IpStack.checkTarget(target.getAddress());
            bound().send(bytes, target, SocketKind.SOCKET);
        } finally {
            writeLock.unlock();
        }
    }

    /** The timeout does not include the wait for the lock. */
    @Override
    protected SocketAddress take(ByteBuffer target) throws IOException {
        Duration timeout = Duration.ofMillis(timeoutMillis());
        readLock.lock();
        try {
            checkUsable();
            return bound().receive(target, timeout, SocketKind.SOCKET);
        } finally {
            readLock.unlock();
        }
    }

    // ---- groups

    @Override
    protected synchronized boolean join(InetAddress group, @Nullable NetworkInterface through) throws IOException {
        IpStack.checkGroup(group);
        if (memberships.find(group, through, null) != null) {
            return false;
        }
        memberships.add(group, through, null, endpoint);
        return true;
    }

    @Override
    protected synchronized boolean leave(InetAddress group, @Nullable NetworkInterface through) throws IOException {
        Membership membership = memberships.find(group, through, null);
        if (membership == null) {
            return false;
        }
        memberships.remove(membership, endpoint);
        return true;
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

package dev.nettest.channel;

import dev.nettest.Awaitable;
import dev.nettest.DatagramEndpoint;
import dev.nettest.OperationLock;
import dev.nettest.Readiness;
import dev.nettest.ReadyHook;
import dev.nettest.SocketKind;
import dev.nettest.internal.inet.DatagramOptions;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A datagram channel over a {@link DatagramEndpoint}, with the states, exceptions and texts of the JDK's. The first
 * bind, connect, send or receive creates the endpoint. A blocking operation holds the read or the write lock, like in
 * the JDK: a bind, a connect, a disconnect and a change of the blocking mode wait for it.
 */
final class NetworkDatagramChannel extends DatagramChannel implements PollableChannel {

    /** JDK 17 reports a blocking operation on a closed channel like one that was closed while it waited. */
    private static final boolean CLOSED_IS_ASYNCHRONOUS = Runtime.version().feature() < 18;

    private final ProtocolFamily family;
    private final ChannelKeys keys = new ChannelKeys();
    private final OperationLock readLock;
    private final OperationLock writeLock;
    private final ChannelMemberships memberships;
    private final DatagramConnector connector;
    final DatagramOptions options = DatagramOptions.ofChannel();

    private @Nullable ChannelDatagramSocket socket;

    NetworkDatagramChannel(NetworkSelectorProvider provider, ProtocolFamily family) {
        super(provider);
        this.family = family;
        this.readLock = OperationLock.of(provider.host().network());
        this.writeLock = OperationLock.of(provider.host().network());
        this.memberships = new ChannelMemberships(this, family);
        this.connector = new DatagramConnector(this, provider.host(), family);
    }

    /** Null until it is bound. */
    @Nullable
    DatagramEndpoint endpoint() {
        return connector.endpoint();
    }

    void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    // ---- binding and connecting

    @Override
    public DatagramChannel bind(@Nullable SocketAddress local) throws IOException {
        exclusively(() -> connector.bind(local));
        return this;
    }

    @Override
    public DatagramChannel connect(SocketAddress remote) throws IOException {
        connect(remote, SocketKind.CHANNEL);
        return this;
    }

    /** @param kind that of a socket can change its peer */
    void connect(SocketAddress remote, SocketKind kind) throws IOException {
        InetSocketAddress target = (InetSocketAddress) ChannelAddresses.checked(remote, family);
        exclusively(() -> connector.connect(target, kind));
    }

    @Override
    public DatagramChannel disconnect() throws IOException {
        exclusively(connector::disconnect);
        return this;
    }

    @Override
    public boolean isConnected() {
        return isOpen() && connector.remoteAddress() != null;
    }

    // ---- sending and receiving

    @Override
    public int send(ByteBuffer source, SocketAddress target) throws IOException {
        Objects.requireNonNull(source);
        InetSocketAddress checked = (InetSocketAddress) ChannelAddresses.checked(target, family);
        return (int) transfer(writeLock, false, (bound, blocking) -> {
            SocketAddress reached = connector.reached(bound, checked);
            int count = source.remaining();
            if (blocking) {
                return bound.send(source, reached, SocketKind.CHANNEL);
            }
            return bound.trySend(source, reached) ? count : 0;
        });
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        Objects.requireNonNull(source);
        return (int) transfer(writeLock, true, (bound, blocking) -> write(bound, blocking, source));
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, sources.length);
        return transfer(
                writeLock,
                true,
                (bound, blocking) ->
                        BufferArrays.gather(sources, offset, length, source -> write(bound, blocking, source)));
    }

    private static int write(DatagramEndpoint bound, boolean blocking, ByteBuffer source) throws IOException {
        int count = source.remaining();
        if (blocking) {
            return bound.send(source);
        }
        return bound.trySend(source) ? count : 0;
    }

    @Override
    public @Nullable SocketAddress receive(ByteBuffer target) throws IOException {
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
        if (isBlocking()) {
            return receive(target, Duration.ZERO);
        }
        checkOpen();
        return connector.bound().tryReceive(target);
    }

    /** Receives with a timeout; zero for none. The channel is blocking. */
    SocketAddress receive(ByteBuffer target, Duration timeout) throws IOException {
        SocketAddress[] sender = new SocketAddress[1];
        transfer(readLock, false, (bound, blocking) -> {
            sender[0] = bound.receive(target, timeout, SocketKind.CHANNEL);
            return 1;
        });
        return sender[0];
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        Objects.requireNonNull(target);
        return (int) transfer(readLock, true, (bound, blocking) -> read(bound, blocking, target));
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, targets.length);
        return transfer(
                readLock,
                true,
                (bound, blocking) ->
                        BufferArrays.scatter(targets, offset, length, target -> read(bound, blocking, target)));
    }

    /** Like the JDK: without space it reads nothing, and an empty datagram reads like the end of a stream. */
    private static int read(DatagramEndpoint bound, boolean blocking, ByteBuffer target) throws IOException {
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
        if (!target.hasRemaining()) {
            return 0;
        }
        int start = target.position();
        SocketAddress sender =
                blocking ? bound.receive(target, Duration.ZERO, SocketKind.CHANNEL) : bound.tryReceive(target);
        int count = target.position() - start;
        if (sender == null) {
            return 0;
        }
        return count == 0 ? -1 : count;
    }

    /** An operation of the endpoint. */
    private interface Transfer {

        long on(DatagramEndpoint bound, boolean blocking) throws IOException;
    }

    /** @param connects true for an operation that needs a peer; the others bind an unbound channel */
    private long transfer(OperationLock lock, boolean connects, Transfer transfer) throws IOException {
        if (!isBlocking()) {
            checkOpen();
            return transfer.on(connects ? connector.connected() : connector.bound(), false);
        }
        lock.lock();
        try {
            if (!isOpen()) {
                throw CLOSED_IS_ASYNCHRONOUS ? new AsynchronousCloseException() : new ClosedChannelException();
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new ClosedByInterruptException();
            }
            return transfer.on(connects ? connector.connected() : connector.bound(), true);
        } catch (ClosedByInterruptException e) {
            close();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /** An operation that excludes sends and receives. */
    private interface Exclusive {

        void run() throws IOException;
    }

    private void exclusively(Exclusive operation) throws IOException {
        readLock.lock();
        try {
            writeLock.lock();
            try {
                operation.run();
            } finally {
                writeLock.unlock();
            }
        } finally {
            readLock.unlock();
        }
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        exclusively(this::checkOpen);
    }

    // ---- groups

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface through) throws IOException {
        return memberships.join(group, through, null);
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface through, InetAddress source) throws IOException {
        return memberships.join(group, through, Objects.requireNonNull(source));
    }

    ChannelMemberships memberships() {
        return memberships;
    }

    // ---- addresses and options

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        checkOpen();
        return localAddress();
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() throws IOException {
        checkOpen();
        return remoteAddress();
    }

    /** Null until it is bound; stays after a close. */
    @Nullable
    InetSocketAddress localAddress() {
        return connector.localAddress();
    }

    /** Null unless it is connected; stays after a close. */
    @Nullable
    InetSocketAddress remoteAddress() {
        return connector.remoteAddress();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return options.supported();
    }

    @Override
    public <T> DatagramChannel setOption(SocketOption<T> option, T value) throws IOException {
        options.checkSupported(option, value);
        set(option, value);
        return this;
    }

    /** Sets a supported option. */
    synchronized void set(SocketOption<?> option, Object value) throws ClosedChannelException, SocketException {
        checkOpen();
        options.set(option, value);
        DatagramEndpoint bound = endpoint();
        if (bound != null) {
            options.applyTo(bound, option);
        }
    }

    @Override
    @SuppressWarnings("NullAway") // like the JDK: the interface of multicasts may be null
    public <T> T getOption(SocketOption<T> option) throws IOException {
        options.checkSupported(option);
        checkOpen();
        return options.get(option);
    }

    @Override
    public synchronized DatagramSocket socket() {
        if (socket == null) {
            socket = new ChannelDatagramSocket(this);
        }
        return socket;
    }

    // ---- selecting

    @Override
    public ChannelKeys keys() {
        return keys;
    }

    @Override
    public @Nullable Awaitable awaitable() {
        return endpoint();
    }

    @Override
    public Set<Readiness> conditions(int interestOps) {
        return StreamConditions.of(interestOps);
    }

    @Override
    public int poll(int interestOps, @Nullable ReadyHook hook) {
        return connector.poll(interestOps, hook);
    }

    // ---- closing

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        memberships.invalidateAll();
        if (!PollableChannel.closesLater(this, readLock.isHeldByAnother() || writeLock.isHeldByAnother())) {
            finishClose();
        }
    }

    @Override
    public void finishClose() throws IOException {
        DatagramEndpoint bound = connector.endpointToClose();
        if (bound != null) {
            bound.close();
        }
    }

    @Override
    public String toString() {
        if (!isOpen()) {
            return "java.nio.channels.DatagramChannel[closed]";
        }
        SocketAddress local = localAddress();
        SocketAddress remote = remoteAddress();
        return "java.nio.channels.DatagramChannel[" + (local == null ? "unbound" : "local=" + local)
                + (remote == null ? "" : " remote=" + remote) + ']';
    }
}

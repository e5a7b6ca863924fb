package dev.nettest.channel;

import dev.nettest.Awaitable;
import dev.nettest.Connection;
import dev.nettest.OperationLock;
import dev.nettest.Readiness;
import dev.nettest.internal.inet.SocketOptionTable;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A socket channel over a {@link Connection}, with the states, exceptions and texts of the JDK's. A blocking operation
 * holds the read or the write lock, like in the JDK: a change of the blocking mode waits for it.
 */
final class NetworkSocketChannel extends SocketChannel implements Pollable {

    private final NetworkSelectorProvider provider;
    private final ProtocolFamily family;
    private final ChannelKeys keys = new ChannelKeys();
    private final OperationLock readLock;
    private final OperationLock writeLock;
    private final StreamConnector connector;
    final SocketOptionTable options;

    private volatile boolean inputShut;
    private volatile boolean outputShut;

    /** True if the connection stays open until the last key is removed. */
    private volatile boolean closesLater;

    private @Nullable ChannelSocket socket;

    NetworkSocketChannel(NetworkSelectorProvider provider, ProtocolFamily family) {
        super(provider);
        this.provider = provider;
        this.family = family;
        this.options =
                family == StandardProtocolFamily.UNIX ? SocketOptionTable.ofUnix() : SocketOptionTable.ofStream();
        this.readLock = OperationLock.of(provider.host().network());
        this.writeLock = OperationLock.of(provider.host().network());
        this.connector = new StreamConnector(this, provider, family);
    }

    /** A channel over a connection that {@code server} accepted. */
    static NetworkSocketChannel accepted(
            NetworkSelectorProvider provider, ProtocolFamily family, Connection accepted, SocketOptionTable server) {
        NetworkSocketChannel channel = new NetworkSocketChannel(provider, family);
        channel.options.inherit(server);
        channel.connector.adopt(accepted);
        return channel;
    }

    StreamConnector connector() {
        return connector;
    }

    /** @throws NotYetConnectedException also while a connect is pending */
    Connection connected() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        Connection connection = connector.connected();
        if (connection == null) {
            throw new NotYetConnectedException();
        }
        return connection;
    }

    // ---- binding and connecting

    @Override
    public SocketChannel bind(@Nullable SocketAddress local) throws IOException {
        exclusively(() -> {
            connector.bind(local);
            return true;
        });
        return this;
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        return connect(remote, Duration.ZERO);
    }

    /** @param timeout zero means that of the kernel */
    boolean connect(SocketAddress remote, Duration timeout) throws IOException {
        SocketAddress target = ChannelAddresses.checked(remote, family);
        return exclusively(() -> connector.connect(target, timeout));
    }

    @Override
    public boolean finishConnect() throws IOException {
        return exclusively(connector::finish);
    }

    @Override
    public boolean isConnected() {
        return connector.isConnected();
    }

    @Override
    public boolean isConnectionPending() {
        return isOpen() && connector.isPending();
    }

    // ---- reading and writing

    @Override
    public int read(ByteBuffer target) throws IOException {
        Objects.requireNonNull(target);
        return (int) read(connection -> isBlocking() ? connection.read(target) : connection.tryRead(target));
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, targets.length);
        return read(connection ->
                BufferArrays.scatter(targets, offset, length, isBlocking() ? connection::read : connection::tryRead));
    }

    private long read(Transfer transfer) throws IOException {
        Connection connection = connected();
        if (!isBlocking()) {
            return inputShut ? -1 : transfer.on(connection);
        }
        readLock.lock();
        try {
            return transfer.on(connected());
        } catch (ClosedByInterruptException e) {
            close();
            throw e;
        } finally {
            readLock.unlock();
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        Objects.requireNonNull(source);
        return (int) write(connection -> isBlocking() ? connection.write(source) : connection.tryWrite(source));
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, sources.length);
        return write(connection ->
                BufferArrays.gather(sources, offset, length, isBlocking() ? connection::write : connection::tryWrite));
    }

    /** Reads with a timeout, for the socket adaptor. The channel is blocking. */
    int read(ByteBuffer target, Duration timeout) throws IOException {
        return (int) read(connection -> {
            connection.readTimeout(timeout);
            try {
                return connection.read(target);
            } finally {
                connection.readTimeout(Duration.ZERO);
            }
        });
    }

    void sendUrgentData(int value) throws IOException {
        write(connection -> {
            connection.sendUrgentData(value);
            return 1;
        });
    }

    private long write(Transfer transfer) throws IOException {
        Connection connection = connected();
        if (!isBlocking()) {
            return transfer.on(connection);
        }
        writeLock.lock();
        try {
            return transfer.on(connected());
        } catch (ClosedByInterruptException e) {
            close();
            throw e;
        } finally {
            writeLock.unlock();
        }
    }

    /** An operation of the connection. */
    private interface Transfer {

        long on(Connection connection) throws IOException;
    }

    /** An operation that excludes reads and writes. */
    private interface Exclusive {

        boolean run() throws IOException;
    }

    private boolean exclusively(Exclusive operation) throws IOException {
        readLock.lock();
        try {
            writeLock.lock();
            try {
                return operation.run();
            } finally {
                writeLock.unlock();
            }
        } finally {
            readLock.unlock();
        }
    }

    /** Runs a wait that ends when an interrupt closes this channel. */
    void interruptibly(Runnable wait) throws IOException {
        boolean completed = false;
        try {
            begin();
            wait.run();
            completed = true;
        } finally {
            end(completed);
        }
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        exclusively(() -> {
            if (!isOpen()) {
                throw new ClosedChannelException();
            }
            return block;
        });
    }

    // ---- half close

    @Override
    public SocketChannel shutdownInput() throws IOException {
        connected().shutdownInput();
        inputShut = true;
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        connected().shutdownOutput();
        outputShut = true;
        return this;
    }

    boolean isInputShut() {
        return inputShut;
    }

    boolean isOutputShut() {
        return outputShut;
    }

    // ---- addresses and options

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        checkOpen();
        return connector.localAddress();
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() throws IOException {
        checkOpen();
        return connector.remoteAddress();
    }

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return options.supported();
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> option, T value) throws IOException {
        options.checkSupported(Objects.requireNonNull(option));
        if (!option.type().isInstance(value)) {
            throw new IllegalArgumentException("Invalid value '" + value + "'");
        }
        checkOpen();
        options.set(option, value);
        Connection connection = connector.connected();
        if (connection != null) {
            options.applyTo(connection, option);
        }
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        options.checkSupported(Objects.requireNonNull(option));
        checkOpen();
        return options.get(option);
    }

    @Override
    public synchronized Socket socket() {
        if (family == StandardProtocolFamily.UNIX) {
            throw new UnsupportedOperationException("Not supported");
        }
        if (socket == null) {
            socket = new ChannelSocket(this);
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
        return connector.connected();
    }

    @Override
    public Set<Readiness> conditions(int interestOps) {
        return StreamConditions.of(interestOps);
    }

    /** Like {@code epoll}: a socket that never connected, or that is closed, is ready for everything. */
    @Override
    public int readyOps(int interestOps) {
        Connection connection = connector.connected();
        if (connection == null) {
            return connector.isPending() && !connector.isDecided() ? 0 : interestOps;
        }
        if (connection.isClosed()) {
            return interestOps;
        }
        int ready = 0;
        if ((interestOps & SelectionKey.OP_READ) != 0 && connection.isReadable()) {
            ready |= SelectionKey.OP_READ;
        }
        if ((interestOps & SelectionKey.OP_WRITE) != 0 && connection.isWritable()) {
            ready |= SelectionKey.OP_WRITE;
        }
        return ready;
    }

    // ---- closing

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        Connection connection = connector.close();
        if (connection == null) {
            return;
        }
        if (isBlocking() || !isRegistered()) {
            connection.close();
            return;
        }
        closesLater = true;
        int linger = options.get(StandardSocketOptions.SO_LINGER);
        if (linger != 0 && connector.isConnected()) {
            options.set(StandardSocketOptions.SO_LINGER, -1);
            connection.linger(options.linger());
            connection.shutdownOutput();
        }
    }

    @Override
    public void finishClose() throws IOException {
        Connection connection = connector.connection();
        if (closesLater && connection != null) {
            connection.close();
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("java.nio.channels.SocketChannel[");
        if (!isOpen()) {
            return text.append("closed]").toString();
        }
        if (connector.isConnected()) {
            text.append("connected");
            text.append(inputShut ? " ishut" : "").append(outputShut ? " oshut" : "");
        } else {
            text.append(connector.isPending() ? "connection-pending" : "unconnected");
        }
        SocketAddress local = connector.localAddress();
        SocketAddress remote = connector.remoteAddress();
        text.append(local == null ? "" : " local=" + local).append(remote == null ? "" : " remote=" + remote);
        return text.append(']').toString();
    }

    NetworkSelectorProvider networkProvider() {
        return provider;
    }
}

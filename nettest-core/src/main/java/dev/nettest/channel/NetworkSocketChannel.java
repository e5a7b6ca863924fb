package dev.nettest.channel;

import dev.nettest.Awaitable;
import dev.nettest.Connection;
import dev.nettest.Readiness;
import dev.nettest.ReadyHook;
import dev.nettest.internal.inet.SocketOptionTable;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * A socket channel over a {@link Connection}, with the states, exceptions and texts of the JDK's. A blocking operation
 * holds the read or the write lock, like in the JDK: a change of the blocking mode waits for it.
 */
final class NetworkSocketChannel extends SocketChannel implements PollableChannel {

    /** JDK 17 reports a blocking connect of a closed channel like one that was closed while it waited. */
    private static final boolean CLOSED_IS_ASYNCHRONOUS = Runtime.version().feature() < 18;

    private final ProtocolFamily family;
    private final ChannelKeys keys = new ChannelKeys();
    private final StreamTransfers transfers;
    private final StreamConnector connector;
    final SocketOptionTable options;

    private volatile boolean inputShut;
    private volatile boolean outputShut;

    /** True after a close. The connection stays open until the last key is removed. */
    private volatile boolean closesLater;

    private @Nullable ChannelSocket socket;

    NetworkSocketChannel(NetworkSelectorProvider provider, ProtocolFamily family) {
        super(provider);
        this.family = family;
        this.options = family == StandardProtocolFamily.UNIX
                ? SocketOptionTable.ofUnix()
                : SocketOptionTable.ofStreamChannel();
        this.transfers = new StreamTransfers(this, provider.host().network());
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

    StreamTransfers transfers() {
        return transfers;
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
        transfers.exclusively(() -> {
            connector.bind(local);
            return true;
        });
        return this;
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        SocketAddress target = ChannelAddresses.checked(remote, family);
        return transfers.exclusively(() -> {
            if (CLOSED_IS_ASYNCHRONOUS && isBlocking()) {
                checkNotClosed();
            }
            return connector.connect(target, Duration.ZERO);
        });
    }

    /**
     * Connects, for the socket adaptor.
     *
     * @param timeout zero means that of the kernel
     */
    void connectBlocking(SocketAddress remote, Duration timeout) throws IOException {
        SocketAddress target = ChannelAddresses.checked(remote, family);
        transfers.exclusively(() -> {
            transfers.checkBlocking();
            checkNotClosed();
            return connector.connect(target, timeout);
        });
    }

    /** A connect of a closed channel fails like one that was closed while it waited. */
    private void checkNotClosed() throws AsynchronousCloseException {
        if (!isOpen()) {
            throw new AsynchronousCloseException();
        }
    }

    @Override
    public boolean finishConnect() throws IOException {
        return transfers.exclusively(() -> {
            if (CLOSED_IS_ASYNCHRONOUS && isBlocking()) {
                checkNotClosed();
            }
            return connector.finish();
        });
    }

    @Override
    public boolean isConnected() {
        return isOpen() && connector.isConnected();
    }

    @Override
    public boolean isConnectionPending() {
        return isOpen() && connector.isPending();
    }

    // ---- reading and writing

    @Override
    public int read(ByteBuffer target) throws IOException {
        Objects.requireNonNull(target);
        return isBlocking()
                ? transfers.read(Connection::read, target) // allocates nothing
                : connected().tryRead(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, targets.length);
        return transfers.read(connection ->
                BufferArrays.scatter(targets, offset, length, isBlocking() ? connection::read : connection::tryRead));
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        Objects.requireNonNull(source);
        return isBlocking()
                ? transfers.write(Connection::write, source)
                : connected().tryWrite(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, sources.length);
        return transfers.write(connection ->
                BufferArrays.gather(sources, offset, length, isBlocking() ? connection::write : connection::tryWrite));
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
        transfers.exclusively(() -> {
            if (!isOpen()) {
                throw new ClosedChannelException();
            }
            return block;
        });
    }

    // ---- half close

    @Override
    public SocketChannel shutdownInput() throws IOException {
        Connection connection = connected();
        inputShut = true; // before a waiting reader can see the effect
        connection.shutdownInput();
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        Connection connection = connected();
        outputShut = true; // before a waiting writer can see the effect
        connection.shutdownOutput();
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
        options.checkSupported(option, value);
        checkOpen();
        if (option == ExtendedSocketOptions.SO_PEERCRED) {
            throw new SocketException("SO_PEERCRED cannot be set "); // with the space, like the JDK
        }
        options.set(option, value);
        Connection connection = connector.connection();
        if (connection != null) {
            options.applyTo(connection, option);
        }
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        options.checkSupported(option);
        checkOpen();
        if (option == ExtendedSocketOptions.SO_PEERCRED) {
            if (!connector.isConnected()) {
                throw new SocketException("Invalid argument");
            }
            return option.type().cast(UnixUsers.CURRENT);
        }
        return options.get(option);
    }

    @Override
    public synchronized Socket socket() {
        if (family == StandardProtocolFamily.UNIX) {
            throw new UnsupportedOperationException("Not supported");
        }
        if (socket == null) {
            socket = ChannelSocket.over(this);
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
        return connector.established();
    }

    @Override
    public Set<Readiness> conditions(int interestOps) {
        return StreamConditions.of(interestOps);
    }

    @Override
    public int poll(int interestOps, @Nullable ReadyHook hook) {
        return hook != null && connector.isConnected()
                ? StreamPoll.connected(interestOps, hook)
                : StreamPoll.unconnected(interestOps, connector);
    }

    // ---- closing

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        closesLater = true; // before it looks for keys: whichever thread removes the last one finishes the close
        if (!PollableChannel.closesLater(this, transfers.areRunning())) {
            finishClose();
            return;
        }
        Connection connection = connector.connected();
        int linger = options.get(StandardSocketOptions.SO_LINGER);
        if (connection != null && linger != 0 && !isBlocking()) {
            options.set(StandardSocketOptions.SO_LINGER, -1);
            connection.linger(options.linger());
            try {
                connection.shutdownOutput();
            } catch (ClosedChannelException e) {
                // a select has finished the close, the owner has closed the connection, or the network has ended
            }
        }
    }

    @Override
    public void finishClose() throws IOException {
        Connection connection = closesLater ? connector.close() : null;
        if (connection != null) {
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
}

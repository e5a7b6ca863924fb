package dev.nettest.channel;

import dev.nettest.Connection;
import dev.nettest.Readiness;
import dev.nettest.internal.inet.SocketOptionTable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ReadPendingException;
import java.nio.channels.WritePendingException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An asynchronous socket channel over a {@link Connection}, with the states, exceptions and texts of the JDK's. */
final class AsynchronousStreamChannel extends AsynchronousSocketChannel {

    private final AsynchronousProvider provider;
    private final AsynchronousGroup group;
    private final AsynchronousConnector connector;
    private final AsynchronousSlot reads;
    private final AsynchronousSlot writes;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean resetSeen = new AtomicBoolean();
    final SocketOptionTable options = SocketOptionTable.ofAsynchronousStream();

    private volatile boolean inputShut;
    private volatile boolean outputShut;

    AsynchronousStreamChannel(AsynchronousProvider provider, AsynchronousGroup group) {
        super(provider);
        this.provider = provider;
        this.group = group;
        this.reads = new AsynchronousSlot(
                this, group, "read", Readiness.READABLE, ReadPendingException::new, () -> killed("Reading"));
        this.writes = new AsynchronousSlot(
                this, group, "write", Readiness.WRITABLE, WritePendingException::new, () -> killed("Writing"));
        this.connector = new AsynchronousConnector(this, provider, group);
    }

    /** A channel over a connection that {@code server} accepted. */
    static AsynchronousStreamChannel accepted(
            AsynchronousProvider provider, AsynchronousGroup group, Connection accepted, SocketOptionTable server) {
        AsynchronousStreamChannel channel = new AsynchronousStreamChannel(provider, group);
        channel.options.inherit(server);
        group.attach(channel);
        channel.connector.adopt(accepted);
        return channel;
    }

    private static IllegalStateException killed(String operation) {
        return new IllegalStateException(operation + " not allowed due to timeout or cancellation");
    }

    AsynchronousGroup group() {
        return group;
    }

    AsynchronousConnector connector() {
        return connector;
    }

    /** Called when it is connected, before that is visible. */
    void open(Connection connection) {
        reads.open(connection);
        writes.open(connection);
    }

    /** A cancelled connect allows no transfer. */
    void killTransfers() {
        reads.kill();
        writes.kill();
    }

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private Connection connected() {
        Connection connection = connector.connected();
        if (connection == null) {
            throw new NotYetConnectedException();
        }
        return connection;
    }

    // ---- binding and connecting

    @Override
    public AsynchronousSocketChannel bind(@Nullable SocketAddress local) throws IOException {
        connector.bind(local);
        return this;
    }

    @Override
    public <A> void connect(SocketAddress remote, A attachment, CompletionHandler<Void, ? super A> handler) {
        connector.connect(remote, AsynchronousOperation.withHandler(this, group, attachment, handler));
    }

    @Override
    public Future<Void> connect(SocketAddress remote) {
        AsynchronousOperation<Void> operation = AsynchronousOperation.withFuture(this, group, this::killTransfers);
        connector.connect(remote, operation);
        return operation;
    }

    // ---- reading and writing

    @Override
    public <A> void read(
            ByteBuffer target,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        AsynchronousOperation<Integer> operation = AsynchronousOperation.withHandler(this, group, attachment, handler);
        checkWritable(target);
        read(AsynchronousTransfer.read(target), operation, timeout(timeout, unit));
    }

    @Override
    public Future<Integer> read(ByteBuffer target) {
        checkWritable(target);
        AsynchronousOperation<Integer> operation = AsynchronousOperation.withFuture(this, group, reads::kill);
        read(AsynchronousTransfer.read(target), operation, AsynchronousSlot.Timeout.NONE);
        return operation;
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
        AsynchronousOperation<Long> operation = AsynchronousOperation.withHandler(this, group, attachment, handler);
        Objects.checkFromIndexSize(offset, length, targets.length);
        for (int i = offset; i < offset + length; i++) {
            checkWritable(targets[i]);
        }
        read(AsynchronousTransfer.scatter(targets, offset, length), operation, timeout(timeout, unit));
    }

    private static void checkWritable(ByteBuffer target) {
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
    }

    private <V> void read(
            AsynchronousTransfer<V> transfer, AsynchronousOperation<V> operation, AsynchronousSlot.Timeout timeout) {
        if (!isOpen()) {
            operation.complete(null, new ClosedChannelException());
            return;
        }
        Connection connection = connected();
        reads.checkFree();
        if (inputShut) {
            operation.complete(transfer.count(-1), null);
        } else {
            begin(reads, transfer, operation, connection, timeout);
        }
    }

    @Override
    public <A> void write(
            ByteBuffer source,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        AsynchronousOperation<Integer> operation = AsynchronousOperation.withHandler(this, group, attachment, handler);
        write(AsynchronousTransfer.write(Objects.requireNonNull(source)), operation, timeout(timeout, unit));
    }

    @Override
    public Future<Integer> write(ByteBuffer source) {
        AsynchronousOperation<Integer> operation = AsynchronousOperation.withFuture(this, group, writes::kill);
        write(AsynchronousTransfer.write(Objects.requireNonNull(source)), operation, AsynchronousSlot.Timeout.NONE);
        return operation;
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
        AsynchronousOperation<Long> operation = AsynchronousOperation.withHandler(this, group, attachment, handler);
        Objects.checkFromIndexSize(offset, length, sources.length);
        write(AsynchronousTransfer.gather(sources, offset, length), operation, timeout(timeout, unit));
    }

    private <V> void write(
            AsynchronousTransfer<V> transfer, AsynchronousOperation<V> operation, AsynchronousSlot.Timeout timeout) {
        if (!isOpen()) {
            operation.complete(null, new ClosedChannelException());
            return;
        }
        Connection connection = connected();
        writes.checkFree();
        if (outputShut) {
            operation.complete(null, new ClosedChannelException());
        } else {
            begin(writes, transfer, operation, connection, timeout);
        }
    }

    /** A group with fixed threads attempts an operation of a foreign thread on its own ones, like in the JDK. */
    private <V> void begin(
            AsynchronousSlot slot,
            AsynchronousTransfer<V> transfer,
            AsynchronousOperation<V> operation,
            Connection connection,
            AsynchronousSlot.Timeout timeout) {
        if (!transfer.hasRemaining()) {
            operation.complete(transfer.count(0), null);
            return;
        }
        slot.claim();
        AsynchronousSlot.Attempt<V> attempt = () -> transfer.on(connection, resetSeen);
        boolean mayInvokeHere = group.mayInvokeHere();
        if (operation.hasHandler() && group.isFixed() && !mayInvokeHere) {
            slot.await(operation, attempt, timeout);
        } else {
            slot.attempt(operation, attempt, mayInvokeHere, timeout);
        }
    }

    private AsynchronousSlot.Timeout timeout(long timeout, TimeUnit unit) {
        return timeout <= 0
                ? AsynchronousSlot.Timeout.NONE
                : new AsynchronousSlot.Timeout(provider.clock(), unit.toNanos(timeout));
    }

    // ---- half close

    @Override
    public AsynchronousSocketChannel shutdownInput() throws IOException {
        checkOpen();
        Connection connection = connected();
        inputShut = true;
        connection.shutdownInput();
        return this;
    }

    @Override
    public AsynchronousSocketChannel shutdownOutput() throws IOException {
        checkOpen();
        Connection connection = connected();
        outputShut = true;
        connection.shutdownOutput();
        return this;
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

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return options.supported();
    }

    @Override
    public <T> AsynchronousSocketChannel setOption(SocketOption<T> option, @Nullable T value) throws IOException {
        options.checkSupported(option);
        checkOpen();
        if (outputShut) {
            throw new IOException("Connection has been shutdown for writing");
        }
        options.setByCast(option, value);
        Connection connection = connector.connected();
        if (connection != null) {
            options.applyTo(connection, option);
        }
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        options.checkSupported(option);
        checkOpen();
        return options.get(option);
    }

    // ---- closing

    @Override
    public boolean isOpen() {
        return !closed.get();
    }

    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            connector.close();
        } finally {
            completePending();
        }
    }

    private void completePending() {
        try {
            connector.completePending();
            reads.close();
            writes.close();
        } finally {
            group.detach(this);
        }
    }

    /** Names the class, like in the JDK. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(getClass().getName()).append('[');
        if (!isOpen()) {
            return text.append("closed]").toString();
        }
        text.append(connector.stateText());
        if (connector.connected() != null) {
            text.append(inputShut ? " ishut" : "").append(outputShut ? " oshut" : "");
        }
        SocketAddress local = connector.localAddress();
        SocketAddress remote = connector.remoteAddress();
        text.append(local == null ? "" : " local=" + local).append(remote == null ? "" : " remote=" + remote);
        return text.append(']').toString();
    }
}

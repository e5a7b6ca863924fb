package dev.nettest.channel;

import dev.nettest.Binding;
import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Snapshot;
import dev.nettest.SystemError;
import dev.nettest.internal.inet.HostInfoMessages;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The way of an asynchronous channel from unbound to connected. {@link StreamConnector} is that of a socket channel.
 */
final class AsynchronousConnector {

    private enum State {
        UNCONNECTED,
        PENDING,
        CONNECTED
    }

    private final AsynchronousStreamChannel channel;
    private final AsynchronousProvider provider;
    private final AsynchronousGroup group;
    private final Host host;
    private final AtomicReference<@Nullable AsynchronousOperation<Void>> pending = new AtomicReference<>();

    /** Written under the lock of this. */
    private volatile State state = State.UNCONNECTED;

    private volatile @Nullable Binding binding;
    private volatile @Nullable SocketAddress remote;

    /** Set as soon as the channel begins to connect. */
    private volatile @Nullable Connection connection;

    private volatile @Nullable CompletableFuture<Connection> connecting;

    /** The exception of a failed connect. */
    private volatile @Nullable Throwable failure;

    AsynchronousConnector(AsynchronousStreamChannel channel, AsynchronousProvider provider, AsynchronousGroup group) {
        this.channel = channel;
        this.provider = provider;
        this.group = group;
        this.host = provider.host();
    }

    /** Takes an accepted connection. */
    void adopt(Connection accepted) {
        prepared(accepted);
        connected(accepted, accepted.remoteAddress());
    }

    /** Null until the channel is connected. */
    @Nullable
    Connection connected() {
        return state == State.CONNECTED ? connection : null;
    }

    /** Null until the channel begins to connect. */
    @Nullable
    Connection connection() {
        return connection;
    }

    /** As {@code toString} names it. */
    String stateText() {
        return switch (state) {
            case UNCONNECTED -> "unconnected";
            case PENDING -> "connection-pending";
            case CONNECTED -> "connected";
        };
    }

    // ---- binding

    synchronized void bind(@Nullable SocketAddress local) throws IOException {
        checkOpen();
        if (state == State.PENDING) {
            throw new ConnectionPendingException();
        }
        if (binding != null || state == State.CONNECTED) {
            throw new AlreadyBoundException();
        }
        binding = host.bind(
                ChannelAddresses.bindable(local, StandardProtocolFamily.INET6),
                channel.options.get(StandardSocketOptions.SO_REUSEADDR));
        if (!channel.isOpen()) {
            releaseBinding(); // a concurrent close may have missed it
        }
    }

    private void checkOpen() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /** Null if it is unbound. */
    @Nullable
    SocketAddress localAddress() {
        Connection current = connected();
        Binding bound = binding;
        SocketAddress local = current != null ? current.localAddress() : bound == null ? null : bound.localAddress();
        return local == null ? null : ChannelAddresses.shown(local, StandardProtocolFamily.INET6);
    }

    /** Null until the channel is connected. */
    @Nullable
    SocketAddress remoteAddress() {
        return state == State.CONNECTED ? remote : null;
    }

    // ---- connecting

    void connect(SocketAddress target, AsynchronousOperation<Void> operation) {
        if (!channel.isOpen()) {
            operation.complete(null, new ClosedChannelException());
            return;
        }
        InetSocketAddress inet = (InetSocketAddress) ChannelAddresses.checked(target, StandardProtocolFamily.INET6);
        synchronized (this) {
            switch (state) {
                case CONNECTED -> throw new AlreadyConnectedException();
                case PENDING -> throw new ConnectionPendingException();
                default -> state = State.PENDING;
            }
        }
        operation.show(null, (waiter, line) -> new Snapshot.Waiter(waiter, "connect", inet, line, false));
        pending.set(operation);
        CompletableFuture<Connection> begun;
        try {
            ChannelAddresses.checkReachable(binding, inet, host.network());
            begun = host.connectAsync(inet, this::prepare).toCompletableFuture();
        } catch (IOException | RuntimeException | Error e) {
            fail(e, inet);
            return;
        }
        Binding bound = binding;
        if (bound != null) {
            bound.connected();
        }
        connecting = begun;
        begun.whenComplete((made, failed) -> group.onEvent(here -> finish(made, failed, inet, here)));
        if (!channel.isOpen()) {
            begun.cancel(false); // a concurrent close may have missed it
        }
    }

    /** In the connect hook, before the handshake and on the thread that connects. */
    private void prepare(Connection begun) {
        Binding bound = binding;
        if (bound != null) {
            begun.localAddress(ChannelAddresses.unnamed(bound.localAddress()));
        }
        provider.beforeHandshake().accept(begun);
        begun.requireClose();
        prepared(begun);
    }

    private void prepared(Connection begun) {
        connection = begun;
        channel.options.applyTo(begun);
        begun.attach(channel);
    }

    private void finish(
            @Nullable Connection made, @Nullable Throwable failed, InetSocketAddress target, boolean onGroupThread) {
        if (made == null) {
            fail(failed == null ? new AsynchronousCloseException() : failed, target);
            return;
        }
        SystemError error = channel.isOpen() ? made.pendingError() : null; // the connection may have ended meanwhile
        if (error != null) {
            fail(error.polled().exception(host.network().config().personality()), target);
            return;
        }
        connected(made, target);
        if (!channel.isOpen()) {
            closeQuietly(made); // a concurrent close may have missed it
            completePending();
            return;
        }
        AsynchronousOperation<Void> operation = pending.getAndSet(null);
        if (operation != null) {
            operation.completeInEvent(null, null, onGroupThread);
        }
    }

    private void connected(Connection made, SocketAddress target) {
        channel.options.connected();
        connection = made;
        channel.open(made);
        remote = target;
        synchronized (this) {
            state = State.CONNECTED;
        }
    }

    /** Closes the channel, which completes the connect. */
    private void fail(Throwable failed, InetSocketAddress target) {
        Throwable cause =
                failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        if (cause instanceof CancellationException || cause instanceof ClosedChannelException) {
            failure = new AsynchronousCloseException();
        } else {
            failure = cause instanceof IOException e ? HostInfoMessages.withHostInfo(e, target) : cause;
        }
        try {
            channel.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        completePending();
    }

    // ---- closing

    /** Closes the connection, or abandons the connect. */
    void close() throws IOException {
        releaseBinding();
        CompletableFuture<Connection> begun = connecting;
        if (begun != null) {
            begun.cancel(false);
        }
        Connection current = connection;
        if (current != null) {
            current.close();
        }
    }

    /** The channel is closed: completes the pending connect. */
    void completePending() {
        AsynchronousOperation<Void> operation = pending.getAndSet(null);
        if (operation != null) {
            Throwable reason = failure;
            operation.completeLater(null, reason == null ? new AsynchronousCloseException() : reason);
        }
    }

    private void releaseBinding() {
        Binding bound = binding;
        if (bound != null) {
            bound.close();
        }
    }

    private static void closeQuietly(Connection made) {
        try {
            made.close();
        } catch (IOException e) {
            // only a fault demands it, and the connection is closed
        }
    }
}

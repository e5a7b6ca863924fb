package dev.nettest.channel;

import dev.nettest.Binding;
import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.SocketKind;
import dev.nettest.SystemError;
import dev.nettest.Wakeup;
import dev.nettest.internal.inet.HostInfoMessages;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The way of a socket channel from unbound to connected: its binding, its pending connect, and the connection that
 * results. The channel's locks exclude all operations but {@link #close()}.
 */
final class StreamConnector {

    private enum State {
        UNCONNECTED,
        PENDING,
        CONNECTED
    }

    private static final SocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    private final NetworkSocketChannel channel;
    private final NetworkSelectorProvider provider;
    private final ProtocolFamily family;

    private volatile State state = State.UNCONNECTED;
    private volatile @Nullable Binding binding;

    /** True after a bind to no path, over Unix. */
    private volatile boolean isUnnamed;

    private volatile @Nullable SocketAddress remote;

    /** Set as soon as the channel begins to connect. */
    private volatile @Nullable Connection connection;

    /** A connect that was begun without blocking. */
    private volatile @Nullable CompletableFuture<Connection> pending;

    StreamConnector(NetworkSocketChannel channel, NetworkSelectorProvider provider, ProtocolFamily family) {
        this.channel = channel;
        this.provider = provider;
        this.family = family;
    }

    private Host host() {
        return provider.host();
    }

    /** Takes an accepted connection. */
    void adopt(Connection accepted) {
        prepared(accepted);
        remote = accepted.remoteAddress();
        state = State.CONNECTED;
    }

    boolean isConnected() {
        return state == State.CONNECTED;
    }

    boolean isPending() {
        return state == State.PENDING;
    }

    /** True if a pending connect has succeeded or failed, and {@link #finish()} tells. */
    boolean isDecided() {
        CompletableFuture<Connection> current = pending;
        return current != null && current.isDone();
    }

    /** True if a pending connect has failed. */
    boolean hasFailed() {
        CompletableFuture<Connection> current = pending;
        return current != null && current.isCompletedExceptionally();
    }

    /** Null until the channel is connected. */
    @Nullable
    Connection connected() {
        return state == State.CONNECTED ? connection : null;
    }

    /** The connection whose conditions the keys wait for; null until a connect has succeeded. */
    @Nullable
    Connection established() {
        return state == State.CONNECTED || (isDecided() && !hasFailed()) ? connection : null;
    }

    /** Null until the channel begins to connect. */
    @Nullable
    Connection connection() {
        return connection;
    }

    // ---- binding

    void bind(@Nullable SocketAddress local) throws IOException {
        checkOpen();
        if (state == State.PENDING) {
            throw new ConnectionPendingException();
        }
        if (binding != null || isUnnamed || state == State.CONNECTED) {
            throw new AlreadyBoundException();
        }
        if (family == StandardProtocolFamily.UNIX && isUnnamed(local)) {
            isUnnamed = true;
            return;
        }
        SocketAddress address = ChannelAddresses.bindable(local, family);
        boolean reuse =
                family != StandardProtocolFamily.UNIX && channel.options.get(StandardSocketOptions.SO_REUSEADDR);
        binding = host().bind(address, reuse, family);
        if (!channel.isOpen()) {
            releaseBinding(); // a concurrent close may have missed it
        }
    }

    private static boolean isUnnamed(@Nullable SocketAddress local) {
        return local == null || local.equals(UNNAMED);
    }

    @Nullable
    SocketAddress localAddress() {
        if (state == State.CONNECTED && connection != null) {
            return ChannelAddresses.shown(connection.localAddress(), family);
        }
        Binding bound = binding;
        if (bound == null) {
            return isUnnamed ? UNNAMED : null;
        }
        return ChannelAddresses.shown(bound.localAddress(), family);
    }

    /** Also of a connect that is pending. */
    @Nullable
    SocketAddress remoteAddress() {
        Connection current = connected();
        return current == null ? remote : current.remoteAddress();
    }

    // ---- connecting

    /** @return false if the connect is pending */
    boolean connect(SocketAddress target, Duration timeout) throws IOException {
        begin(target);
        try {
            ChannelAddresses.checkReachable(binding, target, host().network());
            if (channel.isBlocking()) {
                Connection made =
                        host().connect(target, connecting -> prepare(connecting, timeout), SocketKind.CHANNEL);
                addressTaken();
                made.requireClose();
                connected(made);
                return true;
            }
            beginPending(target, timeout);
            addressTaken();
            return family == StandardProtocolFamily.UNIX && finishPath();
        } catch (IOException failed) {
            channel.close();
            throw withHostInfo(failed);
        } catch (RuntimeException | Error failed) {
            channel.close(); // the hook failed
            throw failed;
        }
    }

    private void addressTaken() {
        Binding bound = binding;
        if (bound != null) {
            bound.connected();
        }
    }

    private void begin(SocketAddress target) throws ClosedChannelException {
        checkOpen();
        switch (state) {
            case CONNECTED -> throw new AlreadyConnectedException();
            case PENDING -> throw new ConnectionPendingException();
            default -> {
                state = State.PENDING;
                remote = target;
            }
        }
    }

    private void beginPending(SocketAddress target, Duration timeout) {
        CompletableFuture<Connection> future = host().connectAsync(target, connecting -> prepare(connecting, timeout))
                .toCompletableFuture();
        pending = future;
        future.whenComplete((made, failed) -> channel.keys().pollLater());
        if (!channel.isOpen()) {
            future.cancel(false); // a concurrent close may have missed it
        }
    }

    /** Over Unix a connect never stays pending: it succeeds at once, or fails. */
    private boolean finishPath() throws IOException {
        CompletableFuture<Connection> future = pending;
        if (future != null && !future.isDone() && channel.isOpen()) {
            throw new SocketException("Resource temporarily unavailable"); // the accept queue is full
        }
        return finish();
    }

    /** In the connect hook, before the handshake. */
    private void prepare(Connection connecting, Duration timeout) {
        Binding bound = binding;
        if (bound != null) {
            SocketAddress local = bound.localAddress();
            if (local instanceof UnixDomainSocketAddress) {
                host().unlink(local); // the connection binds the path again
            }
            connecting.localAddress(ChannelAddresses.unnamed(local));
        }
        if (!timeout.isZero()) {
            connecting.connectTimeout(timeout);
        }
        provider.beforeHandshake().accept(connecting);
        prepared(connecting);
        if (!channel.isOpen()) {
            closeQuietly(connecting);
        }
    }

    private void prepared(Connection made) {
        connection = made;
        channel.options.applyTo(made);
        made.attach(channel);
    }

    private void connected(Connection made) throws AsynchronousCloseException {
        channel.options.connected();
        connection = made;
        state = State.CONNECTED;
        if (!channel.isOpen()) {
            closeQuietly(made);
            throw new AsynchronousCloseException();
        }
        channel.keys().pollLater();
    }

    /** @return false if the connect is still pending */
    boolean finish() throws IOException {
        checkOpen();
        if (state == State.CONNECTED) {
            return true;
        }
        CompletableFuture<Connection> future = pending;
        if (state != State.PENDING || future == null) {
            throw new NoConnectionPendingException();
        }
        if (channel.isBlocking()) {
            awaitDecision(future);
        } else if (!future.isDone()) {
            return false;
        }
        try {
            Connection made = result(future);
            SystemError error = made.pendingError(); // meanwhile, for example because its listener has closed
            if (error != null) {
                throw error.polled().exception(host().network().config().personality());
            }
            made.requireClose();
            connected(made);
            return true;
        } catch (IOException failed) {
            channel.close();
            throw withHostInfo(failed);
        }
    }

    private IOException withHostInfo(IOException failed) {
        return remote instanceof InetSocketAddress inet ? HostInfoMessages.withHostInfo(failed, inet) : failed;
    }

    private void awaitDecision(CompletableFuture<Connection> future) throws IOException {
        try (Wakeup decided = Wakeup.of(host().network())) {
            future.whenComplete((made, failed) -> decided.set());
            channel.interruptibly(() -> decided.await(Duration.ZERO, provider.timeouts()));
        }
    }

    private Connection result(CompletableFuture<Connection> future) throws IOException {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw failure(e.getCause());
        } catch (CancellationException e) {
            throw new AsynchronousCloseException();
        }
    }

    private IOException failure(@Nullable Throwable cause) {
        if (cause instanceof IOException exception) {
            return exception;
        }
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException(new ExecutionException(cause));
    }

    // ---- closing

    /** Abandons a pending connect. Returns the connection to close; null if there is none. */
    @Nullable
    Connection close() {
        releaseBinding();
        CompletableFuture<Connection> future = pending;
        if (future != null && !future.isDone()) {
            future.cancel(false);
        }
        return connection;
    }

    private void releaseBinding() {
        Binding bound = binding;
        if (bound != null) {
            bound.close();
        }
    }

    private static void closeQuietly(Connection connecting) {
        try {
            connecting.close();
        } catch (IOException e) {
            throw new AssertionError("a connection that is not established closes without an exception", e);
        }
    }

    private void checkOpen() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }
}

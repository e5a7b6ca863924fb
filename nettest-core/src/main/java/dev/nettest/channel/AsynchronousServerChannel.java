package dev.nettest.channel;

import dev.nettest.Connection;
import dev.nettest.Listener;
import dev.nettest.Readiness;
import dev.nettest.internal.inet.SocketOptionTable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.AcceptPendingException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An asynchronous server channel over a {@link Listener}, with the states, exceptions and texts of the JDK's. */
final class AsynchronousServerChannel extends AsynchronousServerSocketChannel {

    private static final int DEFAULT_BACKLOG = 50;

    private final AsynchronousProvider provider;
    private final AsynchronousGroup group;
    private final AsynchronousSlot accepts;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final SocketOptionTable options = SocketOptionTable.ofServerChannel();

    private volatile @Nullable Listener listener;

    AsynchronousServerChannel(AsynchronousProvider provider, AsynchronousGroup group) {
        super(provider);
        this.provider = provider;
        this.group = group;
        this.accepts = new AsynchronousSlot(
                this,
                group,
                "accept",
                Readiness.ACCEPTABLE,
                AcceptPendingException::new,
                () -> new RuntimeException("Accept not allowed due cancellation"));
    }

    AsynchronousGroup group() {
        return group;
    }

    /** Null until it is bound. */
    @Nullable
    Listener listener() {
        return listener;
    }

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    // ---- binding and accepting

    @Override
    public synchronized AsynchronousServerSocketChannel bind(@Nullable SocketAddress local, int backlog)
            throws IOException {
        SocketAddress address = ChannelAddresses.bindable(local, StandardProtocolFamily.INET6);
        checkOpen();
        if (listener != null) {
            throw new AlreadyBoundException();
        }
        Listener listening = provider.host()
                .bind(address, options.get(StandardSocketOptions.SO_REUSEADDR))
                .listen();
        listening.requireClose();
        listening.attach(this);
        listening.backlog(backlog < 1 ? DEFAULT_BACKLOG : backlog);
        accepts.open(listening);
        listener = listening;
        if (!isOpen()) {
            listening.close(); // a concurrent close may have missed it
        }
        return this;
    }

    @Override
    public <A> void accept(A attachment, CompletionHandler<AsynchronousSocketChannel, ? super A> handler) {
        accept(AsynchronousOperation.withHandler(this, group, attachment, handler));
    }

    @Override
    public Future<AsynchronousSocketChannel> accept() {
        AsynchronousOperation<AsynchronousSocketChannel> operation =
                AsynchronousOperation.withFuture(this, group, accepts::kill);
        accept(operation);
        return operation;
    }

    private void accept(AsynchronousOperation<AsynchronousSocketChannel> operation) {
        if (!isOpen()) {
            operation.complete(null, new ClosedChannelException());
            return;
        }
        Listener listening = listener;
        if (listening == null) {
            throw new NotYetBoundException();
        }
        accepts.claim();
        StackTraceElement caller = provider.callSite();
        accepts.attempt(operation, () -> tryAccept(listening, caller), false, AsynchronousSlot.Timeout.NONE);
    }

    private @Nullable AsynchronousSocketChannel tryAccept(Listener listening, @Nullable StackTraceElement caller)
            throws IOException {
        Connection accepted;
        try {
            accepted = listening.tryAccept(() -> caller);
        } catch (ClosedChannelException e) {
            throw new AsynchronousCloseException();
        }
        if (accepted == null) {
            return null;
        }
        try {
            return AsynchronousStreamChannel.accepted(provider, group, accepted, options);
        } catch (ShutdownChannelGroupException e) {
            accepted.close();
            throw new IOException(e);
        }
    }

    // ---- addresses and options

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        checkOpen();
        return localAddress();
    }

    private @Nullable SocketAddress localAddress() {
        Listener listening = listener;
        return listening == null
                ? null
                : ChannelAddresses.shown(listening.localAddress(), StandardProtocolFamily.INET6);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return options.supported();
    }

    @Override
    public <T> AsynchronousServerSocketChannel setOption(SocketOption<T> option, @Nullable T value) throws IOException {
        options.checkSupported(option);
        checkOpen();
        options.setByCast(option, value);
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
            Listener listening = listener;
            if (listening != null) {
                listening.close();
            }
            accepts.close();
        } finally {
            group.detach(this);
        }
    }

    /** Names the class, like in the JDK. */
    @Override
    public String toString() {
        SocketAddress local = localAddress();
        String state = !isOpen() ? "closed" : local == null ? "unbound" : local.toString();
        return getClass().getName() + '[' + state + ']';
    }
}

package dev.nettest.channel;

import dev.nettest.Awaitable;
import dev.nettest.Binding;
import dev.nettest.Connection;
import dev.nettest.Listener;
import dev.nettest.OperationLock;
import dev.nettest.Readiness;
import dev.nettest.ReadyHook;
import dev.nettest.SocketKind;
import dev.nettest.internal.inet.SocketOptionTable;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A server socket channel over a {@link Listener}, with the states, exceptions and texts of the JDK's. */
final class NetworkServerSocketChannel extends ServerSocketChannel implements PollableChannel {

    private static final int DEFAULT_BACKLOG = 50;

    /** JDK 17 reports a blocking accept of a closed channel like one that was closed while it waited. */
    private static final boolean CLOSED_IS_ASYNCHRONOUS = Runtime.version().feature() < 18;

    private static final Set<Readiness> ACCEPTABLE = Set.of(Readiness.ACCEPTABLE);

    private final NetworkSelectorProvider provider;
    private final ProtocolFamily family;
    private final ChannelKeys keys = new ChannelKeys();
    private final OperationLock acceptLock;
    private final SocketOptionTable options;

    private volatile @Nullable Listener listener;
    private @Nullable ChannelServerSocket socket;

    NetworkServerSocketChannel(NetworkSelectorProvider provider, ProtocolFamily family) {
        super(provider);
        this.provider = provider;
        this.family = family;
        this.acceptLock = OperationLock.of(provider.host().network());
        this.options = family == StandardProtocolFamily.UNIX
                ? SocketOptionTable.ofUnixServer()
                : SocketOptionTable.ofServerChannel();
    }

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /** Null until it is bound. */
    @Nullable
    Listener listener() {
        return listener;
    }

    // ---- binding and accepting

    @Override
    public synchronized ServerSocketChannel bind(@Nullable SocketAddress local, int backlog) throws IOException {
        checkOpen();
        if (listener != null) {
            throw new AlreadyBoundException();
        }
        Binding bound = family == StandardProtocolFamily.UNIX ? bindPath(local) : bindAddress(local);
        Listener listening = bound.listen();
        listening.requireClose();
        listening.attach(this);
        listening.backlog(backlog < 1 ? DEFAULT_BACKLOG : backlog);
        listener = listening;
        if (!isOpen()) {
            listening.close(); // a concurrent close may have missed it
        }
        keys.pollLater();
        return this;
    }

    private Binding bindAddress(@Nullable SocketAddress local) throws IOException {
        SocketAddress address = ChannelAddresses.bindable(local, family);
        return provider.host().bind(address, options.get(StandardSocketOptions.SO_REUSEADDR), family);
    }

    private Binding bindPath(@Nullable SocketAddress local) throws IOException {
        SocketAddress path = local == null ? provider.temporaryPath() : ChannelAddresses.checked(local, family);
        return provider.host().bind(path);
    }

    @Override
    public @Nullable SocketChannel accept() throws IOException {
        checkOpenToAccept();
        Listener listening = listener;
        if (listening == null) {
            throw new NotYetBoundException();
        }
        if (!isBlocking()) {
            Connection accepted = listening.tryAccept();
            return accepted == null ? null : channel(accepted);
        }
        return accept(listening, Duration.ZERO);
    }

    private void checkOpenToAccept() throws ClosedChannelException {
        if (!isOpen()) {
            throw isBlocking() && CLOSED_IS_ASYNCHRONOUS
                    ? new AsynchronousCloseException()
                    : new ClosedChannelException();
        }
    }

    /** Accepts with a timeout, for the socket adaptor. */
    SocketChannel acceptBlocking(Duration timeout) throws IOException {
        if (!isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        if (!isOpen()) {
            throw new AsynchronousCloseException(); // also if it was closed before
        }
        Listener listening = listener;
        if (listening == null) {
            throw new NotYetBoundException();
        }
        return accept(listening, timeout);
    }

    /** @param timeout zero for none */
    private SocketChannel accept(Listener listening, Duration timeout) throws IOException {
        acceptLock.lock();
        try {
            if (!timeout.isZero() && !isOpen()) {
                throw new AsynchronousCloseException(); // on every JDK
            }
            checkOpenToAccept();
            return channel(listening.accept(timeout, SocketKind.CHANNEL));
        } catch (ClosedByInterruptException e) {
            close();
            throw e;
        } finally {
            acceptLock.unlock();
        }
    }

    private SocketChannel channel(Connection accepted) {
        return NetworkSocketChannel.accepted(provider, family, accepted, options);
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        acceptLock.lock();
        try {
            checkOpen();
        } finally {
            acceptLock.unlock();
        }
    }

    // ---- addresses and options

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        checkOpen();
        return localAddress();
    }

    /** Null until it is bound. */
    @Nullable
    SocketAddress localAddress() {
        Listener listening = listener;
        return listening == null ? null : ChannelAddresses.shown(listening.localAddress(), family);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return options.supported();
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> option, T value) throws IOException {
        options.checkSupported(option, value);
        checkOpen();
        options.set(option, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        options.checkSupported(option);
        checkOpen();
        return options.get(option);
    }

    @Override
    public synchronized ServerSocket socket() {
        if (family == StandardProtocolFamily.UNIX) {
            throw new UnsupportedOperationException("Not supported");
        }
        if (socket == null) {
            socket = new ChannelServerSocket(this);
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
        return listener;
    }

    @Override
    public Set<Readiness> conditions(int interestOps) {
        return ACCEPTABLE;
    }

    /** A socket that does not listen is hung up. */
    @Override
    public int poll(int interestOps, @Nullable ReadyHook hook) {
        if (hook == null || hook.isHungUp()) {
            return PollableChannel.hangUp(interestOps);
        }
        return hook.isReady(Readiness.ACCEPTABLE) ? SelectionKey.OP_ACCEPT | EVENT : 0;
    }

    // ---- closing

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        if (!PollableChannel.closesLater(this, acceptLock.isHeldByAnother())) {
            finishClose();
        }
    }

    @Override
    public synchronized void finishClose() {
        if (listener != null) {
            listener.close();
        }
    }

    @Override
    public String toString() {
        if (!isOpen()) {
            return "java.nio.channels.ServerSocketChannel[closed]";
        }
        SocketAddress local = localAddress();
        return "java.nio.channels.ServerSocketChannel[" + (local == null ? "unbound" : local) + ']';
    }
}

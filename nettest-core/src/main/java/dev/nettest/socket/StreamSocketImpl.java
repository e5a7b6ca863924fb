package dev.nettest.socket;

import dev.nettest.Binding;
import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.OperationLock;
import dev.nettest.SocketKind;
import dev.nettest.internal.inet.CloseNote;
import dev.nettest.internal.inet.HostInfoMessages;
import dev.nettest.internal.inet.IpStack;
import dev.nettest.internal.inet.SocketOptionTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The implementation of a socket: initially options and perhaps a binding, then a connection of the network. It has the
 * states of the JDK's {@code NioSocketImpl}, and throws the same exceptions if a state forbids a call.
 */
final class StreamSocketImpl extends NetworkSocketImpl {

    private enum State {
        NEW,
        UNCONNECTED,
        CONNECTING,
        CONNECTED,
        CLOSED
    }

    private static final AtomicReferenceFieldUpdater<StreamSocketImpl, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(StreamSocketImpl.class, State.class, "state");

    private final Consumer<? super Connection> beforeHandshake;

    /** A connect waits for one of another thread. If that succeeds, the second fails, and closes the socket. */
    private final OperationLock connectLock;

    private volatile State state = State.NEW;
    private volatile @Nullable NetworkSocket socket;

    /** Set as soon as the socket begins to connect. */
    private volatile @Nullable Connection connection;

    private volatile int timeout;

    StreamSocketImpl(Host host, Consumer<? super Connection> beforeHandshake) {
        super(host, SocketOptionTable.ofStream());
        this.connectLock = OperationLock.of(host.network());
        this.beforeHandshake = beforeHandshake;
    }

    /** Sets the JDK's socket over this; called once, by its constructor. */
    void attach(NetworkSocket owner) {
        socket = owner;
    }

    Connection connection() {
        Connection current = connection;
        if (current == null) {
            throw new IllegalStateException("the socket has no connection yet: it was never connected");
        }
        return current;
    }

    @Override
    protected void create(boolean stream) {
        STATE.compareAndSet(this, State.NEW, State.UNCONNECTED);
    }

    // ---- binding and connecting

    @Override
    protected synchronized void bind(InetAddress local, int port) throws IOException {
        if (state == State.CONNECTING && binding == null) {
            throw new SocketException("Invalid argument"); // EINVAL of Linux: the connect has bound it
        }
        super.bind(local, port);
        Binding bound = binding;
        if (bound != null && state == State.CLOSED) {
            bound.close(); // a concurrent close may have missed the binding
        }
    }

    @Override
    protected void connect(SocketAddress remote, int millis) throws IOException {
        if (!(remote instanceof InetSocketAddress inet)) {
            throw new IOException("Unsupported address type");
        }
        if (connection != null && STATE.compareAndSet(this, State.UNCONNECTED, State.CONNECTING)) {
            establish(inet); // an adopted connection
            return;
        }
        InetSocketAddress target = IpStack.resolved(inet, host.network());
        connectLock.lock();
        try {
            begin(target);
            checkReachable(target.getAddress());
            Connection connected = host.connect(target, connecting -> prepare(connecting, millis), SocketKind.SOCKET);
            Binding bound = binding;
            if (bound != null) {
                bound.connected();
            }
            if (!establish(target)) {
                connected.outputStream().close();
                throw new SocketException("Socket closed");
            }
        } catch (IOException failed) {
            close();
            throw HostInfoMessages.withHostInfo(failed, target);
        } catch (RuntimeException | Error failed) {
            close();
            throw failed;
        } finally {
            connectLock.unlock();
        }
    }

    private void begin(InetSocketAddress target) throws SocketException {
        if (!STATE.compareAndSet(this, State.UNCONNECTED, State.CONNECTING)) {
            throw new SocketException(
                    switch (state) {
                        case NEW -> "Not created";
                        case CONNECTED -> "Already connected";
                        case CLOSED -> "Socket closed";
                        default -> "Connection in progress";
                    });
        }
        address = target.getAddress();
        port = target.getPort();
    }

    private void checkReachable(InetAddress target) throws IOException {
        IpStack.checkStream(target);
        Binding bound = binding;
        if (bound != null) {
            IpStack.checkSameFamily(((InetSocketAddress) bound.localAddress()).getAddress(), target, host.network());
        }
    }

    private void prepare(Connection connecting, int millis) {
        Binding bound = binding;
        if (bound != null) {
            InetSocketAddress from = (InetSocketAddress) bound.localAddress();
            // the network replaces a wildcard by the source address that reaches the target
            connecting.localAddress(new InetSocketAddress(IpStack.withoutName(from.getAddress()), from.getPort()));
        }
        if (millis > 0) {
            connecting.connectTimeout(Duration.ofMillis(millis));
        }
        beforeHandshake.accept(connecting);
        take(connecting);
        if (state == State.CLOSED) {
            discard(connecting);
        }
    }

    private static void discard(Connection connecting) {
        try {
            connecting.close();
        } catch (IOException e) {
            throw new AssertionError("a connection that is not established closes without an exception", e);
        }
    }

    /** Enters the state CONNECTED; returns false if the socket was closed meanwhile. */
    private boolean establish(InetSocketAddress target) {
        options.connected();
        address = target.getAddress();
        port = target.getPort();
        return STATE.compareAndSet(this, State.CONNECTING, State.CONNECTED);
    }

    /** Takes {@code accepted}, and inherits the options of its server socket. */
    void accepted(Connection accepted, SocketOptionTable server) {
        options.inherit(server);
        take(accepted);
        InetSocketAddress remote = (InetSocketAddress) accepted.remoteAddress();
        address = remote.getAddress();
        port = remote.getPort();
        state = State.CONNECTED;
    }

    /** Makes the next connect take {@code existing}, without a handshake. */
    void adopt(Connection existing) {
        connection = existing;
    }

    private void take(Connection taken) {
        connection = taken;
        if (timeout > 0) {
            taken.readTimeout(Duration.ofMillis(timeout));
        }
        options.applyTo(taken);
        NetworkSocket owner = socket;
        if (owner != null) {
            taken.attach(owner);
        }
    }

    @Override
    protected void listen(int backlog) throws IOException {
        throw new SocketException("Not bound");
    }

    @Override
    protected void accept(SocketImpl accepting) throws IOException {
        throw new SocketException("Not bound");
    }

    // ---- addresses: those of the connection, which a test can change at any time

    @Override
    protected InetAddress getInetAddress() {
        InetSocketAddress remote = remote();
        return remote == null || remote.getAddress().equals(address) ? address : remote.getAddress();
    }

    @Override
    protected int getPort() {
        InetSocketAddress remote = remote();
        return remote == null ? port : remote.getPort();
    }

    @Override
    protected int getLocalPort() {
        return isConnected() ? ((InetSocketAddress) connection().localAddress()).getPort() : localport;
    }

    @Override
    InetAddress boundAddress() {
        if (isConnected()) {
            return IpStack.withoutName(((InetSocketAddress) connection().localAddress()).getAddress());
        }
        Binding bound = binding;
        return bound == null
                ? new InetSocketAddress(0).getAddress()
                : IpStack.withoutName(((InetSocketAddress) bound.localAddress()).getAddress());
    }

    private @Nullable InetSocketAddress remote() {
        return isConnected() ? (InetSocketAddress) connection().remoteAddress() : null;
    }

    private boolean isConnected() {
        return connection != null && (state == State.CONNECTED || state == State.CLOSED);
    }

    // ---- bytes

    @Override
    protected InputStream getInputStream() throws IOException {
        InputStream input = connection().inputStream();
        NetworkSocket owner = socket;
        return owner == null ? input : SocketStreams.input(input, owner);
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        OutputStream output = connection().outputStream();
        NetworkSocket owner = socket;
        return owner == null ? output : SocketStreams.output(output, owner);
    }

    @Override
    protected int available() throws IOException {
        checkConnected();
        return connection().isClosed() ? 0 : connection().inputStream().available();
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        checkConnected();
        connection().sendUrgentData(data);
    }

    // ---- closing

    @Override
    protected void shutdownInput() throws IOException {
        checkConnected();
        try {
            connection().shutdownInput();
        } catch (ClosedChannelException e) {
            throw CloseNote.attach(new SocketException("Socket closed"), connection);
        }
    }

    @Override
    protected void shutdownOutput() throws IOException {
        checkConnected();
        try {
            connection().shutdownOutput();
        } catch (ClosedChannelException e) {
            throw CloseNote.attach(new SocketException("Socket closed"), connection);
        }
    }

    @Override
    protected void close() throws IOException {
        State before = STATE.getAndSet(this, State.CLOSED);
        if (before == State.CLOSED) {
            return;
        }
        Connection current = connection;
        Binding bound = binding;
        try {
            if (before == State.CONNECTING && current != null) {
                discard(current);
            } else if (before == State.CONNECTED) {
                connection().outputStream().close();
            }
        } finally {
            if (bound != null) {
                bound.close();
            }
        }
    }

    // ---- states and options

    /**
     * True if an interrupt or a crash closed it. The end of the network does not count. TLS asks for options and for
     * available bytes before it closes its socket, which would stay open otherwise.
     */
    private boolean isClosedUnderneath() {
        return connection().isClosed() && !connection().network().isClosed();
    }

    @Override
    void checkOpen() throws SocketException {
        State now = state;
        if (now == State.NEW) {
            throw new SocketException("Socket not created");
        }
        if (now == State.CLOSED || (now == State.CONNECTED && isClosedUnderneath())) {
            throw CloseNote.attach(new SocketException("Socket closed"), connection);
        }
    }

    private void checkConnected() throws SocketException {
        if (state != State.CONNECTED && state != State.CLOSED) {
            throw new SocketException("Not connected");
        }
        checkOpen();
    }

    @Override
    void optionSet(SocketOption<?> option) {
        Connection current = connection;
        if (current != null) {
            options.applyTo(current, option);
        }
    }

    @Override
    int timeoutMillis() {
        return timeout;
    }

    @Override
    void timeoutMillis(int millis) {
        timeout = millis;
        Connection current = connection;
        if (current != null) {
            current.readTimeout(Duration.ofMillis(millis));
        }
    }
}

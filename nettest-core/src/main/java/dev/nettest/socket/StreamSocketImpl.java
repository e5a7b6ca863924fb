package dev.nettest.socket;

import dev.nettest.Binding;
import dev.nettest.Connection;
import dev.nettest.Face;
import dev.nettest.Host;
import dev.nettest.SystemError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A socket's inside: options and perhaps a binding at first, then a connection of the network. It walks through the same states as the
 * JDK's {@code NioSocketImpl}, and says the same where one does not allow a call.
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
    private volatile State state = State.NEW;
    private volatile @Nullable NetworkSocket socket;

    /** There from the moment in which it begins to dial. */
    private volatile @Nullable Connection connection;

    private volatile int timeout;

    StreamSocketImpl(Host machine, Consumer<? super Connection> beforeHandshake) {
        super(machine, OptionTable.ofStream());
        this.beforeHandshake = beforeHandshake;
    }

    /** The JDK's socket over this; told once, before anybody else has it. */
    void shownAs(NetworkSocket shown) {
        socket = shown;
    }

    Connection connection() {
        Connection known = connection;
        if (known == null) {
            throw new IllegalStateException("the socket has no connection yet: it was never connected");
        }
        return known;
    }

    @Override
    protected void create(boolean stream) {
        STATE.compareAndSet(this, State.NEW, State.UNCONNECTED);
    }

    // ---- binding and connecting

    @Override
    protected synchronized void bind(InetAddress host, int port) throws IOException {
        super.bind(host, port);
        Binding bound = binding;
        if (bound != null && state == State.CLOSED) {
            bound.close(); // just now, and perhaps without it
        }
    }

    @Override
    protected void connect(SocketAddress remote, int millis) throws IOException {
        if (!(remote instanceof InetSocketAddress inet)) {
            throw new IOException("Unsupported address type");
        }
        if (connection != null && STATE.compareAndSet(this, State.UNCONNECTED, State.CONNECTING)) {
            established(inet); // adopted
            return;
        }
        InetSocketAddress target = resolved(inet);
        try {
            begin(target);
            checkReachable(target);
            Connection connected = machine.connect(target, dialling -> prepare(dialling, millis), Face.SOCKET);
            if (!established(target)) {
                connected.outputStream().close();
                throw new SocketException("Socket closed");
            }
        } catch (IOException failed) {
            close();
            throw HostInfo.in(failed, target);
        } catch (RuntimeException | Error failed) {
            close();
            throw failed;
        }
    }

    /** With its name, if it has one, as {@code InetAddress.getByName} would give it. */
    private InetSocketAddress resolved(InetSocketAddress inet) throws UnknownHostException {
        if (!inet.isUnresolved()) {
            return inet;
        }
        String name = inet.getHostString();
        return new InetSocketAddress(machine.network().resolve(name).get(0), inet.getPort());
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

    /** There is no way from an address of one family to one of the other; Linux says so in two ways. */
    private void checkReachable(InetSocketAddress target) throws IOException {
        Binding bound = binding;
        InetAddress from = bound == null ? null : ((InetSocketAddress) bound.localAddress()).getAddress();
        if (from != null
                && !from.isAnyLocalAddress()
                && from.getAddress().length != target.getAddress().getAddress().length) {
            throw from instanceof Inet6Address
                    ? SystemError.NETWORK_UNREACHABLE.exception(
                            machine.network().config().personality())
                    : new SocketException("Address family not supported by protocol");
        }
    }

    private void prepare(Connection dialling, int millis) {
        Binding bound = binding;
        if (bound != null) {
            InetSocketAddress from = (InetSocketAddress) bound.localAddress();
            // of a wildcard the network makes the address that reaches the target
            dialling.localAddress(new InetSocketAddress(nameless(from.getAddress()), from.getPort()));
        }
        if (millis > 0) {
            dialling.connectTimeout(Duration.ofMillis(millis));
        }
        beforeHandshake.accept(dialling);
        take(dialling);
        if (state == State.CLOSED) {
            abandon(dialling);
        }
    }

    private static void abandon(Connection dialling) {
        try {
            dialling.close();
        } catch (IOException e) {
            throw new AssertionError("what is not established is closed without a word", e);
        }
    }

    /** Whether it was not closed meanwhile. */
    private boolean established(InetSocketAddress target) {
        options.connected();
        address = target.getAddress();
        port = target.getPort();
        return STATE.compareAndSet(this, State.CONNECTING, State.CONNECTED);
    }

    /** Shows {@code accepted}, with the options that it has from its server socket. */
    void accepted(Connection accepted, OptionTable server) {
        options.inherit(server);
        take(accepted);
        InetSocketAddress remote = (InetSocketAddress) accepted.remoteAddress();
        address = remote.getAddress();
        port = remote.getPort();
        state = State.CONNECTED;
    }

    /** Shows {@code existing} from the next connect on, which dials nobody. */
    void adopt(Connection existing) {
        connection = existing;
    }

    private void take(Connection taken) {
        connection = taken;
        if (timeout > 0) {
            taken.readTimeout(Duration.ofMillis(timeout));
        }
        if (options.readsUrgentInline()) {
            taken.urgentInline(true);
        }
        NetworkSocket shown = socket;
        if (shown != null) {
            taken.attach(shown);
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

    // ---- addresses: those of the connection, which can be faked while it lives

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
            return nameless(((InetSocketAddress) connection().localAddress()).getAddress());
        }
        Binding bound = binding;
        return bound == null
                ? new InetSocketAddress(0).getAddress()
                : nameless(((InetSocketAddress) bound.localAddress()).getAddress());
    }

    /** As a kernel, which was never told the name, gives it back; the wildcard as it is. */
    private static InetAddress nameless(InetAddress address) {
        try {
            return address.isAnyLocalAddress() ? address : InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            throw new AssertionError("an address is as long as an address", e);
        }
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
        NetworkSocket shown = socket;
        return shown == null ? input : InterruptedSockets.watched(input, shown);
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        OutputStream output = connection().outputStream();
        NetworkSocket shown = socket;
        return shown == null ? output : InterruptedSockets.watched(output, shown);
    }

    @Override
    protected int available() throws IOException {
        checkConnected();
        return connection().inputStream().available();
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        checkConnected();
        connection().sendUrgentData(data);
    }

    // ---- ending

    @Override
    protected void shutdownInput() throws IOException {
        checkConnected();
        try {
            connection().shutdownInput();
        } catch (ClosedChannelException e) {
            throw new SocketException("Socket closed");
        }
    }

    @Override
    protected void shutdownOutput() throws IOException {
        checkConnected();
        try {
            connection().shutdownOutput();
        } catch (ClosedChannelException e) {
            throw new SocketException("Socket closed");
        }
    }

    @Override
    protected void close() throws IOException {
        State before = STATE.getAndSet(this, State.CLOSED);
        if (before == State.CLOSED) {
            return;
        }
        Connection known = connection;
        Binding bound = binding;
        try {
            if (before == State.CONNECTING && known != null) {
                abandon(known);
            } else if (before == State.CONNECTED) {
                hangUp(connection());
            }
        } finally {
            if (bound != null) {
                bound.close();
            }
        }
    }

    private void hangUp(Connection connected) throws IOException {
        if (options.resetsOnClose()) {
            connected.reset();
        } else {
            connected.outputStream().close();
        }
    }

    // ---- states and options

    @Override
    void checkOpen() throws SocketException {
        State now = state;
        if (now == State.NEW) {
            throw new SocketException("Socket not created");
        }
        if (now == State.CLOSED || (now == State.CONNECTED && connection().isClosed())) {
            throw new SocketException("Socket closed");
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
        Connection known = connection;
        if (option == OptionTable.OOBINLINE && known != null) {
            known.urgentInline(options.readsUrgentInline());
        }
    }

    @Override
    int timeoutMillis() {
        return timeout;
    }

    @Override
    void timeoutMillis(int millis) {
        timeout = millis;
        Connection known = connection;
        if (known != null) {
            known.readTimeout(Duration.ofMillis(millis));
        }
    }
}

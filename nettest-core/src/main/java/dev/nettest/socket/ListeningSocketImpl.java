package dev.nettest.socket;

import dev.nettest.Binding;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.OperationLock;
import dev.nettest.SocketKind;
import dev.nettest.internal.inet.CloseNote;
import dev.nettest.internal.inet.SocketOptionTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The implementation of a server socket: first a binding, then a listener of the network. */
final class ListeningSocketImpl extends NetworkSocketImpl {

    private static final int DEFAULT_BACKLOG = 50;

    private final OperationLock acceptLock;
    private volatile boolean created;
    private volatile boolean closed;
    private volatile @Nullable Listener listener;
    private volatile int timeout;

    ListeningSocketImpl(Host host) {
        super(host, SocketOptionTable.ofServer());
        this.acceptLock = OperationLock.of(host.network());
    }

    /** Null before the socket listens. */
    @Nullable
    Listener listener() {
        return listener;
    }

    @Override
    protected void create(boolean stream) {
        created = true;
    }

    @Override
    protected synchronized void listen(int backlog) throws IOException {
        checkOpen();
        Binding bound = binding;
        if (bound == null) {
            throw new SocketException("Not bound");
        }
        if (listener == null) {
            listener = bound.listen(SocketKind.SOCKET);
        }
        listener.backlog(backlog < 1 ? DEFAULT_BACKLOG : backlog);
    }

    @Override
    protected void accept(SocketImpl accepting) throws IOException {
        if (!(accepting instanceof StreamSocketImpl socket)) {
            throw new IOException("An instance of " + getClass() + " cannot accept a connection with an instance of "
                    + accepting.getClass());
        }
        Duration left = lockForAccept(Duration.ofMillis(timeout));
        try {
            checkOpen();
            Listener listening = listener;
            if (listening == null) {
                throw new SocketException("Not bound");
            }
            socket.accepted(listening.accept(left, SocketKind.SOCKET), options);
        } finally {
            acceptLock.unlock();
        }
    }

    /** Returns the rest of {@code millis}; zero means no timeout. */
    private Duration lockForAccept(Duration millis) throws SocketTimeoutException {
        if (millis.isZero()) {
            acceptLock.lock();
            return millis;
        }
        Duration left = acceptLock.lock(millis);
        if (left.isZero()) {
            throw new SocketTimeoutException("Accept timed out");
        }
        return left;
    }

    @Override
    protected void close() {
        Binding bound;
        Listener listening;
        synchronized (this) {
            closed = true;
            bound = binding;
            listening = listener;
        }
        if (listening != null) {
            listening.close();
        } else if (bound != null) {
            bound.close();
        }
    }

    @Override
    void checkOpen() throws SocketException {
        Listener listening = listener;
        if (closed || (listening != null && listening.isClosed())) {
            throw CloseNote.attach(new SocketException("Socket closed"), listening);
        }
        if (!created) {
            throw new SocketException("Socket not created");
        }
    }

    @Override
    int timeoutMillis() {
        return timeout;
    }

    @Override
    void timeoutMillis(int millis) {
        timeout = millis;
    }

    @Override
    InetAddress boundAddress() {
        return address;
    }

    // ---- operations that a server socket does not have

    @Override
    protected void connect(SocketAddress remote, int millis) throws IOException {
        throw new SocketException("Not connected");
    }

    @Override
    protected int available() throws IOException {
        throw new SocketException("Not connected");
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        throw new SocketException("Not connected");
    }
}

package dev.nettest;

import dev.nettest.kernel.End;
import dev.nettest.kernel.End.Closing;
import dev.nettest.kernel.EventRing;
import dev.nettest.kernel.Timers;
import dev.nettest.kernel.Verdict;
import dev.nettest.kernel.Verdict.Effect;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/** What a connection is besides its bytes: where it comes from, who owns it, how it ends. */
final class ConnectionLife {

    private final Connection connection;
    private final End end;
    private @Nullable ConnectionLife peer;
    private final ConnectionScope scope = new ConnectionScope(this);
    private volatile @Nullable SocketAddress localAddress;
    private volatile @Nullable SocketAddress dialled;

    /** Where it lives, whatever its address; null before it comes to a listener. */
    private volatile @Nullable Host home;

    private volatile long connectTimeout = Timers.NEVER;

    /** Where an accepted end came from; null for one that was dialled or paired. */
    private volatile @Nullable Listener listener;

    /** How the code under test got it, and at which line where lines are kept; null where it is the test's own. */
    private volatile @Nullable String gotBy;

    private volatile @Nullable StackTraceElement gotAt;

    /** Its owner closed it, other than the network at its end. */
    private volatile boolean closedByOwner;

    /** Guarded by the end's lock. */
    private boolean closing;

    /** Kept at the first end only; guarded by this object. */
    private @Nullable ConnectionWay way;

    ConnectionLife(Connection connection, End end) {
        this.connection = connection;
        this.end = end;
    }

    void pairWith(ConnectionLife other) {
        peer = other;
        other.peer = this;
    }

    private ConnectionLife peerLife() {
        if (peer == null) {
            throw new AssertionError("a connection is made with its peer");
        }
        return peer;
    }

    Connection peer() {
        return peerLife().connection;
    }

    // ---- addresses

    SocketAddress localAddress() {
        SocketAddress address = localAddress;
        return address == null ? Addresses.UNBOUND : address;
    }

    SocketAddress remoteAddress() {
        SocketAddress remote = peerLife().localAddress();
        SocketAddress named = dialled;
        return named != null && named.equals(remote) ? named : remote;
    }

    /** What was dialled, which may know by which name. */
    void dialled(InetSocketAddress server) {
        dialled = server;
    }

    /** The host that it lives on, whatever its address: which dialled, or accepts, it. */
    @Nullable
    Host home() {
        return home;
    }

    void home(Host host) {
        home = host;
    }

    void localAddress(SocketAddress address) {
        localAddress = address;
    }

    void fakeLocalAddress(SocketAddress address) {
        if (end.isLocal()) {
            fakePath(address);
            return;
        }
        InetSocketAddress resolved;
        try {
            resolved = network().resolved(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("unknown host: " + e.getMessage(), e);
        }
        if (end.isDialling() || localAddress == null) {
            localAddress = resolved; // claimed with the peer's when the dial begins
        } else if (!network().connections().move(connection, resolved)) {
            throw new IllegalArgumentException("address in use by another connection to "
                    + Addresses.text(remoteAddress()) + ": " + Addresses.text(resolved));
        } else if (!network().links().isTrivial()) {
            way().follow(); // the links of the new address
        }
    }

    private void fakePath(SocketAddress address) {
        if (!(address instanceof UnixDomainSocketAddress path)) {
            throw new UnsupportedAddressTypeException();
        }
        try {
            Addresses.checkedLength(path);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage() + ": " + path, e);
        }
        SocketAddress before = localAddress();
        localAddress = path; // bound when the dial begins
        if (!end.isDialling()
                && !path.equals(before)
                && !network().connections().bindPath(connection)) {
            localAddress = before;
            throw new IllegalArgumentException("address in use: " + Addresses.text(path));
        }
    }

    String describe() {
        String state;
        end.lock();
        try {
            state = end.state();
        } finally {
            end.leave();
        }
        return Addresses.text(localAddress()) + " -> " + Addresses.text(remoteAddress()) + " (" + state + ")";
    }

    // ---- buffer

    int receiveBufferSize() {
        end.lock();
        try {
            return end.receiveBufferSize();
        } finally {
            end.leave();
        }
    }

    void receiveBufferSize(int bytes) {
        end.lock();
        try {
            end.receiveBufferSize(bytes);
        } finally {
            end.leave();
        }
    }

    void urgentInline(boolean inline) {
        end.lock();
        try {
            end.urgentInline(inline);
        } finally {
            end.leave();
        }
    }

    int available() {
        end.lock();
        try {
            boolean over = end.isClosed() || end.isInputShutdown();
            return over ? 0 : (int) Math.min(Integer.MAX_VALUE, end.available());
        } finally {
            end.leave();
        }
    }

    /** Bytes written here that the peer has not read. */
    long unreadByPeer() {
        end.lock();
        try {
            return end.unreadByPeer();
        } finally {
            end.leave();
        }
    }

    /** Whether an RST came or went. */
    boolean isReset() {
        end.lock();
        try {
            return end.isBroken();
        } finally {
            end.leave();
        }
    }

    int checkHoldable(int bytes) {
        Checks.positive(bytes, "bytes");
        int capacity = receiveBufferSize();
        if (capacity != 0 && bytes > capacity) {
            throw new IllegalArgumentException(
                    "waiting for " + bytes + " readable bytes, but the receive buffer holds at most " + capacity);
        }
        return bytes;
    }

    // ---- dialling

    void connectTimeout(long nanos) {
        connectTimeout = nanos;
    }

    long connectTimeout() {
        return connectTimeout;
    }

    /** It comes to a listener's backlog, with the listener's settings, and is judged by the faults there. */
    void arrive(Listener origin, int receiveBufferSize) {
        if (listener != origin) {
            listener = origin;
            home = origin.host();
            if (home.isCutOff()
                    || ConnectionWay.isCutOff(peerLife().home)
                    || !network().links().isTrivial()) {
                way().follow(); // as of just now
            }
            receiveBufferSize(receiveBufferSize);
            if (end.isLocal()) {
                localAddress = origin.localAddress(); // as it was bound, however it was dialled
            }
            scope.judgeFromBirth();
        }
    }

    boolean isFrom(Listener origin) {
        return listener == origin;
    }

    /** The code under test took it out of a backlog. */
    void accepted() {
        belongToCode("accepted");
        acceptedByNetwork();
    }

    /** It left a backlog, and a part of the network itself owns it from here on. */
    void acceptedByNetwork() {
        connection.record(EventRing.Kind.ACCEPT, 0);
    }

    /** Code under test owns it from here on. */
    void belongToCode(String how) {
        gotBy = how;
        if (network().config().keepsBirthplaces()) {
            gotAt = Birthplace.here();
        }
    }

    /** Whether code that owns it did not close it. */
    boolean isLeaked() {
        return gotBy != null && !closedByOwner;
    }

    /** Which one it is, and where it was accepted or connected if that is known. */
    String birth() {
        StackTraceElement line = gotAt;
        return "connection " + Addresses.text(localAddress()) + " -> " + Addresses.text(remoteAddress())
                + (line == null ? "" : ", " + gotBy + " at " + line);
    }

    // ---- ending

    void shutdown(boolean output) throws IOException {
        end.lock();
        try {
            if (end.isClosed()) {
                throw new ClosedChannelException();
            }
            if (output) {
                end.shutdownOutput();
            } else {
                end.shutdownInput();
            }
        } finally {
            end.leave();
        }
        connection.record(output ? EventRing.Kind.SHUTDOWN_OUTPUT : EventRing.Kind.SHUTDOWN_INPUT, 0);
    }

    /** A close by the owner, with the faults on it. */
    void close(Closing closing) throws IOException {
        closedByOwner = true;
        if (begin()) {
            Verdict verdict = scope.judgeClose();
            carryOut(verdict != null && verdict.effect() == Effect.RESET ? Closing.ABORT : closing, verdict);
            if (verdict != null && verdict.effect() == Effect.FAIL) {
                throw Failures.of(verdict, connection.toString());
            }
        } else {
            network().ownerClosed();
        }
    }

    /** A close by the network, which no fault changes and which is not the owner's. */
    void release(Closing closing) {
        if (begin()) {
            carryOut(closing, null);
        }
    }

    /** As {@link #release}, of both ends at one moment, so that nobody who waits in one sees the other end first. */
    void releaseBoth() {
        ConnectionLife other = peerLife();
        end.lock(); // which is the other's too
        try {
            closeForRelease();
            other.closeForRelease();
        } finally {
            end.leave();
        }
        connection.record(EventRing.Kind.CLOSE, 0);
        network().connections().closed(connection);
    }

    private void closeForRelease() {
        if (!closing) {
            closing = true;
            end.close();
        }
    }

    /** An RST each way; both ends stay open for their owners to find out. */
    void abort() {
        end.lock();
        end.abort();
        end.leave();
        connection.record(EventRing.Kind.RESET, 0);
    }

    /** Its host crashed; its owner has nothing left to close. */
    void crash() {
        closedByOwner = true;
        release(Closing.ABORT);
    }

    /** Its host crashed, and the peer hears nothing of it. */
    void vanish() {
        closedByOwner = true;
        if (begin()) {
            end.lock();
            end.vanish(connection.timers());
            end.leave();
            way().follow(); // it may be restarted already
            connection.record(EventRing.Kind.CLOSE, 0);
            network().connections().closed(connection);
            network().ownerClosed();
        }
    }

    /** A close that the peer hears nothing of before it sends something. */
    void closeSilently() {
        if (begin()) {
            end.lock();
            end.close();
            end.leave();
            network().connections().closed(connection);
        }
    }

    /** A close by an interrupt. */
    void closeByInterrupt(Closing closing) {
        closedByOwner = true;
        release(closing);
    }

    private boolean begin() {
        end.lock();
        boolean first = !closing;
        closing = true;
        end.leave();
        return first;
    }

    private void carryOut(Closing closing, @Nullable Verdict verdict) {
        long delay = verdict != null && verdict.effect() == Effect.DELAY ? verdict.amount() : -1;
        end.lock();
        boolean unread;
        try {
            unread = end.close();
            if (delay < 0) {
                end.announceClose(closing, unread);
            }
        } finally {
            end.leave();
        }
        if (delay >= 0) {
            connection.timers().schedule(connection.timers().in(delay), () -> announceLate(closing, unread));
        }
        connection.record(closing == Closing.ABORT ? EventRing.Kind.RESET : EventRing.Kind.CLOSE, 0);
        network().connections().closed(connection);
        network().ownerClosed();
    }

    private void announceLate(Closing closing, boolean unread) {
        end.lock();
        end.announceClose(closing, unread);
        end.leave();
    }

    // ---- the way to the other end

    /** The way between the two ends, which both share; made when it is first asked for. */
    ConnectionWay way() {
        ConnectionLife first = connection.isFirst() ? this : peerLife();
        synchronized (first) {
            if (first.way == null) {
                first.way = new ConnectionWay(first, first.peerLife());
            }
            return first.way;
        }
    }

    End end() {
        return end;
    }

    // ---- for the rest of the package

    /** The faults of this end. */
    ConnectionScope scope() {
        return scope;
    }

    /** Where it was accepted; null for an end that dialled, or of a pair. */
    @Nullable
    Listener listener() {
        return listener;
    }

    Connection connection() {
        return connection;
    }

    boolean isEstablished() {
        return !end.isDialling();
    }

    Network network() {
        return connection.network();
    }

    long diceKey() {
        return connection.id() + 2;
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}

package dev.nettest;

import dev.nettest.Operation.Kind;
import dev.nettest.kernel.End;
import dev.nettest.kernel.End.Closing;
import dev.nettest.kernel.EventRing;
import dev.nettest.kernel.Judge;
import dev.nettest.kernel.Timers;
import dev.nettest.kernel.Verdict;
import dev.nettest.kernel.Verdict.Effect;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a connection is besides its bytes: where it comes from, who owns it, which faults concern it, how it ends. */
final class ConnectionLife implements Faults.Scope, FaultJudge.Subject {

    private final Connection connection;
    private final End end;
    private @Nullable ConnectionLife peer;
    private volatile @Nullable Faults faults;
    private volatile @Nullable FaultJudge closes;
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

    /** Guarded by the end's lock, as what follows. */
    private boolean closing;

    /** The way to this end; null before there was a link. */
    private @Nullable Passage passage;

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

    @Override
    public SocketAddress localAddress() {
        SocketAddress address = localAddress;
        return address == null ? Addresses.UNBOUND : address;
    }

    @Override
    public SocketAddress remoteAddress() {
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
            follow(); // the links of the new address
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
                    || isCutOff(peerLife().home)
                    || !network().links().isTrivial()) {
                follow(); // as of just now
            }
            receiveBufferSize(receiveBufferSize);
            if (end.isLocal()) {
                localAddress = origin.localAddress(); // as it was bound, however it was dialled
            }
            judgeFromBirth();
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
            Verdict verdict = judgeClose();
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
            follow(); // it may be restarted already
            connection.record(EventRing.Kind.CLOSE, 0);
            network().connections().closed(connection);
            network().ownerClosed();
        }
    }

    // ---- the way between the ends

    /** Has the way between the two ends be as their hosts and the links say, whoever changed that last. */
    void follow() {
        ConnectionLife other = peerLife();
        Links links = network().links();
        boolean here;
        boolean there;
        long seen;
        do {
            here = isCutOff(home);
            there = isCutOff(other.home);
            seen = links.changes().count();
            Way in = other.wayTo(this);
            Way out = wayTo(other);
            end.lock(); // which is the other's too
            if (seen > 0) {
                takeWay(in, out);
                other.takeWay(out, in);
            }
            hold(in.isStopped() || here || there, here);
            other.hold(out.isStopped() || here || there, there);
            end.leave();
        } while (here != isCutOff(home)
                || there != isCutOff(other.home)
                || seen != links.changes().count());
    }

    private static boolean isCutOff(@Nullable Host host) {
        return host != null && host.isCutOff();
    }

    /** Has what is sent to this end come this way, and what it sends leave by {@code out}. */
    private void takeWay(Way in, Way out) {
        Passage here = passage();
        Passage back = peerLife().passage();
        boolean changed = here.take(in, out);
        end.route(
                here.delays() ? here : null,
                out.impairment().sparesStreams() ? null : back,
                changed,
                connection.timers());
    }

    private void hold(boolean held, boolean everything) {
        if (held) {
            end.hold(everything, connection.timers());
        } else {
            end.release();
        }
    }

    /** The way to this end, with the dice of what is sent to it. Guarded by the end's lock. */
    private Passage passage() {
        if (passage == null) {
            passage = new Passage(Dice.seed(network().seed(), Passage.DICE, diceKey()));
        }
        return passage;
    }

    /** What lies between this end and its peer; nothing where both are of one kernel. */
    private Way wayTo(ConnectionLife other) {
        Links links = network().links();
        boolean free = links.isTrivial() || end.isLocal();
        return free ? Way.FREE : links.way(spot(), other.spot(), isDiallerSide());
    }

    private LinkSide.Spot spot() {
        Host lives = home;
        InetAddress address = ((InetSocketAddress) localAddress()).getAddress();
        return new LinkSide.Spot(lives == null ? network().hosts().ownerOf(address) : lives, address);
    }

    private boolean isDiallerSide() {
        return (connection.id() & 1) == 0;
    }

    /** When the next part of a handshake arrives at this end, if it leaves the other one now; -1 where it takes no time. */
    long handshakeArrival() {
        end.lock();
        try {
            long now = connection.timers().now();
            long arrival = passage == null ? now : passage.handshake(now);
            return arrival <= now ? -1 : arrival;
        } finally {
            end.leave();
        }
    }

    /** Whether something takes time on its way between the ends. */
    boolean isDelayed() {
        end.lock();
        try {
            return passage != null && (passage.delays() || peerLife().passage().delays());
        } finally {
            end.leave();
        }
    }

    /** Whether the links let nothing through now, one way or the other. */
    boolean isStoppedNow() {
        follow();
        end.lock();
        try {
            return passage().way().isStopped() || peerLife().passage().way().isStopped();
        } finally {
            end.leave();
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

    // ---- faults

    Faults faults() {
        Faults existing = faults;
        if (existing != null) {
            return existing;
        }
        synchronized (this) {
            if (faults == null) {
                faults = new Faults(this);
            }
            return faults;
        }
    }

    /** The scopes whose faults this end feels, narrowest first. */
    private List<Faults> scopes() {
        List<Faults> scopes = new ArrayList<>(4);
        scopes.add(faults());
        if (listener != null) {
            scopes.add(listener.faults());
        }
        Host machine = home;
        if (machine != null) {
            scopes.add(machine.faults());
        }
        scopes.add(network().faults());
        return scopes;
    }

    /** The end's own faults; null where nobody has asked for them. */
    @Nullable
    Faults knownFaults() {
        return faults;
    }

    boolean isConcerned(Kind kind) {
        Faults own = faults;
        Listener origin = listener;
        Host machine = home;
        return (own != null && own.concerns(kind))
                || (origin != null && origin.faults().concerns(kind))
                || (machine != null && machine.faults().concerns(kind))
                || network().faults().concerns(kind);
    }

    /** Installs the judges of faults that were there before this end. */
    void judgeFromBirth() {
        for (Kind kind : List.of(Kind.READ, Kind.WRITE, Kind.CLOSE)) {
            if (isConcerned(kind)) {
                renew(kind);
            }
        }
    }

    @Override
    public void renew(Kind kind) {
        if (kind == Kind.CLOSE) {
            closes().meet(1, 0);
        }
        if (kind != Kind.READ && kind != Kind.WRITE) {
            return; // judged when they happen
        }
        FaultJudge judge = new FaultJudge(kind, this::scopes, network(), diceKey());
        Judge bound = (number, offset) -> judge.judge(number, offset, this, true);
        end.lock();
        try {
            if (kind == Kind.READ) {
                end.judgeReads(bound, connection.timers());
            } else {
                end.judgeWrites(bound, connection.timers());
            }
        } finally {
            end.leave();
        }
    }

    private FaultJudge closes() {
        FaultJudge existing = closes;
        if (existing != null) {
            return existing;
        }
        synchronized (this) {
            if (closes == null) {
                closes = new FaultJudge(Kind.CLOSE, this::scopes, network(), diceKey());
            }
            return closes;
        }
    }

    private @Nullable Verdict judgeClose() {
        if (!isConcerned(Kind.CLOSE)) {
            return null;
        }
        Verdict verdict = closes().judge(1, 0, this, true);
        if (verdict.source() != null) {
            verdict.source().fired();
        }
        return verdict;
    }

    @Override
    public @Nullable String refusal(Kind kind, Fault.Effect effect) {
        return switch (kind) {
            case ACCEPT -> "a connection accepts nothing; install it on its listener";
            case SEND, RECEIVE -> "a connection carries no datagrams; install it on a datagram endpoint";
            default -> null;
        };
    }

    boolean isEstablished() {
        return !end.isDialling();
    }

    @Override
    public Network network() {
        return connection.network();
    }

    @Override
    public long diceKey() {
        return connection.id() + 2;
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}

package dev.nettest.internal.net;

import dev.nettest.internal.link.HostAddress;
import dev.nettest.internal.link.LinkDirectionImpl;
import dev.nettest.internal.link.LinkTable;
import dev.nettest.internal.link.Netem;
import dev.nettest.internal.link.Route;
import dev.nettest.internal.stream.StreamEndpoint;
import dev.nettest.internal.stream.TcpTimeouts;
import dev.nettest.internal.util.Seeds;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The route between the two ends of a connection, in both directions. It depends on both hosts and the links between
 * them.
 */
final class ConnectionRoute {

    private final NetworkImpl network;
    private final ConnectionImpl connecting;
    private final ConnectionImpl accepting;
    private final TcpTimeouts timeouts;
    private final SegmentRecorder toAccepting;
    private final SegmentRecorder toConnecting;

    /**
     * From the connecting end to the accepting one; null before the network has a link. Guarded by the lock of both
     * ends.
     */
    private @Nullable Netem forward;

    /** From the accepting end to the connecting one. */
    private @Nullable Netem reverse;

    /** True if the test has cut this connection, from the connecting end to the accepting one. */
    private volatile boolean forwardCut;

    private volatile boolean reverseCut;

    ConnectionRoute(ConnectionImpl connecting, ConnectionImpl accepting) {
        this.network = connecting.network();
        this.connecting = connecting;
        this.accepting = accepting;
        this.timeouts = network.connectionTable().timeouts();
        this.toAccepting = new SegmentRecorder(connecting, accepting);
        this.toConnecting = new SegmentRecorder(accepting, connecting);
    }

    /** The reachability of a host. */
    private record Reach(boolean unreachable, boolean silent) {

        static Reach of(@Nullable HostImpl host) {
            return new Reach(isUnreachable(host), host != null && host.state().isSilent());
        }
    }

    /** The hosts' reachability, the cuts of this connection, and the number of link changes. */
    private record State(Reach connecting, Reach accepting, boolean forwardCut, boolean reverseCut, long linkChanges) {}

    /** Cuts the direction from {@code sender}. */
    void cut(ConnectionImpl sender) {
        if (connecting.endpoint().isLocal()) {
            throw new UnsupportedOperationException("Unix domain sockets use no link that could be cut");
        }
        if (sender.endpoint().isConnecting()) {
            throw new IllegalStateException(
                    "a connection can be cut only after its handshake; " + sender + " is not established");
        }
        if (sender == connecting) {
            forwardCut = true;
        } else {
            reverseCut = true;
        }
        syncWithHosts();
    }

    /** Ends the cuts of this connection. */
    void repair() {
        forwardCut = false;
        reverseCut = false;
        syncWithHosts();
    }

    /** Brings both ends in line with their hosts and the links. */
    void syncWithHosts() {
        StateSync.sync(this::current, this::apply);
    }

    private State current() {
        return new State(
                Reach.of(connecting.host()),
                Reach.of(accepting.host()),
                forwardCut,
                reverseCut,
                network.links().table().changes().count());
    }

    private void apply(State state) {
        boolean local = state.connecting.unreachable;
        boolean remote = state.accepting.unreachable;
        boolean silent = state.connecting.silent || state.accepting.silent;
        Route out = between(connecting, accepting, true);
        Route in = between(accepting, connecting, false);
        connecting.endpoint().lock(); // also the peer's lock
        if (state.linkChanges > 0) {
            setRoute(out, in);
        }
        boolean outCut = out.partitioned() || state.forwardCut || silent;
        boolean inCut = in.partitioned() || state.reverseCut || silent;
        hold(accepting.endpoint(), outCut || out.held() || local || remote, remote, outCut);
        hold(connecting.endpoint(), inCut || in.held() || local || remote, local, inCut);
        accepting.endpoint().recordSegments(toAccepting);
        connecting.endpoint().recordSegments(toConnecting);
        accepting.endpoint().transmitReleased();
        connecting.endpoint().transmitReleased();
        connecting.endpoint().leave();
    }

    static boolean isUnreachable(@Nullable HostImpl host) {
        return host != null && host.isUnreachable();
    }

    private void setRoute(Route out, Route in) {
        Netem outbound = forward == null ? new Netem(seed(accepting), timeouts) : forward;
        Netem inbound = reverse == null ? new Netem(seed(connecting), timeouts) : reverse;
        forward = outbound;
        reverse = inbound;
        boolean outboundChanged = outbound.setRoute(out, in);
        boolean inboundChanged = inbound.setRoute(in, out);
        Netem slowOutbound = outbound.delays() ? outbound : null;
        Netem slowInbound = inbound.delays() ? inbound : null;
        accepting.endpoint().route(slowOutbound, slowInbound, outboundChanged, timeouts);
        connecting.endpoint().route(slowInbound, slowOutbound, inboundChanged, timeouts);
    }

    private long seed(ConnectionImpl reader) {
        return Seeds.seed(network.seed(), Netem.RNG_KEY, ConnectionFaultScope.rngKey(reader));
    }

    private void hold(StreamEndpoint end, boolean held, boolean everything, boolean cut) {
        if (held) {
            end.hold(everything, cut, timeouts);
        } else {
            end.open();
        }
    }

    /** The route in one direction. Unix domain sockets use no link. */
    private Route between(ConnectionImpl from, ConnectionImpl to, boolean outbound) {
        boolean free =
                network.links().table().isTrivial() || connecting.endpoint().isLocal();
        return free ? Route.FREE : network.links().table().route(hostAddress(from), hostAddress(to), outbound);
    }

    private HostAddress hostAddress(ConnectionImpl end) {
        HostImpl host = end.host();
        InetAddress address = ((InetSocketAddress) end.localAddress()).getAddress();
        return new HostAddress(host == null ? network.hostTable().ownerOf(address) : host, address);
    }

    /** The bytes of this connection that wait because {@code direction} stops them. */
    long heldBytes(LinkDirectionImpl direction) {
        if (connecting.endpoint().isLocal()) {
            return 0;
        }
        HostAddress from = hostAddress(connecting);
        HostAddress to = hostAddress(accepting);
        LinkTable links = network.links().table();
        boolean out = links.carries(direction, from, to, true);
        boolean in = links.carries(direction, to, from, false);
        connecting.endpoint().lock();
        try {
            return (out ? accepting.endpoint().heldBytes() : 0)
                    + (in ? connecting.endpoint().heldBytes() : 0);
        } finally {
            connecting.endpoint().leave();
        }
    }

    // ---- for a handshake

    /**
     * The arrival at the listener of a segment sent now; -1 if it takes no time, {@code Timers.NEVER} if it is lost.
     */
    long forwardArrival() {
        return arrival(true);
    }

    /** The arrival at the connecting end of a segment sent now; otherwise like {@link #forwardArrival}. */
    long reverseArrival() {
        return arrival(false);
    }

    private long arrival(boolean outbound) {
        connecting.endpoint().lock();
        try {
            long now = network.timers().now();
            Netem netem = outbound ? forward : reverse;
            long arrival = netem == null ? now : netem.handshake(now);
            return arrival <= now ? -1 : arrival;
        } finally {
            connecting.endpoint().leave();
        }
    }

    /** True if a direction delays segments. */
    boolean delays() {
        connecting.endpoint().lock();
        try {
            return (forward != null && forward.delays()) || (reverse != null && reverse.delays());
        } finally {
            connecting.endpoint().leave();
        }
    }

    /** True if a link or a cut of this connection stops a direction now. */
    boolean isStopped() {
        syncWithHosts();
        connecting.endpoint().lock();
        try {
            return forwardCut
                    || reverseCut
                    || (forward != null && forward.route().isStopped())
                    || (reverse != null && reverse.route().isStopped());
        } finally {
            connecting.endpoint().leave();
        }
    }
}

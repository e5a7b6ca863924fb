package dev.nettest.internal.net;

import dev.nettest.internal.name.BindTable;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.util.Addresses;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The local addresses that closed connections still occupy: those in FIN_WAIT2 and TIME_WAIT. Empty unless the settings
 * of the network ask for it. Any thread may call any method.
 */
final class TimeWaitTable {

    /** {@code TCP_TIMEWAIT_LEN} of Linux, and its {@code tcp_fin_timeout} for FIN_WAIT2. */
    private static final long TIME_WAIT = TimeUnit.SECONDS.toNanos(60);

    private final NetworkImpl network;
    private final BindTable<ListenerImpl> binds;

    /** The ends that sent the first FIN. Guarded by this. */
    private final Map<ConnectionImpl, Occupied> ends = new LinkedHashMap<>();

    /** The ports whose last bind had SO_REUSEADDR. Guarded by this. */
    private final Map<Port, Boolean> reused = new HashMap<>();

    TimeWaitTable(NetworkImpl network, BindTable<ListenerImpl> binds) {
        this.network = network;
        this.binds = binds;
    }

    /**
     * The local address of a closed end.
     *
     * @param until the instant at which it is free
     * @param reuse true if its socket had SO_REUSEADDR
     */
    private record Occupied(long until, boolean reuse) {}

    private record Port(@Nullable HostImpl host, int number) {}

    private boolean isEnabled() {
        return network.config().timeWait();
    }

    /**
     * {@code end} was closed by its owner.
     *
     * @param first true if it sent its FIN before it received the peer's, without an RST
     */
    void closed(ConnectionImpl end, boolean first) {
        if (!isEnabled() || end.endpoint().isLocal()) {
            return;
        }
        long now = network.timers().now();
        synchronized (this) {
            ends.values().removeIf(occupied -> occupied.until <= now);
            long until = Timers.deadline(now, TIME_WAIT);
            if (first) {
                int port = ((InetSocketAddress) end.localAddress()).getPort();
                ends.put(end, new Occupied(until, isReused(end.host(), port)));
            }
            ends.computeIfPresent( // the last FIN starts TIME_WAIT
                    end.peer(), (peer, occupied) -> new Occupied(until, occupied.reuse));
        }
    }

    /**
     * Claims an address for {@code binder}, like {@link BindTable#claim}.
     *
     * @param reuse the option SO_REUSEADDR of the socket
     * @param family of the socket
     * @return null if it is in use
     */
    @Nullable
    InetSocketAddress claim(HostImpl binder, InetSocketAddress wanted, boolean reuse, ProtocolFamily family) {
        boolean ipv4Only = Addresses.isIPv4(family);
        if (!isEnabled()) {
            return binds.claim(binder, wanted, ipv4Only);
        }
        if (wanted.getPort() != 0 && isOccupied(binder, wanted, reuse)) {
            return null;
        }
        for (int left = binds.portCount(); left > 0; left--) {
            InetSocketAddress claimed = binds.claim(binder, wanted, ipv4Only);
            if (claimed == null || wanted.getPort() != 0 || !isOccupied(binder, claimed, reuse)) {
                remember(binder, claimed, reuse);
                return claimed;
            }
            binds.release(binder, claimed, null);
        }
        return null;
    }

    private synchronized void remember(HostImpl binder, @Nullable InetSocketAddress claimed, boolean reuse) {
        if (claimed != null) {
            reused.put(new Port(binder, claimed.getPort()), reuse);
        }
    }

    /** True if a connect from {@code local} fails, because its port was not bound with SO_REUSEADDR. */
    boolean isOccupied(HostImpl host, InetSocketAddress local) {
        return isEnabled() && isOccupied(host, local, isReused(host, local.getPort()));
    }

    private boolean isOccupied(HostImpl host, InetSocketAddress wanted, boolean reuse) {
        long now = network.timers().now();
        for (Map.Entry<ConnectionImpl, Occupied> each : snapshot().entrySet()) {
            ConnectionImpl end = each.getKey();
            InetSocketAddress local = (InetSocketAddress) end.localAddress();
            boolean shared = reuse && each.getValue().reuse;
            if (each.getValue().until > now
                    && end.host() == host
                    && Addresses.overlap(local, wanted)
                    && !shared
                    && !isAborted(end)) {
                return true;
            }
        }
        return false;
    }

    /** True if an ephemeral port cannot be used, since its pair of addresses is in TIME_WAIT. */
    boolean holds(InetSocketAddress local, SocketAddress remote) {
        if (!isEnabled()) {
            return false;
        }
        long now = network.timers().now();
        for (Map.Entry<ConnectionImpl, Occupied> each : snapshot().entrySet()) {
            ConnectionImpl end = each.getKey();
            boolean same = local.equals(end.localAddress()) && remote.equals(end.remoteAddress());
            if (same && each.getValue().until > now && !isAborted(end)) {
                return true;
            }
        }
        return false;
    }

    private synchronized Map<ConnectionImpl, Occupied> snapshot() {
        return new LinkedHashMap<>(ends);
    }

    private synchronized boolean isReused(@Nullable HostImpl host, int port) {
        return reused.getOrDefault(new Port(host, port), false);
    }

    /** A peer that gets data for a closed end answers with an RST, which ends every state. */
    private static boolean isAborted(ConnectionImpl end) {
        return end.teardown().isAborted();
    }
}

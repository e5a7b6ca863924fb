package dev.nettest.internal.net;

import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.name.BindTable;
import dev.nettest.internal.net.CloseDetail.Cause;
import dev.nettest.internal.util.Addresses;
import dev.nettest.internal.util.Seeds;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The bound datagram endpoints of a network: bind, unbind, and demultiplexing by target address. */
final class UdpTable {

    private static final InetAddress BROADCAST = Addresses.ipv4(255, 255, 255, 255);

    /** The broadcast address of the loopback interface, 127.0.0.0/8. */
    private static final InetAddress LOOPBACK_BROADCAST = Addresses.ipv4(127, 255, 255, 255);

    /** Above every place in the order of binds. */
    private static final long MAX_ORDER = 1L << 40;

    /** Distinguishes the choice among endpoints that share a port from other random choices. */
    private static final long REUSE_PORT_RNG_KEY = 0x7265757365L;

    private final NetworkImpl network;
    private final BindTable<DatagramEndpointImpl> table;

    /** The count of binds so far. */
    private final AtomicLong binds = new AtomicLong();

    UdpTable(NetworkImpl network) {
        this.network = network;
        this.table = new BindTable<>(
                network.config().firstEphemeralPort(),
                network.config().lastEphemeralPort(),
                network.hostTable()::ownerOf);
    }

    // ---- binding

    /**
     * Binds a new endpoint for {@code host}.
     *
     * @param ipv4Only true if it is limited to IPv4
     */
    DatagramEndpointImpl bind(
            HostImpl host,
            InetSocketAddress wanted,
            boolean ipv4Only,
            Consumer<? super DatagramEndpointImpl> beforeBind)
            throws SocketException {
        DatagramEndpointImpl endpoint = new DatagramEndpointImpl(host);
        beforeBind.accept(endpoint);
        HostImpl binder = host.ownerForBind(wanted);
        binder.state().exclusively(() -> {
            binder.checkUp("bind");
            DatagramEndpointImpl made = table.bindShared(
                    host.bindScope(),
                    wanted,
                    ipv4Only,
                    endpoint::sharesAddressWith,
                    address -> endpoint.boundTo(host.ownerForBind(address), address, binds.incrementAndGet()));
            if (made == null) {
                throw ErrorHelp.addressInUse(network, wanted);
            }
            return made;
        });
        endpoint.scope().installExistingFaults();
        HostImpl owner = endpoint.host();
        if (owner.isUnreachable()) {
            endpoint.ingress().syncWithHost();
        }
        if (network.isClosed() || !owner.isUp()) {
            // a concurrent shutdown or crash may have missed it
            endpoint.closeForOwner(network.isClosed() ? Cause.NETWORK : Cause.CRASH);
            owner.checkUp("bind");
        }
        network.events().record(EventKind.BIND, endpoint, 0, null);
        return endpoint;
    }

    void unbind(DatagramEndpointImpl endpoint) {
        table.release(endpoint.host(), endpoint.binding().address(), endpoint);
    }

    /** Replaces the wildcard of {@code endpoint} by one of its addresses. */
    void rebind(DatagramEndpointImpl endpoint, InetSocketAddress address) {
        HostImpl host = endpoint.host();
        host.state().change(() -> {
            unbind(endpoint);
            long order = binds.incrementAndGet();
            table.bindShared(host, address, false, other -> true, bound -> endpoint.boundTo(host, bound, order));
        });
        if (endpoint.isClosed()) {
            unbind(endpoint); // closed meanwhile
        }
    }

    // ---- looking up

    /** Every bound endpoint, in the order of ports. */
    List<DatagramEndpointImpl> all() {
        return table.owners();
    }

    /** One of these addresses that is bound; null for none. */
    @Nullable
    InetSocketAddress bound(Collection<InetAddress> addresses) {
        return table.rescope(addresses, () -> {});
    }

    /** The endpoint that receives a unicast datagram; null for none. */
    @Nullable
    DatagramEndpointImpl find(InetSocketAddress target, InetSocketAddress source) {
        DatagramEndpointImpl best = table.findBest(target, source, UdpTable::score);
        return best != null && best.reusePort() && best.peer().address() == null
                ? oneOfGroup(best, target, source)
                : best;
    }

    /**
     * Like {@code compute_score} of Linux: a connected endpoint wins, then one with a specific address, then the last
     * bound. Endpoints that were bound with {@code SO_REUSEPORT} come after the others, in the order of binds.
     */
    private static long score(DatagramEndpointImpl endpoint, SocketAddress source) {
        SocketAddress peer = endpoint.peer().address();
        if (peer != null && !peer.equals(source)) {
            return -1;
        }
        boolean any = endpoint.binding().address().getAddress().isAnyLocalAddress();
        long order = endpoint.binding().order();
        long rank = (any ? 1L : 3L) + (peer == null ? 0 : 4);
        return rank * MAX_ORDER + (endpoint.binding().isInPortGroup() ? -order : order);
    }

    /**
     * Like {@code reuseport_select_sock} of Linux: the endpoints with {@code SO_REUSEPORT} on one address share the
     * senders. A hash of both addresses selects an endpoint, so a sender reaches the same one every time. Linux draws
     * the hash's secret at random; here it is the network's seed.
     */
    private DatagramEndpointImpl oneOfGroup(
            DatagramEndpointImpl best, InetSocketAddress target, InetSocketAddress source) {
        InetAddress bound = best.binding().address().getAddress();
        List<DatagramEndpointImpl> group = table.findAll(best.host(), target).stream()
                .filter(other -> (other.reusePort() || other.binding().isInPortGroup())
                        && other.peer().address() == null
                        && sameBound(other.binding().address().getAddress(), bound))
                .toList();
        long hash =
                Seeds.seed(network.seed(), REUSE_PORT_RNG_KEY, source.hashCode(), source.getPort(), target.hashCode());
        return group.isEmpty() ? best : group.get((int) Math.floorMod(hash, (long) group.size()));
    }

    /** Both wildcards are one address to a socket of both families. */
    private static boolean sameBound(InetAddress a, InetAddress b) {
        return a.equals(b) || (a.isAnyLocalAddress() && b.isAnyLocalAddress());
    }

    /** The endpoints that a broadcast or multicast address reaches; for a multicast only members receive. */
    List<DatagramEndpointImpl> findAll(InetSocketAddress target) {
        HostImpl only = target.getAddress().equals(LOOPBACK_BROADCAST) ? network.localhost() : null;
        return table.findAll(only, target);
    }

    // ---- addresses and bytes

    static boolean isBroadcast(InetAddress address) {
        return address.equals(BROADCAST) || address.equals(LOOPBACK_BROADCAST);
    }

    /** True for a broadcast or multicast address. TCP reaches none. */
    static boolean isForMany(InetAddress address) {
        return isBroadcast(address) || address.isMulticastAddress();
    }

    /** True if no host owns the address, so that endpoints of every host can bind it. */
    static boolean isGroupAddress(InetAddress address) {
        return address.isMulticastAddress() || address.equals(BROADCAST);
    }

    /** A copy of the remaining bytes, which stay in {@code bytes}. */
    static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
}

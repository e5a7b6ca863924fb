package dev.nettest.internal.net;

import dev.nettest.SystemError;
import dev.nettest.internal.name.BindTable;
import dev.nettest.internal.util.Addresses;
import dev.nettest.internal.util.EventRing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The bound datagram endpoints of a network: bind, unbind, and demultiplexing by target address. */
final class UdpTable {

    private static final InetAddress BROADCAST = Addresses.ipv4(255, 255, 255, 255);

    /** The broadcast address of the loopback interface, 127.0.0.0/8. */
    private static final InetAddress LOOPBACK_BROADCAST = Addresses.ipv4(127, 255, 255, 255);

    private final NetworkImpl network;
    private final BindTable<DatagramEndpointImpl> table;

    UdpTable(NetworkImpl network) {
        this.network = network;
        this.table = new BindTable<>(
                network.config().firstEphemeralPort(),
                network.config().lastEphemeralPort(),
                network.hostTable()::ownerOf);
    }

    // ---- binding

    /** Binds a new endpoint for {@code host}. */
    DatagramEndpointImpl bind(
            HostImpl host, InetSocketAddress wanted, Consumer<? super DatagramEndpointImpl> beforeBind)
            throws SocketException {
        DatagramEndpointImpl endpoint = new DatagramEndpointImpl(host);
        beforeBind.accept(endpoint);
        HostImpl binder = host.ownerForBind(wanted);
        binder.state().exclusively(() -> {
            binder.checkUp("bind");
            DatagramEndpointImpl made = table.bindShared(
                    host.bindScope(),
                    wanted,
                    other -> other.reuseAddress() && endpoint.reuseAddress(),
                    address -> endpoint.boundTo(host.ownerForBind(address), address));
            if (made == null) {
                throw (SocketException)
                        SystemError.ADDRESS_IN_USE.exception(network.config().personality());
            }
            return made;
        });
        endpoint.scope().installExistingFaults();
        HostImpl owner = endpoint.host();
        if (owner.isUnreachable()) {
            endpoint.ingress().syncWithHost();
        }
        if (network.isClosed() || !owner.isUp()) {
            endpoint.closeForOwner(); // a concurrent shutdown or crash may have missed it
            owner.checkUp("bind");
        }
        endpoint.record(EventRing.Kind.BIND, 0);
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
            table.bindShared(host, address, other -> true, bound -> endpoint.boundTo(host, bound));
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
        return table.findBest(target, source, UdpTable::score);
    }

    /** Like {@code compute_score} of Linux: a connected endpoint wins, then one with a specific address. */
    private static int score(DatagramEndpointImpl endpoint, SocketAddress source) {
        SocketAddress peer = endpoint.peer().address();
        if (peer != null && !peer.equals(source)) {
            return -1;
        }
        boolean any = endpoint.binding().address().getAddress().isAnyLocalAddress();
        return (any ? 0 : 1) + (peer == null ? 0 : 2);
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

    /** True if no host owns the address, so that endpoints of every host can bind it. */
    static boolean isGroupAddress(InetAddress address) {
        return address.isMulticastAddress() || address.equals(BROADCAST);
    }

    /** A copy of the remaining bytes, which stay in {@code bytes}. */
    static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
}

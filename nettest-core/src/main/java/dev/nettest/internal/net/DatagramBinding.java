package dev.nettest.internal.net;

import dev.nettest.internal.util.Addresses;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The local side of a datagram endpoint: its host, its bound address, and the addresses that it can send from. */
final class DatagramBinding {

    private volatile InetSocketAddress address = Addresses.UNBOUND;

    /** The host that is bound; before that the host that binds. */
    private volatile HostImpl host;

    /** The bound address, or for a wildcard every address of the host. */
    private volatile List<InetSocketAddress> sources = List.of();

    /** The place in the order of all binds of the network. */
    private volatile long order;

    /** True if it was bound with {@code SO_REUSEPORT}. */
    private volatile boolean inPortGroup;

    DatagramBinding(HostImpl host) {
        this.host = host;
    }

    void bind(HostImpl owner, InetSocketAddress bound, long boundAs, boolean reusePort) {
        order = boundAs;
        inPortGroup = reusePort;
        InetAddress ip = bound.getAddress();
        Collection<InetAddress> from =
                UdpTable.isGroupAddress(ip) || ip.isAnyLocalAddress() ? owner.addresses() : List.of(ip);
        host = owner;
        sources = from.stream()
                .map(source -> new InetSocketAddress(Addresses.plain(source), bound.getPort()))
                .toList();
        address = bound;
    }

    HostImpl host() {
        return host;
    }

    InetSocketAddress address() {
        return address;
    }

    long order() {
        return order;
    }

    boolean isInPortGroup() {
        return inPortGroup;
    }

    boolean isBound() {
        return address != Addresses.UNBOUND;
    }

    /** The bound address; for a connected wildcard the address that {@code peer} sees. */
    InetSocketAddress localAddress(@Nullable InetSocketAddress peer) {
        boolean any = address.getAddress().isAnyLocalAddress();
        InetSocketAddress source = peer != null && any ? sourceTo(peer.getAddress()) : null;
        return source == null ? address : source;
    }

    /**
     * The sender address that a receiver at {@code target} sees: {@code target} itself if this host owns it, or else
     * the first source of its family. So a client of this host gets the answer of a wildcard server from the address
     * that it sent to.
     *
     * @return null if no source has the family of {@code target}
     */
    @Nullable
    InetSocketAddress sourceTo(InetAddress target) {
        List<InetSocketAddress> all = sources;
        InetSocketAddress first = null;
        for (int i = 0; i < all.size(); i++) {
            InetSocketAddress source = all.get(i);
            InetAddress ip = source.getAddress();
            if (ip.equals(target)) {
                return source;
            }
            if (first == null && (ip instanceof Inet4Address) == (target instanceof Inet4Address)) {
                first = source;
            }
        }
        return first != null && isOwnOfDefaultHost(target)
                ? new InetSocketAddress(Addresses.plain(target), address.getPort())
                : first;
    }

    /** The default host owns every address without an owner. On Linux 127.0.0.0/8 has the source 127.0.0.1. */
    private boolean isOwnOfDefaultHost(InetAddress target) {
        return host.isDefault()
                && address.getAddress().isAnyLocalAddress()
                && !target.isLoopbackAddress()
                && !target.isMulticastAddress()
                && !UdpTable.isBroadcast(target)
                && host.network().hostTable().ownerOf(target) == host;
    }

    // ---- wildcards as targets, like in Linux's udpv6_sendmsg and __ip6_datagram_connect

    /**
     * The address that a connect to {@code target} reaches. A wildcard is this host: its IPv4 address if an IPv4
     * address is bound, else its IPv6 address. It does not matter which wildcard is given.
     *
     * @param fromIPv4 true if an earlier connect has given the endpoint an IPv4 address
     */
    InetSocketAddress connectTarget(InetSocketAddress target, boolean fromIPv4) {
        boolean any = target.getAddress().isAnyLocalAddress();
        boolean toIPv4 = fromIPv4 || isIPv4(address.getAddress()) || Addresses.IPV4_STACK;
        return any ? host.resolveWildcard(wildcard(toIPv4, target)) : target;
    }

    /** The address that a send to {@code target} reaches. The wildcard of IPv6 is this host's IPv4 if that is bound. */
    InetSocketAddress sendTarget(InetSocketAddress target) {
        return host.resolveWildcard(
                target.getAddress() instanceof Inet6Address
                                && target.getAddress().isAnyLocalAddress()
                                && isIPv4(address.getAddress())
                        ? wildcard(true, target)
                        : target);
    }

    /** True if {@code local} is an address of IPv4 and no wildcard. */
    static boolean isIPv4(InetAddress local) {
        return local instanceof Inet4Address && !local.isAnyLocalAddress();
    }

    private static InetSocketAddress wildcard(boolean ipv4, InetSocketAddress target) {
        return new InetSocketAddress(ipv4 ? Addresses.ANY : Addresses.ANY_6, target.getPort());
    }

    /** The bound address, followed by the host if the address does not identify it. */
    String place() {
        return (Addresses.text(address) + " " + ofHost()).stripTrailing();
    }

    /** "of" and the host's name if the address does not identify the host; empty otherwise. */
    String ofHost() {
        boolean identified = host.isDefault() || host.addresses().contains(address.getAddress());
        return identified ? "" : "of " + host.name();
    }
}

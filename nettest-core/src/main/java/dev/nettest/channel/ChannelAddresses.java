package dev.nettest.channel;

import dev.nettest.Binding;
import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.internal.inet.IpStack;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Addresses as the JDK's channels take and show them. */
final class ChannelAddresses {

    private ChannelAddresses() {}

    /**
     * An address that a channel of {@code family} can bind or reach.
     *
     * @throws UnresolvedAddressException for a name
     * @throws UnsupportedAddressTypeException for an address of another family
     */
    static SocketAddress checked(SocketAddress address, ProtocolFamily family) {
        Objects.requireNonNull(address);
        if (family == StandardProtocolFamily.UNIX) {
            if (address instanceof UnixDomainSocketAddress) {
                return address;
            }
            throw new UnsupportedAddressTypeException();
        }
        if (!(address instanceof InetSocketAddress inet)) {
            throw new UnsupportedAddressTypeException();
        }
        if (inet.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        if (family == StandardProtocolFamily.INET && !(inet.getAddress() instanceof Inet4Address)) {
            throw new UnsupportedAddressTypeException();
        }
        return inet;
    }

    /** The address to bind: the wildcard in place of null. */
    static SocketAddress bindable(@Nullable SocketAddress local, ProtocolFamily family) {
        return local == null ? wildcard(family) : checked(local, family);
    }

    /** A bound channel reaches addresses of its own IP version only. */
    static void checkReachable(@Nullable Binding bound, SocketAddress target, Network network) throws IOException {
        if (target instanceof InetSocketAddress inet && bound != null) {
            IpStack.checkSameFamily(
                    ((InetSocketAddress) bound.localAddress()).getAddress(), inet.getAddress(), network);
        }
    }

    /** A bound address without a name, as the source address of a connection. */
    static SocketAddress unnamed(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? new InetSocketAddress(IpStack.withoutName(inet.getAddress()), inet.getPort())
                : address;
    }

    /** The wildcard address of {@code family}, with port 0. */
    static InetSocketAddress wildcard(ProtocolFamily family) {
        return family == StandardProtocolFamily.INET
                ? new InetSocketAddress(IpStack.IPV4_WILDCARD, 0)
                : new InetSocketAddress(IpStack.DATAGRAM_WILDCARD, 0);
    }

    /** A bound address as the kernel shows it: without a name, and the wildcard in the channel's family. */
    static SocketAddress shown(SocketAddress address, ProtocolFamily family) {
        if (!(address instanceof InetSocketAddress inet)) {
            return address;
        }
        InetAddress ip = inet.getAddress();
        return ip.isAnyLocalAddress()
                ? new InetSocketAddress(wildcard(family).getAddress(), inet.getPort())
                : new InetSocketAddress(IpStack.withoutName(ip), inet.getPort());
    }

    /** A channel of IPv4 reaches the IPv4 address of its host by the wildcard. An endpoint prefers IPv6 there. */
    static InetSocketAddress reachedBy(InetSocketAddress target, ProtocolFamily family, Host host) {
        if (family == StandardProtocolFamily.INET6 || !target.getAddress().isAnyLocalAddress()) {
            return target;
        }
        return host.addresses().stream()
                .filter(Inet4Address.class::isInstance)
                .map(own -> new InetSocketAddress(own, target.getPort()))
                .findFirst()
                .orElse(target);
    }
}

package dev.nettest.internal.inet;

import dev.nettest.Network;
import dev.nettest.SystemError;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;

/**
 * The IP versions of the JDK's sockets. They are sockets of IPv6, which reach IPv4 too, unless {@code
 * -Djava.net.preferIPv4Stack=true} makes them sockets of IPv4.
 */
public final class IpStack {

    /** Read once, like in the JDK. */
    private static final boolean IPV4_ONLY = Boolean.getBoolean("java.net.preferIPv4Stack");

    private static final String FAMILY_UNAVAILABLE =
            Runtime.version().feature() < 18 ? "Protocol family unavailable" : "IPv6 protocol family unavailable";

    /** The wildcard address of sockets that are limited to IPv4. */
    public static final InetAddress IPV4_WILDCARD = wildcard(4);

    /** The wildcard address that a datagram socket shows, and a channel. */
    public static final InetAddress DATAGRAM_WILDCARD = wildcard(IPV4_ONLY ? 4 : 16);

    private IpStack() {}

    /** An unresolved address gets the first address of its name that the sockets can reach. The name is kept. */
    public static InetSocketAddress resolved(InetSocketAddress address, Network network) throws UnknownHostException {
        if (!address.isUnresolved()) {
            return address;
        }
        String name = address.getHostString();
        List<InetAddress> all = network.resolve(name);
        boolean isLiteral = all.get(0).toString().startsWith("/"); // without a name
        for (InetAddress ip : all) {
            if (isLiteral || isAvailable(ip)) {
                return new InetSocketAddress(ip, address.getPort());
            }
        }
        throw new UnknownHostException(name);
    }

    private static boolean isAvailable(InetAddress address) {
        return !IPV4_ONLY || address instanceof Inet4Address;
    }

    /** For an address that a {@code Socket} or a {@code ServerSocket} is bound or connected to. */
    public static void checkStream(InetAddress address) throws SocketException {
        if (!isAvailable(address)) {
            throw new SocketException(FAMILY_UNAVAILABLE);
        }
    }

    /**
     * For the target of a {@code DatagramSocket}'s send.
     *
     * @throws UnsupportedAddressTypeException for IPv6 on a socket of IPv4
     */
    public static void checkTarget(InetAddress address) {
        if (!isAvailable(address)) {
            throw new UnsupportedAddressTypeException();
        }
    }

    /** For an address that a {@code DatagramSocket} is bound or connected to. */
    public static void checkDatagram(InetSocketAddress address) throws SocketException {
        if (address.isUnresolved()) {
            throw socketException("Unresolved address", new UnresolvedAddressException());
        }
        try {
            checkTarget(address.getAddress());
        } catch (UnsupportedAddressTypeException e) {
            throw socketException("Unsupported address type", e);
        }
    }

    private static SocketException socketException(String message, RuntimeException cause) {
        SocketException failure = new SocketException(message);
        failure.initCause(cause);
        return failure;
    }

    /** @throws UnsupportedAddressTypeException for an address of another kind */
    public static InetSocketAddress inet(SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            return inet;
        }
        throw new UnsupportedAddressTypeException();
    }

    /** For a group that a {@code DatagramSocket} joins. */
    public static void checkGroup(InetAddress group) {
        if (!isAvailable(group)) {
            throw new IllegalArgumentException("Only IPv6 sockets can join IPv6 multicast group");
        }
    }

    /** An address of one family cannot reach one of the other. Linux has a different error for each case. */
    public static void checkSameFamily(InetAddress from, InetAddress target, Network network) throws IOException {
        if (!from.isAnyLocalAddress() && from.getAddress().length != target.getAddress().length) {
            throw from instanceof Inet6Address
                    ? SystemError.NETWORK_UNREACHABLE.exception(network.config().personality())
                    : new SocketException("Address family not supported by protocol");
        }
    }

    private static InetAddress wildcard(int length) {
        try {
            return InetAddress.getByAddress(new byte[length]);
        } catch (UnknownHostException e) {
            throw new AssertionError(length + " bytes are a valid address", e);
        }
    }

    /** The address without its name, as a kernel returns it; the wildcard unchanged. */
    public static InetAddress withoutName(InetAddress address) {
        try {
            return address.isAnyLocalAddress() ? address : InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            throw new AssertionError("the bytes of an address have a valid length", e);
        }
    }
}

package dev.nettest.jvm.internal.claim;

import dev.nettest.Network;
import dev.nettest.jvm.ClaimConfig;
import dev.nettest.jvm.Localhost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The open claims of this JVM, and the decision which address belongs to which of them. */
public final class Claims {

    /** The number of prefixes 10.n.0.0/16. */
    private static final int PREFIXES = 256;

    private static final InetAddress LIMITED_BROADCAST =
            Prefix.parse("255.255.255.255").first();

    /** Replaced by each change, so that a bind or a connect without claims costs one volatile read. */
    private static volatile List<ClaimImpl> open = List.of();

    private Claims() {}

    // ---- opening and closing

    /** @param place names the line or the test that makes the claim */
    public static synchronized ClaimImpl open(Network network, ClaimConfig config, String place) {
        LeftClaims.reportAtTheEndOfTheJvm();
        dropEnded();
        int number = freeNumber();
        List<Prefix> prefixes = config.addresses().isEmpty()
                ? List.of(Prefix.ofClaim4(number), Prefix.ofClaim6(number))
                : config.addresses().stream().map(Prefix::parse).toList();
        ClaimImpl claim = new ClaimImpl(network, config, number, prefixes, place);
        for (ClaimImpl other : open) {
            String common = claim.conflictWith(other);
            if (common != null) {
                throw new IllegalStateException("the claim of " + common + " at " + place
                        + " conflicts with the open claim at " + other.place());
            }
        }
        List<ClaimImpl> more = new ArrayList<>(open);
        more.add(claim);
        open = List.copyOf(more);
        return claim;
    }

    static synchronized void close(ClaimImpl claim) {
        List<ClaimImpl> fewer = new ArrayList<>(open);
        fewer.remove(claim);
        open = List.copyOf(fewer);
    }

    /** A network that has ended needs its addresses no more. */
    private static void dropEnded() {
        open = open.stream().filter(claim -> !claim.network().isClosed()).toList();
    }

    private static int freeNumber() {
        for (int number = 0; number < PREFIXES; number++) {
            if (isFree(number)) {
                return number;
            }
        }
        throw new IllegalStateException("all " + PREFIXES + " prefixes of 10.0.0.0/8 are claimed");
    }

    private static boolean isFree(int number) {
        Prefix prefix4 = Prefix.ofClaim4(number);
        Prefix prefix6 = Prefix.ofClaim6(number);
        for (ClaimImpl claim : open) {
            if (claim.number() == number || claim.touches(prefix4) || claim.touches(prefix6)) {
                return false;
            }
        }
        return true;
    }

    /** All open claims, in the order in which they were opened. */
    public static List<ClaimImpl> all() {
        return open;
    }

    /** The open claim of {@code network}; null for none. */
    public static @Nullable ClaimImpl of(Network network) {
        return open.stream()
                .filter(claim -> claim.network() == network)
                .findFirst()
                .orElse(null);
    }

    // ---- routing

    /**
     * The claim that a connect to {@code remote} belongs to; null for the kernel.
     *
     * @throws SocketException if the kernel's sockets are forbidden
     */
    public static @Nullable ClaimImpl toConnect(@Nullable SocketAddress remote) throws IOException {
        return isIdle() ? null : route("connect to ", remote);
    }

    /** Like {@link #toConnect}, for a bind; null as the address is the wildcard. */
    public static @Nullable ClaimImpl toBind(@Nullable SocketAddress local) throws IOException {
        return isIdle() ? null : route("bind to ", local == null ? new InetSocketAddress(0) : local);
    }

    /**
     * Like {@link #toBind}, for a socket that connects afterwards. Null for a loopback address and for the wildcard:
     * they leave the decision to the connect.
     */
    public static @Nullable ClaimImpl toBindClient(@Nullable SocketAddress local) throws IOException {
        boolean decides = local instanceof InetSocketAddress inet
                && !inet.isUnresolved()
                && !inet.getAddress().isAnyLocalAddress()
                && !inet.getAddress().isLoopbackAddress();
        return decides ? toBind(local) : null;
    }

    private static boolean isIdle() {
        return open.isEmpty() && !Traffic.isRecorded();
    }

    private static @Nullable ClaimImpl route(String operation, @Nullable SocketAddress address) throws SocketException {
        if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            return null; // no address of a network, or the kernel's exception
        }
        ClaimImpl owner = owner(inet.getAddress(), inet.getPort());
        Traffic.record(operation, inet, owner);
        if (owner == null) {
            checkAllowed(operation, inet);
        }
        return owner;
    }

    /** True for a loopback address and a wildcard. */
    public static boolean isLocal(InetAddress address) {
        return address.isLoopbackAddress() || address.isAnyLocalAddress();
    }

    /** True for a multicast group and the limited broadcast, RFC 919. */
    public static boolean isGroup(InetAddress address) {
        return address.isMulticastAddress() || address.equals(LIMITED_BROADCAST);
    }

    /** The claim that has this address, and this port if the thread decides; null for none. */
    static @Nullable ClaimImpl owner(InetAddress address, int port) {
        boolean byThread = isLocal(address) || isGroup(address);
        ClaimImpl owner = null;
        for (ClaimImpl claim : open) {
            if (claim.network().isClosed() || !(byThread ? claim.ownsLocal(port) : claim.owns(address))) {
                continue;
            }
            if (owner != null && !byThread) {
                throw new IllegalStateException(address.getHostAddress() + " belongs to two claims: that at "
                        + owner.place() + ", and that at " + claim.place());
            }
            if (owner == null || claim.config().localhost() == Localhost.REGISTERED_THREADS) {
                owner = claim; // a thread that is registered belongs to its own network
            }
        }
        return owner;
    }

    // ---- names

    /**
     * The addresses of a name: of a claim's domain, or a bare name of the network that has localhost in the current
     * thread. Null if no claim knows it.
     */
    public static @Nullable List<InetAddress> resolve(String name) {
        for (ClaimImpl claim : open) {
            List<InetAddress> addresses = claim.resolve(name);
            if (addresses != null) {
                return addresses;
            }
        }
        return null;
    }

    /** The address with that of its name, if it has none and a claim knows the name. */
    public static SocketAddress resolved(SocketAddress address) {
        if (!open.isEmpty() && address instanceof InetSocketAddress inet && inet.isUnresolved()) {
            List<InetAddress> addresses = resolve(inet.getHostString());
            if (addresses != null) {
                return new InetSocketAddress(addresses.get(0), inet.getPort());
            }
        }
        return address;
    }

    /** The name of an address that belongs to a claim; null for none. */
    public static @Nullable String reverse(InetAddress address) {
        ClaimImpl owner = address.isLoopbackAddress() ? null : owner(address, 0);
        return owner == null ? null : owner.nameOf(address);
    }

    private static void checkAllowed(String operation, InetSocketAddress address) throws SocketException {
        for (ClaimImpl claim : open) {
            if (!claim.network().isClosed()) {
                claim.checkAllowed(operation, address);
            }
        }
    }
}

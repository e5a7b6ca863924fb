package dev.nettest.jvm.internal.claim;

import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.channel.NetworkChannels;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.ClaimConfig;
import dev.nettest.jvm.Localhost;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link Claim}. */
public final class ClaimImpl implements Claim {

    private static final String DOMAIN = ".nettest";

    private final Network network;
    private final ClaimConfig config;
    private final int number;
    private final List<Prefix> prefixes;
    private final List<Prefix> allowedReal;
    private final String place;
    private final Thread opener = Thread.currentThread();
    private final AtomicInteger addressesGiven = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Queue<String> forbidden = new ConcurrentLinkedQueue<>();
    private final Map<Host, SelectorProvider> selectorProviders = new ConcurrentHashMap<>();
    private final Map<Host, AsynchronousChannelProvider> asynchronousProviders = new ConcurrentHashMap<>();

    ClaimImpl(Network network, ClaimConfig config, int number, List<Prefix> prefixes, String place) {
        this.network = network;
        this.config = config;
        this.number = number;
        this.prefixes = prefixes;
        this.allowedReal = config.allowedReal().stream().map(Prefix::parse).toList();
        this.place = place;
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public ClaimConfig config() {
        return config;
    }

    /** The number in the free prefix and in the domain. */
    int number() {
        return number;
    }

    /** The line or the test that opened it. */
    String place() {
        return place;
    }

    /** The thread that opened it. */
    Thread opener() {
        return opener;
    }

    // ---- addresses and names

    @Override
    public String address(int hostNumber) {
        return prefixes.get(0).address(hostNumber).getHostAddress();
    }

    @Override
    public Host host(String name) {
        String address;
        do {
            address = address(addressesGiven.incrementAndGet());
        } while (isTaken(address));
        return network.host(name, address);
    }

    private boolean isTaken(String address) {
        InetAddress taken = Prefix.parse(address).first();
        return hostWith(taken) != null;
    }

    @Override
    public String domain() {
        return "n" + number + DOMAIN;
    }

    /** The addresses of a name that is this claim's; null for another. */
    @Nullable
    List<InetAddress> resolve(String name) {
        String suffix = "." + domain();
        if (network.isClosed()) {
            return null;
        }
        if (name.toLowerCase(Locale.ROOT).endsWith(suffix)) {
            return inNetwork(name.substring(0, name.length() - suffix.length()), name);
        }
        return ownsLocal(0) && !name.equalsIgnoreCase("localhost") ? inNetwork(name, name) : null;
    }

    /** @param asked the name that the addresses have, like those of the platform */
    private @Nullable List<InetAddress> inNetwork(String name, String asked) {
        try {
            List<InetAddress> addresses = new ArrayList<>();
            for (InetAddress address : network.resolve(name)) {
                addresses.add(InetAddress.getByAddress(asked, address.getAddress()));
            }
            return addresses;
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** The name that the JVM resolves to {@code address}; null if no name of the network does. */
    @Nullable
    String nameOf(InetAddress address) {
        try {
            return network.reverse(address) + "." + domain();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private @Nullable Host hostWith(InetAddress address) {
        for (Host host : network.hosts()) {
            if (host.addresses().contains(address)) {
                return host;
            }
        }
        return null;
    }

    // ---- ownership

    boolean owns(InetAddress address) {
        return isInPrefixes(prefixes, address) || hostWith(address) != null;
    }

    private static boolean isInPrefixes(List<Prefix> prefixes, InetAddress address) {
        for (Prefix prefix : prefixes) {
            if (prefix.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** True if a loopback address or a wildcard belongs to this claim in the current thread. */
    boolean ownsLocal(int port) {
        return switch (config.localhost()) {
            case ALL_THREADS -> !isKernelPort(port);
            case REGISTERED_THREADS -> !isKernelPort(port) && network.isRegistered();
            case NO_THREADS -> false;
        };
    }

    /** True if this port of the loopback addresses stays with the kernel. */
    public boolean isKernelPort(int port) {
        return config.kernelPorts().contains(port);
    }

    /** True if an address of {@code prefix} belongs to this claim. */
    boolean touches(Prefix prefix) {
        return prefixes.stream().anyMatch(prefix::overlaps)
                || network.hosts().stream()
                        .flatMap(host -> host.addresses().stream())
                        .anyMatch(prefix::contains);
    }

    /** Names what both claims want; null for nothing. */
    @Nullable
    String conflictWith(ClaimImpl other) {
        for (Prefix prefix : prefixes) {
            if (other.touches(prefix)) {
                return prefix.toString();
            }
        }
        for (Host host : network.hosts()) {
            for (InetAddress address : host.addresses()) {
                if (other.owns(address)) {
                    return address.getHostAddress();
                }
            }
        }
        boolean bothLocal =
                config.localhost() == Localhost.ALL_THREADS && other.config.localhost() == Localhost.ALL_THREADS;
        return bothLocal ? "localhost for all threads" : null;
    }

    // ---- providers

    /** Opens channels that connect. */
    public SelectorProvider connecting() {
        return provider(network.localhost());
    }

    /** Opens channels that bind to {@code local}, an address of this claim; null is the wildcard. */
    public SelectorProvider binding(@Nullable SocketAddress local) {
        return provider(hostToBind(local));
    }

    /** The host that binds to {@code local}; null is the wildcard. */
    public Host hostToBind(@Nullable SocketAddress local) {
        Host owner = local instanceof InetSocketAddress inet ? hostWith(inet.getAddress()) : null;
        return owner == null ? network.localhost() : owner;
    }

    private SelectorProvider provider(Host host) {
        return selectorProviders.computeIfAbsent(host, NetworkChannels::selectorProvider);
    }

    /** Opens asynchronous channels of {@code host}. */
    public AsynchronousChannelProvider asynchronous(Host host) {
        return asynchronousProviders.computeIfAbsent(host, NetworkChannels::asynchronousChannelProvider);
    }

    // ---- the kernel's sockets

    void checkAllowed(String operation, InetSocketAddress address) throws SocketException {
        if (config.allowsRealSockets() || isInPrefixes(allowedReal, address.getAddress())) {
            return;
        }
        String attempt = operation + address;
        forbidden.add(attempt + " at " + Callers.line());
        throw new SocketException("the claim at " + place + " forbids real sockets: " + attempt);
    }

    // ---- closing

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Claims.close(this);
            List<String> attempts = new ArrayList<>(forbidden);
            if (!attempts.isEmpty()) {
                throw new AssertionError("real sockets are forbidden by the claim at " + place
                        + ", but the code under test tried " + String.join(", ", attempts));
            }
        }
    }

    @Override
    public String toString() {
        return "claim of " + prefixes + " at " + place + (closed.get() ? " (closed)" : "");
    }
}

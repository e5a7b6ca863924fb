package dev.nettest.internal.name;

import dev.nettest.internal.sync.EventCount;
import dev.nettest.internal.sync.Monitor;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The bound addresses and the ephemeral ports of one protocol of a network. Each address belongs to one scope, its
 * host. A wildcard address stands for every address of both families in its scope, as for the JDK on one machine. That
 * of a socket limited to IPv4 stands for the IPv4 addresses. Scopes do not overlap.
 *
 * <p>Methods take the lock themselves.
 *
 * @param <T> the owner of a bound address
 */
public final class BindTable<T> {

    /** One bound address. It has no owner while it is only claimed. */
    private record BoundAddress<T>(
            Object scope,
            InetSocketAddress address,
            boolean ipv4Only,
            @Nullable T owner) {

        /** True if it receives what is sent to {@code target} in {@code targetScope}. */
        boolean matches(Object targetScope, InetAddress target) {
            InetAddress bound = address.getAddress();
            return owner != null && scope == targetScope && (covers(bound, ipv4Only, target) || bound.equals(target));
        }

        /** True if {@code other} cannot be bound in {@code otherScope} beside it. */
        boolean overlaps(Object otherScope, InetAddress other, boolean otherIpv4Only) {
            InetAddress bound = address.getAddress();
            return scope == otherScope
                    && (covers(other, otherIpv4Only, bound) || covers(bound, ipv4Only, other) || bound.equals(other));
        }

        /** True if {@code bound} is a wildcard that stands for {@code address}. All wildcards overlap. */
        private static boolean covers(InetAddress bound, boolean ipv4Only, InetAddress address) {
            return bound.isAnyLocalAddress()
                    && !(ipv4Only && address instanceof Inet6Address && !address.isAnyLocalAddress());
        }
    }

    /** By port. */
    private final Map<Integer, List<BoundAddress<T>>> byPort = new TreeMap<>();

    private final Monitor monitor = new Monitor();
    private final EventCount changes = new EventCount();
    private final EphemeralPorts ports;
    private final Function<InetAddress, Object> scopes;

    /**
     * @param firstPort the first ephemeral port, {@code lastPort} the last one
     * @param scopes the scope of an address; a wildcard has the scope of the default host. Called with the lock held
     */
    public BindTable(int firstPort, int lastPort, Function<InetAddress, Object> scopes) {
        this.ports = new EphemeralPorts(firstPort, lastPort);
        this.scopes = scopes;
    }

    /** Advances after every change. */
    public EventCount changes() {
        return changes;
    }

    // ---- binding

    /**
     * Binds the owner that {@code owner} makes of the address. Port 0 takes the next free ephemeral port.
     *
     * @param scope null for the scope to which the address belongs
     * @return the owner, or null if the address is in use or no port is free
     */
    public @Nullable T bind(@Nullable Object scope, InetSocketAddress wanted, Function<InetSocketAddress, T> owner) {
        return bindShared(scope, wanted, false, other -> false, owner);
    }

    /**
     * As {@link #bind}, but the address may be shared with the owners that {@code shares} accepts.
     *
     * @param ipv4Only true for a socket limited to IPv4
     */
    public @Nullable T bindShared(
            @Nullable Object scope,
            InetSocketAddress wanted,
            boolean ipv4Only,
            Predicate<? super T> shares,
            Function<InetSocketAddress, T> owner) {
        T bound;
        monitor.lock();
        try {
            Object within = within(scope, wanted);
            InetSocketAddress address = freeAddress(within, wanted, ipv4Only, shares);
            if (address == null) {
                return null;
            }
            bound = owner.apply(address);
            add(within, address, ipv4Only, bound);
        } finally {
            monitor.unlock();
        }
        changes.advance();
        return bound;
    }

    /**
     * Claims an address without an owner. Port 0 takes the next free ephemeral port.
     *
     * @param ipv4Only true for a socket limited to IPv4
     * @return the address, or null if it is in use or no port is free
     */
    public @Nullable InetSocketAddress claim(@Nullable Object scope, InetSocketAddress wanted, boolean ipv4Only) {
        InetSocketAddress address;
        monitor.lock();
        try {
            Object within = within(scope, wanted);
            address = freeAddress(within, wanted, ipv4Only, other -> false);
            if (address == null) {
                return null;
            }
            add(within, address, ipv4Only, null);
        } finally {
            monitor.unlock();
        }
        changes.advance();
        return address;
    }

    /** Gives a claimed address the owner that {@code owner} makes of it. */
    public T bindClaimed(Object scope, InetSocketAddress claimed, Function<InetSocketAddress, T> owner) {
        T bound;
        monitor.lock();
        try {
            boolean ipv4Only = isIpv4Only(scope, claimed);
            remove(scope, claimed, null);
            bound = owner.apply(claimed);
            add(scope, claimed, ipv4Only, bound);
        } finally {
            monitor.unlock();
        }
        changes.advance();
        return bound;
    }

    /** Frees {@code address} if it is bound by {@code owner}; null frees a claimed one. */
    public void release(Object scope, InetSocketAddress address, @Nullable T owner) {
        boolean removed;
        monitor.lock();
        try {
            removed = remove(scope, address, owner);
        } finally {
            monitor.unlock();
        }
        if (removed) {
            changes.advance();
        }
    }

    /** Frees all claimed addresses of {@code scope}. */
    public void releaseClaims(Object scope) {
        monitor.lock();
        try {
            for (List<BoundAddress<T>> bound : byPort.values()) {
                bound.removeIf(address -> address.scope == scope && address.owner == null);
            }
            byPort.values().removeIf(List::isEmpty);
        } finally {
            monitor.unlock();
        }
        changes.advance();
    }

    /**
     * Runs {@code rescope}, which may give the addresses another scope, unless one of them is bound.
     *
     * @return the address that is bound; null if {@code rescope} was run
     */
    public @Nullable InetSocketAddress rescope(Collection<InetAddress> addresses, Runnable rescope) {
        monitor.lock();
        try {
            for (List<BoundAddress<T>> atPort : byPort.values()) {
                for (BoundAddress<T> bound : atPort) {
                    if (addresses.contains(bound.address.getAddress())) {
                        return bound.address;
                    }
                }
            }
            rescope.run();
            return null;
        } finally {
            monitor.unlock();
        }
    }

    // ---- lookup

    /** The owner of {@code address}, or of the wildcard in its scope; null if there is none. */
    public @Nullable T find(InetSocketAddress address) {
        monitor.lock();
        try {
            List<BoundAddress<T>> atPort = byPort.get(address.getPort());
            if (atPort == null) {
                return null;
            }
            Object scope = scopes.apply(address.getAddress());
            for (BoundAddress<T> bound : atPort) {
                if (bound.matches(scope, address.getAddress())) {
                    return bound.owner;
                }
            }
            return null;
        } finally {
            monitor.unlock();
        }
    }

    /** Rates an owner for a sender, like {@code compute_score} of Linux. */
    @FunctionalInterface
    public interface Score<T, A> {

        /** Negative if the owner does not accept the sender. Called with the lock held. */
        long of(T owner, A sender);
    }

    /** The owner with the highest score, the last bound of equals; null if there is none. */
    public <A> @Nullable T findBest(InetSocketAddress address, A sender, Score<? super T, ? super A> score) {
        monitor.lock();
        try {
            List<BoundAddress<T>> atPort = byPort.get(address.getPort());
            if (atPort == null) {
                return null;
            }
            Object scope = scopes.apply(address.getAddress());
            T best = null;
            long highest = 0;
            for (int i = 0; i < atPort.size(); i++) {
                BoundAddress<T> bound = atPort.get(i);
                if (bound.owner != null && bound.matches(scope, address.getAddress())) {
                    long points = score.of(bound.owner, sender);
                    if (points >= highest) {
                        highest = points;
                        best = bound.owner;
                    }
                }
            }
            return best;
        } finally {
            monitor.unlock();
        }
    }

    /**
     * All owners of {@code address} or the wildcard, in the order of binding; in all scopes if {@code scope} is null.
     */
    public List<T> findAll(@Nullable Object scope, InetSocketAddress address) {
        monitor.lock();
        try {
            List<T> found = new ArrayList<>();
            for (BoundAddress<T> bound : byPort.getOrDefault(address.getPort(), List.of())) {
                Object within = scope == null ? bound.scope : scope;
                if (bound.owner != null && bound.matches(within, address.getAddress())) {
                    found.add(bound.owner);
                }
            }
            return found;
        } finally {
            monitor.unlock();
        }
    }

    /** The owner of {@code address} or a wildcard at the lowest port; null if there is none. */
    public @Nullable T findAnyPort(InetAddress address) {
        monitor.lock();
        try {
            Object scope = scopes.apply(address);
            for (List<BoundAddress<T>> atPort : byPort.values()) {
                for (BoundAddress<T> bound : atPort) {
                    if (bound.matches(scope, address)) {
                        return bound.owner;
                    }
                }
            }
            return null;
        } finally {
            monitor.unlock();
        }
    }

    /** A new list of all owners, in the order of ports. */
    public List<T> owners() {
        monitor.lock();
        try {
            List<T> owners = new ArrayList<>();
            for (List<BoundAddress<T>> atPort : byPort.values()) {
                for (BoundAddress<T> bound : atPort) {
                    if (bound.owner != null) {
                        owners.add(bound.owner);
                    }
                }
            }
            return owners;
        } finally {
            monitor.unlock();
        }
    }

    // ---- ephemeral ports

    /** The next ephemeral port for a connecting socket. Skips bound ports while there are others. */
    public int nextPort() {
        monitor.lock();
        try {
            int port = ports.next();
            for (int left = ports.count(); left > 1 && byPort.containsKey(port); left--) {
                port = ports.next();
            }
            return port;
        } finally {
            monitor.unlock();
        }
    }

    /** The number of ephemeral ports. */
    public int portCount() {
        return ports.count();
    }

    /** True for a port that {@link #nextPort()} can return. Takes no lock. */
    public boolean isEphemeral(int port) {
        return ports.contains(port);
    }

    // ---- with the lock held

    private Object within(@Nullable Object scope, InetSocketAddress address) {
        return scope == null ? scopes.apply(address.getAddress()) : scope;
    }

    private @Nullable InetSocketAddress freeAddress(
            Object scope, InetSocketAddress wanted, boolean ipv4Only, Predicate<? super T> shares) {
        if (wanted.getPort() != 0) {
            return isTaken(scope, wanted, ipv4Only, shares) ? null : wanted;
        }
        for (int left = ports.count(); left > 0; left--) {
            InetSocketAddress candidate = new InetSocketAddress(wanted.getAddress(), ports.next());
            if (!isTaken(scope, candidate, ipv4Only, other -> false)) {
                return candidate;
            }
        }
        return null;
    }

    private boolean isTaken(Object scope, InetSocketAddress wanted, boolean ipv4Only, Predicate<? super T> shares) {
        List<BoundAddress<T>> atPort = byPort.get(wanted.getPort());
        if (atPort != null) {
            for (BoundAddress<T> bound : atPort) {
                if (bound.overlaps(scope, wanted.getAddress(), ipv4Only)
                        && (bound.owner == null || !shares.test(bound.owner))) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isIpv4Only(Object scope, InetSocketAddress claimed) {
        return byPort.getOrDefault(claimed.getPort(), List.of()).stream()
                .anyMatch(bound ->
                        bound.owner == null && bound.scope == scope && bound.address.equals(claimed) && bound.ipv4Only);
    }

    private void add(Object scope, InetSocketAddress address, boolean ipv4Only, @Nullable T owner) {
        byPort.computeIfAbsent(address.getPort(), port -> new ArrayList<>(1))
                .add(new BoundAddress<>(scope, address, ipv4Only, owner));
    }

    private boolean remove(Object scope, InetSocketAddress address, @Nullable T owner) {
        List<BoundAddress<T>> atPort = byPort.get(address.getPort());
        if (atPort == null) {
            return false;
        }
        boolean removed =
                atPort.removeIf(bound -> bound.owner == owner && bound.scope == scope && bound.address.equals(address));
        if (atPort.isEmpty()) {
            byPort.remove(address.getPort());
        }
        return removed;
    }
}

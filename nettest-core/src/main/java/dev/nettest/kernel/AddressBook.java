package dev.nettest.kernel;

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
 * Who is bound where, and which ports come next. One for each protocol of a network. An address belongs to one scope, its host.
 * A wildcard stands for every address of both families in its scope, as it does for the JDK on one machine; scopes do not meet.
 * Methods take the lock themselves.
 *
 * @param <T> what is bound
 */
public final class AddressBook<T> extends Pollable {

    /** Without an owner where an address is only claimed. */
    private record Binding<T>(
            Object scope,
            InetSocketAddress address,
            @Nullable T owner) {}

    /** By port. */
    private final Map<Integer, List<Binding<T>>> bindings = new TreeMap<>();

    private final int firstPort;
    private final int lastPort;
    private final Function<InetAddress, Object> scopes;
    private int nextPort;
    private long version;

    /**
     * @param firstPort the first ephemeral port, {@code lastPort} the last one
     * @param scopes the scope that an address belongs to, the wildcard's being that of whoever names none; called with the lock held
     */
    public AddressBook(int firstPort, int lastPort, Function<InetAddress, Object> scopes) {
        super(new Monitor());
        this.scopes = scopes;
        this.firstPort = firstPort;
        this.lastPort = lastPort;
        this.nextPort = firstPort;
    }

    /**
     * Binds what {@code owner} makes of the address, in the scope that it belongs to; port 0 takes the next free ephemeral one.
     *
     * @return the owner, or null where the address is in use, or no port is free
     */
    public @Nullable T bind(InetSocketAddress wanted, Function<InetSocketAddress, T> owner) {
        return bind(null, wanted, owner);
    }

    /** As {@link #bind(InetSocketAddress, Function)}, in that scope where it is not null. */
    public @Nullable T bind(@Nullable Object scope, InetSocketAddress wanted, Function<InetSocketAddress, T> owner) {
        monitor.lock();
        try {
            Object within = within(scope, wanted);
            InetSocketAddress address = free(within, wanted);
            if (address == null) {
                return null;
            }
            T bound = owner.apply(address);
            add(within, address, bound);
            return bound;
        } finally {
            monitor.leave();
        }
    }

    /**
     * As {@link #bind(Object, InetSocketAddress, Function)}, but those that {@code shares} accepts are not in the way.
     *
     * @return the owner, or null where the address is in use, or no port is free
     */
    public @Nullable T bindShared(
            @Nullable Object scope,
            InetSocketAddress wanted,
            Predicate<? super T> shares,
            Function<InetSocketAddress, T> owner) {
        monitor.lock();
        try {
            Object within = within(scope, wanted);
            boolean taken = wanted.getPort() == 0 || isTaken(within, wanted, shares);
            InetSocketAddress address = taken ? free(within, wanted) : wanted;
            if (address == null) {
                return null;
            }
            T bound = owner.apply(address);
            add(within, address, bound);
            return bound;
        } finally {
            monitor.leave();
        }
    }

    /**
     * Claims an address for nobody who would answer there; port 0 takes the next free ephemeral one.
     *
     * @return the address, or null where it is in use, or no port is free
     */
    public @Nullable InetSocketAddress claim(@Nullable Object scope, InetSocketAddress wanted) {
        monitor.lock();
        try {
            Object within = within(scope, wanted);
            InetSocketAddress address = free(within, wanted);
            if (address != null) {
                add(within, address, null);
            }
            return address;
        } finally {
            monitor.leave();
        }
    }

    /** Has what {@code owner} makes of it answer at an address that was claimed. */
    public T answer(Object scope, InetSocketAddress claimed, Function<InetSocketAddress, T> owner) {
        monitor.lock();
        try {
            remove(scope, claimed, null);
            T bound = owner.apply(claimed);
            add(scope, claimed, bound);
            return bound;
        } finally {
            monitor.leave();
        }
    }

    /** Frees what {@code owner} had bound, or nobody had claimed, at {@code address}. */
    public void release(Object scope, InetSocketAddress address, @Nullable T owner) {
        monitor.lock();
        remove(scope, address, owner);
        monitor.leave();
    }

    /** Frees everything in {@code scope} that nobody would answer at. */
    public void releaseClaims(Object scope) {
        monitor.lock();
        for (List<Binding<T>> atPort : bindings.values()) {
            atPort.removeIf(binding -> binding.scope == scope && binding.owner == null);
        }
        bindings.values().removeIf(List::isEmpty);
        version++;
        monitor.leave();
    }

    /** Runs {@code whenFree}, which may give these addresses another scope, unless one of them is bound; returns that one then. */
    public @Nullable InetSocketAddress rescope(Collection<InetAddress> addresses, Runnable whenFree) {
        monitor.lock();
        try {
            for (List<Binding<T>> atPort : bindings.values()) {
                for (Binding<T> binding : atPort) {
                    if (addresses.contains(binding.address.getAddress())) {
                        return binding.address;
                    }
                }
            }
            whenFree.run();
            return null;
        } finally {
            monitor.leave();
        }
    }

    private Object within(@Nullable Object scope, InetSocketAddress address) {
        return scope == null ? scopes.apply(address.getAddress()) : scope;
    }

    private @Nullable InetSocketAddress free(Object scope, InetSocketAddress wanted) {
        if (wanted.getPort() == 0) {
            return freePort(scope, wanted.getAddress());
        }
        return isTaken(scope, wanted) ? null : wanted;
    }

    private void add(Object scope, InetSocketAddress address, @Nullable T owner) {
        bindings.computeIfAbsent(address.getPort(), port -> new ArrayList<>(1))
                .add(new Binding<>(scope, address, owner));
        version++;
    }

    private void remove(Object scope, InetSocketAddress address, @Nullable T owner) {
        List<Binding<T>> atPort = bindings.get(address.getPort());
        if (atPort != null
                && atPort.removeIf(binding ->
                        binding.owner == owner && binding.scope == scope && binding.address.equals(address))) {
            if (atPort.isEmpty()) {
                bindings.remove(address.getPort());
            }
            version++;
        }
    }

    /** Who answers at {@code address}: bound to just it, or to the wildcard of its scope; null for nobody. */
    public @Nullable T find(InetSocketAddress address) {
        monitor.lock();
        try {
            List<Binding<T>> atPort = bindings.get(address.getPort());
            if (atPort == null) {
                return null;
            }
            Object scope = scopes.apply(address.getAddress());
            for (Binding<T> binding : atPort) {
                if (answers(binding, scope, address.getAddress())) {
                    return binding.owner;
                }
            }
            return null;
        } finally {
            monitor.unlock();
        }
    }

    /** How well one of those that are bound answers to one who asks. */
    @FunctionalInterface
    public interface Fitness<T, A> {

        /** Negative where it does not answer. Called under the lock. */
        int of(T owner, A asker);
    }

    /** Who answers {@code asker} best at {@code address}, of equals the one that was bound last; null for nobody. */
    public <A> @Nullable T findBest(InetSocketAddress address, A asker, Fitness<? super T, ? super A> fitness) {
        monitor.lock();
        try {
            List<Binding<T>> atPort = bindings.get(address.getPort());
            if (atPort == null) {
                return null;
            }
            Object scope = scopes.apply(address.getAddress());
            T best = null;
            int most = 0;
            for (int i = 0; i < atPort.size(); i++) {
                Binding<T> binding = atPort.get(i);
                if (binding.owner != null && answers(binding, scope, address.getAddress())) {
                    int fit = fitness.of(binding.owner, asker);
                    if (fit >= most) {
                        most = fit;
                        best = binding.owner;
                    }
                }
            }
            return best;
        } finally {
            monitor.unlock();
        }
    }

    /** All that are bound to just {@code address} or to the wildcard, in every scope or in just one, in the order of binding. */
    public List<T> findAll(@Nullable Object scope, InetSocketAddress address) {
        monitor.lock();
        try {
            List<T> found = new ArrayList<>();
            for (Binding<T> binding : bindings.getOrDefault(address.getPort(), List.of())) {
                Object within = scope == null ? binding.scope : scope;
                if (binding.owner != null && answers(binding, within, address.getAddress())) {
                    found.add(binding.owner);
                }
            }
            return found;
        } finally {
            monitor.unlock();
        }
    }

    /** The first one bound to {@code address} or a wildcard, whatever the port; null for nobody. */
    public @Nullable T findAnyPort(InetAddress address) {
        monitor.lock();
        try {
            Object scope = scopes.apply(address);
            for (List<Binding<T>> atPort : bindings.values()) {
                for (Binding<T> binding : atPort) {
                    if (answers(binding, scope, address)) {
                        return binding.owner;
                    }
                }
            }
            return null;
        } finally {
            monitor.unlock();
        }
    }

    /** Everything that is bound, in the order of ports. */
    public List<T> owners() {
        monitor.lock();
        try {
            List<T> owners = new ArrayList<>();
            for (List<Binding<T>> atPort : bindings.values()) {
                for (Binding<T> binding : atPort) {
                    if (binding.owner != null) {
                        owners.add(binding.owner);
                    }
                }
            }
            return owners;
        } finally {
            monitor.unlock();
        }
    }

    /** A number that grows with each change; wait for {@link Condition#CHANGED} with it. */
    public long version() {
        monitor.lock();
        try {
            return version;
        } finally {
            monitor.unlock();
        }
    }

    /** Has those who wait for a change look again, because something else has changed. */
    public void touch() {
        monitor.lock();
        version++;
        monitor.leave();
    }

    /** The next ephemeral port for a dial that nobody is bound to, in a fixed order that starts again at its end. */
    public int nextPort() {
        monitor.lock();
        try {
            int port = followingPort();
            for (int left = ports(); left > 1 && bindings.containsKey(port); left--) {
                port = followingPort();
            }
            return port;
        } finally {
            monitor.unlock();
        }
    }

    private int followingPort() {
        int port = nextPort;
        nextPort = port == lastPort ? firstPort : port + 1;
        return port;
    }

    /** How many ephemeral ports there are. */
    public int ports() {
        return lastPort - firstPort + 1;
    }

    private @Nullable InetSocketAddress freePort(Object scope, InetAddress address) {
        for (int tried = ports(); tried > 0; tried--) {
            InetSocketAddress candidate = new InetSocketAddress(address, followingPort());
            if (!isTaken(scope, candidate)) {
                return candidate;
            }
        }
        return null;
    }

    private boolean isTaken(Object scope, InetSocketAddress wanted) {
        return isTaken(scope, wanted, owner -> false);
    }

    private boolean isTaken(Object scope, InetSocketAddress wanted, Predicate<? super T> shares) {
        List<Binding<T>> atPort = bindings.get(wanted.getPort());
        if (atPort == null) {
            return false;
        }
        InetAddress address = wanted.getAddress();
        return atPort.stream().anyMatch(binding -> {
            InetAddress bound = binding.address.getAddress();
            boolean overlaps = binding.scope == scope
                    && (address.isAnyLocalAddress() || bound.isAnyLocalAddress() || bound.equals(address));
            return overlaps && (binding.owner == null || !shares.test(binding.owner));
        });
    }

    private static boolean answers(Binding<?> binding, Object scope, InetAddress address) {
        InetAddress bound = binding.address.getAddress();
        return binding.owner != null && binding.scope == scope && (bound.isAnyLocalAddress() || bound.equals(address));
    }

    @Override
    boolean holds(int condition, long amount) {
        return condition == Condition.CHANGED && version > amount;
    }
}

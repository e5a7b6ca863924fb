package dev.nettest.kernel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who is bound where, and which ports come next. One for each protocol of a network. A wildcard stands for every address of
 * both families, as it does for the JDK. Methods take the lock themselves.
 *
 * @param <T> what is bound
 */
public final class AddressBook<T> extends Pollable {

    private record Binding<T>(InetSocketAddress address, T owner) {}

    /** By port. */
    private final Map<Integer, List<Binding<T>>> bindings = new TreeMap<>();

    private final int firstPort;
    private final int lastPort;
    private int nextPort;
    private long version;

    /** @param firstPort the first ephemeral port, {@code lastPort} the last one */
    public AddressBook(int firstPort, int lastPort) {
        super(new Monitor());
        this.firstPort = firstPort;
        this.lastPort = lastPort;
        this.nextPort = firstPort;
    }

    /**
     * Binds what {@code owner} makes of the address; port 0 takes the next free ephemeral one.
     *
     * @return the owner, or null where the address is in use, or no port is free
     */
    public @Nullable T bind(InetSocketAddress wanted, Function<InetSocketAddress, T> owner) {
        monitor.lock();
        try {
            InetSocketAddress address = wanted.getPort() == 0 ? freePort(wanted.getAddress()) : wanted;
            if (address == null || isTaken(address)) {
                return null;
            }
            T bound = owner.apply(address);
            bindings.computeIfAbsent(address.getPort(), port -> new ArrayList<>(1))
                    .add(new Binding<>(address, bound));
            version++;
            return bound;
        } finally {
            monitor.leave();
        }
    }

    /** Frees what {@code owner} had bound at {@code address}. */
    public void release(InetSocketAddress address, T owner) {
        monitor.lock();
        List<Binding<T>> atPort = bindings.get(address.getPort());
        if (atPort != null && atPort.removeIf(binding -> binding.owner == owner)) {
            if (atPort.isEmpty()) {
                bindings.remove(address.getPort());
            }
            version++;
        }
        monitor.leave();
    }

    /** Who answers at {@code address}: bound to just it, or to the wildcard; null for nobody. */
    public @Nullable T find(InetSocketAddress address) {
        monitor.lock();
        try {
            List<Binding<T>> atPort = bindings.get(address.getPort());
            if (atPort == null) {
                return null;
            }
            for (Binding<T> binding : atPort) {
                if (answers(binding.address.getAddress(), address.getAddress())) {
                    return binding.owner;
                }
            }
            return null;
        } finally {
            monitor.unlock();
        }
    }

    /** The first one bound to {@code address} or a wildcard, whatever the port; null for nobody. */
    public @Nullable T findAnyPort(InetAddress address) {
        monitor.lock();
        try {
            return bindings.values().stream()
                    .flatMap(List::stream)
                    .filter(binding -> answers(binding.address.getAddress(), address))
                    .map(Binding::owner)
                    .findFirst()
                    .orElse(null);
        } finally {
            monitor.unlock();
        }
    }

    /** Everything that is bound, in the order of ports. */
    public List<T> owners() {
        monitor.lock();
        try {
            List<T> owners = new ArrayList<>();
            bindings.values().forEach(atPort -> atPort.forEach(binding -> owners.add(binding.owner)));
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

    /** The next ephemeral port for a dial, in a fixed order that starts again at its end. */
    public int nextPort() {
        monitor.lock();
        try {
            int port = nextPort;
            nextPort = port == lastPort ? firstPort : port + 1;
            return port;
        } finally {
            monitor.unlock();
        }
    }

    /** How many ephemeral ports there are. */
    public int ports() {
        return lastPort - firstPort + 1;
    }

    private @Nullable InetSocketAddress freePort(InetAddress address) {
        for (int tried = ports(); tried > 0; tried--) {
            InetSocketAddress candidate = new InetSocketAddress(address, nextPort());
            if (!isTaken(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    private boolean isTaken(InetSocketAddress wanted) {
        List<Binding<T>> atPort = bindings.get(wanted.getPort());
        if (atPort == null) {
            return false;
        }
        InetAddress address = wanted.getAddress();
        return atPort.stream().anyMatch(binding -> {
            InetAddress bound = binding.address.getAddress();
            return address.isAnyLocalAddress() || bound.isAnyLocalAddress() || bound.equals(address);
        });
    }

    private static boolean answers(InetAddress bound, InetAddress address) {
        return bound.isAnyLocalAddress() || bound.equals(address);
    }

    @Override
    boolean holds(int condition, long amount) {
        return condition == Condition.CHANGED && version > amount;
    }
}

package dev.nettest.jvm.internal.channel;

import dev.nettest.Network;
import dev.nettest.TimeoutClock;
import dev.nettest.channel.NetworkChannels;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The selectors inside a {@link RoutedSelector}: that of the kernel, and one for each network with a channel. */
final class InnerSelectors {

    private final Selector kernel;
    private final Runnable readyInNetwork;
    private final TimeoutClock timeouts;

    /** Replaced by each change, with the lock of this object. */
    private volatile Map<Network, Selector> networks = Map.of();

    /**
     * @param timeouts the clock of a select in one network
     * @param readyInNetwork runs if a key of a network may have become ready
     */
    InnerSelectors(Selector kernel, TimeoutClock timeouts, Runnable readyInNetwork) {
        this.timeouts = timeouts;
        this.kernel = kernel;
        this.readyInNetwork = readyInNetwork;
    }

    Selector kernel() {
        return kernel;
    }

    /** @param network null for the kernel */
    Selector of(@Nullable Network network) throws IOException {
        return network == null ? kernel : known(network);
    }

    private synchronized Selector known(Network network) throws IOException {
        Selector known = networks.get(network);
        if (known == null) {
            known = NetworkChannels.selectorProvider(network.localhost(), timeouts, connection -> {})
                    .openSelector();
            NetworkChannels.onReady(known, readyInNetwork);
            Map<Network, Selector> more = new HashMap<>(networks);
            more.put(network, known);
            networks = Map.copyOf(more);
        }
        return known;
    }

    Collection<Selector> ofNetworks() {
        return networks.values();
    }

    List<Selector> all() {
        Map<Network, Selector> present = networks;
        if (present.isEmpty()) {
            return List.of(kernel);
        }
        List<Selector> all = new ArrayList<>(present.values());
        all.add(kernel);
        return all;
    }

    /** The only selector that has keys, or that of the kernel if none has; null for several. */
    @Nullable
    Selector onlyOneWithKeys() {
        Selector only = null;
        for (Selector inner : networks.values()) {
            if (!inner.keys().isEmpty()) {
                if (only != null) {
                    return null;
                }
                only = inner;
            }
        }
        if (only == null) {
            return kernel;
        }
        return kernel.keys().isEmpty() ? only : null;
    }

    /** Forgets the networks that have ended, after their channels were reported. */
    void dropEnded() throws IOException {
        for (Map.Entry<Network, Selector> entry : networks.entrySet()) {
            if (entry.getKey().isClosed() && entry.getValue().keys().isEmpty()) {
                drop(entry.getKey());
                entry.getValue().close();
            }
        }
    }

    private synchronized void drop(Network network) {
        Map<Network, Selector> fewer = new HashMap<>(networks);
        fewer.remove(network);
        networks = Map.copyOf(fewer);
    }
}

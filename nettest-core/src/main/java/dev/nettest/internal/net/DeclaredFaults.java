package dev.nettest.internal.net;

import dev.nettest.internal.fault.FaultRegistry;
import dev.nettest.internal.fault.InstalledFault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** All faults that were declared in a network, also those whose endpoint is closed. */
final class DeclaredFaults {

    /** How many past faults a report shows. */
    private static final int MOST = 8;

    private final NetworkImpl network;
    private final Queue<InstalledFault> declared = new ConcurrentLinkedQueue<>();

    DeclaredFaults(NetworkImpl network) {
        this.network = network;
    }

    void add(InstalledFault fault) {
        declared.add(fault);
    }

    /** The texts of the faults that had to act and never did. */
    List<String> unfired() {
        return declared.stream()
                .filter(InstalledFault::isUnfired)
                .map(InstalledFault::describe)
                .toList();
    }

    /**
     * The last faults that acted and that no other line of a report shows. They were removed, or are those of an
     * endpoint that is closed or never connected. Each line has a line break before it; empty if there are none.
     */
    String pastLines() {
        Set<FaultRegistry> shown = shown();
        List<InstalledFault> past = new ArrayList<>();
        for (InstalledFault fault : declared) {
            boolean isShown = shown.contains(fault.registry())
                    && fault.registry().installed().contains(fault);
            if (fault.fireCount() > 0 && !isShown) {
                past.add(fault);
            }
        }
        if (past.isEmpty()) {
            return "";
        }
        StringBuilder lines = new StringBuilder("\nfaults that fired, removed or of closed sockets:");
        int omitted = Math.max(0, past.size() - MOST);
        if (omitted > 0) {
            lines.append("\n  ").append(omitted).append(" earlier");
        }
        for (InstalledFault fault : past.subList(omitted, past.size())) {
            lines.append("\n  ").append(fault.text()).append(", fired ").append(fault.fireCount());
        }
        return lines.toString();
    }

    /** The faults of the network, of hosts and of the rows of a snapshot. */
    private Set<FaultRegistry> shown() {
        Set<FaultRegistry> shown = Collections.newSetFromMap(new IdentityHashMap<>());
        shown.add(network.faults());
        shown.add(network.hostTable().localhost().faults());
        network.hostTable().named().forEach(host -> shown.add(host.faults()));
        network.listeners().forEach(listener -> shown.add(listener.faults()));
        for (ConnectionImpl connection : network.connectionTable().all()) {
            FaultRegistry faults = ConnectionFaultScope.knownFaults(connection);
            if (faults != null && NetstatReport.hasRow(connection)) {
                shown.add(faults);
            }
        }
        network.udpTable().all().forEach(endpoint -> shown.add(endpoint.faults()));
        return shown;
    }
}

package dev.nettest.internal.net;

import dev.nettest.Snapshot;
import dev.nettest.Snapshot.Waiter;
import dev.nettest.internal.fault.FaultRegistry;
import java.util.List;

/** The text of an {@link AssertionError}: the failure, the waiters, the network snapshot and the last events. */
final class FailureReport {

    private FailureReport() {}

    static AssertionError failure(NetworkImpl network, String message) {
        return failure(network, message, "\nthese wait:", "");
    }

    /** The failure of a network in which everything waits: {@code reason} and the waiters are one sentence. */
    static AssertionError hang(NetworkImpl network, String reason) {
        return failure(network, reason, ", and these still wait:", LikelyCause.lines(network));
    }

    /**
     * @param header of the waiters, if there are any
     * @param causes the lines below the waiters
     */
    private static AssertionError failure(NetworkImpl network, String message, String header, String causes) {
        Snapshot snapshot = NetstatReport.snapshot(network);
        List<Waiter> waiters = snapshot.waiters();
        return new AssertionError(
                message + (waiters.isEmpty() ? "" : header + lines(waiters)) + causes + text(network, snapshot));
    }

    /** One line for each waiter. The names have the same width. */
    private static String lines(List<Waiter> waiters) {
        int width = waiters.stream()
                .mapToInt(waiter -> waiter.name().length())
                .max()
                .orElse(0);
        StringBuilder lines = new StringBuilder();
        for (Waiter waiter : waiters) {
            int length = waiter.name().length();
            lines.append("\n  ")
                    .append(waiter.name())
                    .append(" ".repeat(width - length))
                    .append(waiter.toString().substring(length));
        }
        return lines.toString();
    }

    /** The network without its waiters: their stacks cost too much for a report that is seldom read. */
    static String textWithoutWaiters(NetworkImpl network) {
        return text(network, NetstatReport.withoutWaiters(network));
    }

    /** The network snapshot, followed by the faults of hosts and of the network, and the last events. */
    private static String text(NetworkImpl network, Snapshot snapshot) {
        String networkFaults = faults(network.faults());
        StringBuilder text = new StringBuilder("\n").append(snapshot);
        addFaults(text, network.hostTable().localhost());
        network.hostTable().named().forEach(host -> addFaults(text, host));
        return text
                + (networkFaults.isEmpty() ? "" : "\nfaults of the network: " + networkFaults)
                + EventReport.lines(network);
    }

    private static void addFaults(StringBuilder text, HostImpl host) {
        String faults = faults(host.faults());
        if (!faults.isEmpty()) {
            text.append("\nfaults of ").append(host.name()).append(": ").append(faults);
        }
    }

    private static String faults(FaultRegistry faults) {
        return String.join("; ", NetstatReport.notes(faults));
    }
}

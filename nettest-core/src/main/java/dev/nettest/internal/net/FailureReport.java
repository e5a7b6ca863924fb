package dev.nettest.internal.net;

import dev.nettest.Snapshot;
import dev.nettest.Snapshot.Waiter;
import dev.nettest.internal.fault.FaultRegistry;
import dev.nettest.internal.util.Addresses;
import dev.nettest.internal.util.EventRing;
import dev.nettest.internal.util.EventRing.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The text of an {@link AssertionError}: the failure, the waiters, the network snapshot and the last events. */
final class FailureReport {

    /** Events shown in a failure. */
    private static final int SHOWN_EVENTS = 16;

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
                + lastEvents(network);
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

    // ---- events

    private static String lastEvents(NetworkImpl network) {
        List<Event> events = network.events().last();
        if (events.isEmpty()) {
            return "";
        }
        Map<Long, String> names = new HashMap<>();
        for (ConnectionImpl connection : network.connectionTable().all()) {
            names.put(connection.id(), addressText(connection));
        }
        for (ListenerImpl listener : network.listeners()) {
            names.put(listener.eventSubject(), "listener on " + Addresses.text(listener.localAddress()));
        }
        StringBuilder text = new StringBuilder("\nlast events:");
        for (Event event : events.subList(Math.max(0, events.size() - SHOWN_EVENTS), events.size())) {
            text.append("\n  #").append(event.number()).append(' ').append(line(event, names));
        }
        return text.toString();
    }

    /** The local address; for an unnamed Unix socket both addresses. */
    private static String addressText(ConnectionImpl connection) {
        String own = Addresses.text(connection.localAddress());
        return connection.localAddress().equals(Addresses.UNNAMED)
                ? own + " -> " + Addresses.text(connection.remoteAddress())
                : own;
    }

    private static String line(Event event, Map<Long, String> names) {
        return subject(event.subject(), names) + ": " + describe(event.kind(), event.value());
    }

    /** @param names the names of open connections and listeners */
    static String subject(long subject, Map<Long, String> names) {
        if (ConnectionTable.isPathSubject(subject)) {
            return names.getOrDefault(subject, "listener on a path, closed since");
        }
        if (subject <= DatagramEndpointImpl.FIRST_EVENT_SUBJECT) {
            return "datagram endpoint on port " + (DatagramEndpointImpl.FIRST_EVENT_SUBJECT - subject);
        }
        if (subject < 0) {
            return "listener on port " + (-1 - subject);
        }
        return names.getOrDefault(subject, "connection end " + subject + ", closed since");
    }

    static String describe(EventRing.Kind kind, long value) {
        String bytes = value == 0 ? "" : " " + value + (value == 1 ? " byte" : " bytes");
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ') + bytes;
    }
}

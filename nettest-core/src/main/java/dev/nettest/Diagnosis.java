package dev.nettest;

import dev.nettest.Snapshot.HostRow;
import dev.nettest.Snapshot.Row;
import dev.nettest.kernel.DatagramQueue;
import dev.nettest.kernel.EventRing;
import dev.nettest.kernel.EventRing.Event;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a failure says: what went wrong, who waited, the network as a table, what happened last. */
final class Diagnosis {

    /** Events shown in a failure. */
    private static final int SHOWN_EVENTS = 16;

    private Diagnosis() {}

    /** @param waiting the name of the thread that asked */
    static AssertionError failure(Network network, String message, String waiting) {
        return new AssertionError(message + "\nwaiting: " + waiting + picture(network));
    }

    /** The table, and under it the faults of the whole network and the last events. */
    static String picture(Network network) {
        String faults = note(network.faults());
        StringBuilder picture = new StringBuilder("\n").append(network.snapshot());
        addFaults(picture, network.hosts().localhost());
        network.hosts().named().forEach(host -> addFaults(picture, host));
        return picture + (faults.isEmpty() ? "" : "\nfaults of the network: " + faults) + lastEvents(network);
    }

    private static void addFaults(StringBuilder picture, Host host) {
        String faults = note(host.faults());
        if (!faults.isEmpty()) {
            picture.append("\nfaults of ").append(host.name()).append(": ").append(faults);
        }
    }

    static Snapshot snapshot(Network network) {
        List<Row> rows = new ArrayList<>();
        for (Listener listener : network.book().owners()) {
            rows.add(row(listener));
        }
        for (Connection connection : network.connections().all()) {
            if (!connection.isClosed() && !connection.peer().end().isDialling()) {
                rows.add(row(connection));
            }
        }
        for (DatagramEndpoint endpoint : network.datagrams().all()) {
            rows.add(row(endpoint));
        }
        return new Snapshot(
                rows,
                hosts(network.hosts()),
                names(network.hosts()),
                network.links().describe(),
                network.clock().toString(),
                network.seed());
    }

    private static List<HostRow> hosts(Hosts hosts) {
        List<HostRow> rows = new ArrayList<>();
        if (!hosts.localhost().state().equals("up")) {
            rows.add(row(hosts.localhost()));
        }
        hosts.named().forEach(host -> rows.add(row(host)));
        return rows;
    }

    private static HostRow row(Host host) {
        return new HostRow(host.name(), host.addresses(), host.state());
    }

    /** What the hosts do not say already. */
    private static Map<String, List<InetAddress>> names(Hosts hosts) {
        Map<String, List<InetAddress>> names = hosts.names().all();
        names.remove(Names.LOCALHOST);
        for (Host host : hosts.named()) {
            String name = Names.key(host.name());
            if (!names.containsKey(name)) {
                names.put(name, List.of());
            } else {
                names.remove(name, host.addresses());
            }
        }
        return names;
    }

    private static Row row(Listener listener) {
        int queued;
        int capacity;
        listener.backlogQueue().lock();
        try {
            queued = listener.backlogQueue().size();
            capacity = listener.backlogQueue().capacity();
        } finally {
            listener.backlogQueue().leave();
        }
        List<String> notes = notes(listener.faults());
        if (!listener.ofHost().isEmpty()) {
            notes.add(0, listener.ofHost());
        }
        for (Bridge bridge : listener.network().bridges()) {
            if (bridge.listener() == listener) {
                notes.add(0, bridge.describe());
            }
        }
        return new Row(
                protocol(listener.localAddress()),
                "LISTEN",
                queued,
                capacity,
                listener.localAddress(),
                listener.localAddress(),
                String.join("; ", notes));
    }

    private static Row row(Connection connection) {
        String state;
        long received;
        connection.end().lock();
        try {
            state = connection.end().state();
            received = connection.end().queued();
        } finally {
            connection.end().leave();
        }
        List<String> notes = notes(connection.life().scope().knownFaults());
        Host home = connection.life().home();
        if (connection.end().isLocal() && home != null && !home.isDefault()) {
            notes.add(0, "of " + home.name());
        }
        return new Row(
                protocol(connection.localAddress()),
                state,
                received,
                connection.life().unreadByPeer(),
                connection.localAddress(),
                connection.remoteAddress(),
                String.join("; ", notes));
    }

    private static String protocol(SocketAddress address) {
        return Addresses.isUnix(address) ? "unix" : "tcp";
    }

    /** The address of an end, and of one that has none the way it goes. */
    private static String called(Connection connection) {
        String own = Addresses.text(connection.localAddress());
        return connection.localAddress().equals(Addresses.UNNAMED)
                ? own + " -> " + Addresses.text(connection.remoteAddress())
                : own;
    }

    private static Row row(DatagramEndpoint endpoint) {
        DatagramQueue queue = endpoint.queue();
        long bytes;
        int waiting;
        long dropped;
        queue.lock();
        try {
            bytes = queue.bytes();
            waiting = queue.size();
            dropped = queue.dropped();
        } finally {
            queue.leave();
        }
        List<String> notes = notes(endpoint.faults());
        if (dropped > 0) {
            notes.add(0, "dropped " + dropped);
        }
        if (waiting > 0) {
            notes.add(0, waiting + (waiting == 1 ? " datagram" : " datagrams"));
        }
        if (!endpoint.ofHost().isEmpty()) {
            notes.add(0, endpoint.ofHost());
        }
        SocketAddress peer = queue.peer();
        return new Row(
                "udp",
                peer == null ? "UNCONN" : "ESTABLISHED",
                bytes,
                0,
                endpoint.localAddress(),
                peer == null ? endpoint.localAddress() : peer,
                String.join("; ", notes));
    }

    private static String note(@Nullable Faults faults) {
        return String.join("; ", notes(faults));
    }

    private static List<String> notes(@Nullable Faults faults) {
        List<String> notes = new ArrayList<>();
        if (faults != null) {
            for (InstalledFault fault : faults.installed()) {
                notes.add(fault.kind() + " " + fault.fault() + " fired " + fault.fireCount());
            }
        }
        return notes;
    }

    private static String lastEvents(Network network) {
        List<Event> events = network.events().last();
        if (events.isEmpty()) {
            return "";
        }
        Map<Long, String> names = new HashMap<>();
        for (Connection connection : network.connections().all()) {
            names.put(connection.id(), called(connection));
        }
        for (Listener listener : network.book().owners()) {
            names.put(listener.eventSubject(), "listener on " + Addresses.text(listener.localAddress()));
        }
        StringBuilder text = new StringBuilder("\nlast events:");
        for (Event event : events.subList(Math.max(0, events.size() - SHOWN_EVENTS), events.size())) {
            text.append("\n  #").append(event.number()).append(' ').append(line(event, names));
        }
        return text.toString();
    }

    private static String line(Event event, Map<Long, String> names) {
        return subject(event.subject(), names) + ": " + what(event.kind(), event.value());
    }

    /** @param names of the ends that are open still */
    static String subject(long subject, Map<Long, String> names) {
        if (Connections.isPathSubject(subject)) {
            return names.getOrDefault(subject, "listener on a path, closed since");
        }
        if (subject <= DatagramEndpoint.FIRST_EVENT_SUBJECT) {
            return "datagram endpoint on port " + (DatagramEndpoint.FIRST_EVENT_SUBJECT - subject);
        }
        if (subject < 0) {
            return "listener on port " + (-1 - subject);
        }
        return names.getOrDefault(subject, "connection end " + subject + ", closed since");
    }

    static String what(EventRing.Kind kind, long value) {
        String bytes = value == 0 ? "" : " " + value + (value == 1 ? " byte" : " bytes");
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ') + bytes;
    }
}

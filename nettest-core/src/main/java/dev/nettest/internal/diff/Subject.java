package dev.nettest.internal.diff;

import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TraceSocket;
import dev.nettest.internal.util.Addresses;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A socket, a link or a host with its events in order. */
final class Subject {

    private final @Nullable TraceSocket socket;
    private final String name;
    private final int rank;
    private final List<TraceEvent> events = new ArrayList<>();

    /**
     * @param socket null for a link and a host
     * @param name the name of the link or host; empty for a socket
     * @param rank the index of the first event of the whole connection, so that both ends keep the order of connections
     */
    private Subject(@Nullable TraceSocket socket, String name, int rank) {
        this.socket = socket;
        this.name = name;
        this.rank = rank;
    }

    /** The subjects of {@code trace}, in the order of their first events. */
    static List<Subject> of(Trace trace) {
        Map<Object, Subject> subjects = new LinkedHashMap<>();
        Map<Object, Integer> connections = new HashMap<>();
        int index = 0;
        for (TraceEvent event : trace.events()) {
            int at = index++;
            if (event instanceof TraceEvent.OfSocket of) {
                TraceSocket socket = of.socket();
                int rank = socket.kind() == TraceSocket.Kind.CONNECTION
                        ? connections.computeIfAbsent(socket.connection(), id -> at)
                        : at;
                add(subjects, List.of(socket.kind(), socket.id()), new Subject(socket, "", rank), event);
            } else {
                String name = nameOf(event);
                if (name != null) {
                    add(subjects, name, new Subject(null, name, at), event);
                }
            }
        }
        return subjects.values().stream()
                .sorted(Comparator.comparingInt(subject -> subject.rank))
                .toList();
    }

    private static void add(Map<Object, Subject> subjects, Object key, Subject fresh, TraceEvent event) {
        subjects.computeIfAbsent(key, none -> fresh).events.add(event);
    }

    private static @Nullable String nameOf(TraceEvent event) {
        if (event instanceof TraceEvent.LinkChanged changed) {
            return "link " + changed.link();
        }
        return event instanceof TraceEvent.HostChanged changed ? "host " + changed.host() : null;
    }

    List<TraceEvent> events() {
        return events;
    }

    /** The local address; null for a link and a host. */
    @Nullable
    SocketAddress address() {
        return socket == null ? null : socket.local();
    }

    // ---- keys of pairs, from the strictest to the loosest

    Object byId() {
        return socket == null ? name : List.of(socket.kind(), socket.id(), socket.local(), remote(socket));
    }

    Object byAddresses() {
        return socket == null ? name : List.of(socket.kind(), socket.isDialling(), socket.local(), remote(socket));
    }

    /** Without the port of a client, and without the address of other sockets. */
    Object byHosts() {
        if (socket == null) {
            return name;
        }
        if (socket.kind() != TraceSocket.Kind.CONNECTION) {
            return List.of(socket.kind(), socket.localHost());
        }
        return socket.isDialling()
                ? List.of(true, socket.localHost(), remote(socket))
                : List.of(false, String.valueOf(socket.remoteHost()), socket.local());
    }

    private static Object remote(TraceSocket socket) {
        return socket.remote() == null ? "" : socket.remote();
    }

    /** Its kind, number, hosts and addresses. */
    @Override
    public String toString() {
        if (socket == null) {
            return name;
        }
        String local = text(socket.localHost(), socket.local());
        if (socket.remote() == null || socket.remoteHost() == null) {
            return (socket.kind() == TraceSocket.Kind.LISTENER ? "listener " : "datagram socket ") + local;
        }
        return "connection #" + socket.connection() + ", " + (socket.isDialling() ? "dialling" : "accepting") + " end "
                + local + " -> " + text(socket.remoteHost(), socket.remote());
    }

    private static String text(String host, SocketAddress address) {
        String text = Addresses.text(address);
        return text.contains(host) ? text : host + " (" + text + ")";
    }
}

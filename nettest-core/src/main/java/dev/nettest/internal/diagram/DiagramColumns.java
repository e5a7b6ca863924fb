package dev.nettest.internal.diagram;

import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TraceEvent.DatagramDelivered;
import dev.nettest.TraceEvent.DatagramDropped;
import dev.nettest.TraceEvent.DatagramSent;
import dev.nettest.TraceSocket;
import dev.nettest.internal.diagram.Diagram.Column;
import dev.nettest.internal.util.Addresses;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The columns of a diagram: one for each host. A host that talks to itself has one column for its clients, and one for
 * each address that it talks to.
 */
final class DiagramColumns {

    /** The hosts that talk to themselves. */
    private final Set<String> divided = new HashSet<>();

    /** The host of each address that a socket has. */
    private final Map<SocketAddress, String> hosts = new HashMap<>();

    private final Map<String, Integer> indexes = new LinkedHashMap<>();
    private final List<Set<String>> details = new ArrayList<>();

    DiagramColumns(Trace trace) {
        List<TraceEvent.OfSocket> events = trace.events(TraceEvent.OfSocket.class);
        for (TraceEvent.OfSocket event : events) {
            TraceSocket socket = event.socket();
            hosts.putIfAbsent(socket.local(), socket.localHost());
            if (socket.kind() == TraceSocket.Kind.CONNECTION
                    && socket.localHost().equals(socket.remoteHost())) {
                divided.add(socket.localHost());
            }
        }
        for (DatagramSent sent : trace.events(DatagramSent.class)) {
            hosts.putIfAbsent(sent.target(), sent.targetHost());
            if (sent.socket().localHost().equals(host(sent.target()))) {
                divided.add(sent.socket().localHost());
            }
        }
        for (DatagramDropped dropped : trace.events(DatagramDropped.class)) {
            hosts.putIfAbsent(dropped.target(), dropped.targetHost());
        }
        // a client stands left of its server, although the server begins to listen first
        events.stream().filter(event -> !isOpening(event)).forEach(this::add);
        events.stream().filter(DiagramColumns::isOpening).forEach(this::add);
    }

    private static boolean isOpening(TraceEvent event) {
        return event instanceof TraceEvent.Listening || event instanceof TraceEvent.Bound;
    }

    private void add(TraceEvent.OfSocket event) {
        of(event.socket());
        if (event instanceof DatagramSent sent) {
            of(sent.target());
        }
        if (event instanceof DatagramDropped dropped) {
            of(dropped.target());
        }
        if (event instanceof DatagramDelivered delivered) {
            of(delivered.sender());
        }
        if (event.socket().kind() == TraceSocket.Kind.CONNECTION) {
            peerOf(event.socket());
        }
    }

    /** The column of a socket. */
    int of(TraceSocket socket) {
        boolean serves = socket.kind() != TraceSocket.Kind.CONNECTION || !socket.isDialling();
        return index(socket.localHost(), socket.local(), serves);
    }

    /** The column of the other end of a connection. */
    int peerOf(TraceSocket socket) {
        SocketAddress remote = socket.remote();
        String host = socket.remoteHost();
        if (remote == null || host == null) {
            throw new IllegalArgumentException("a socket without a peer: " + socket);
        }
        return index(host, remote, socket.isDialling());
    }

    /** The column of an address that datagrams are sent to. */
    int of(SocketAddress target) {
        return index(host(target), target, true);
    }

    /** The column of a host; -1 for none. */
    int ofHost(String host) {
        return indexes.getOrDefault(host, -1);
    }

    private String host(SocketAddress address) {
        String known = hosts.get(address);
        if (known != null) {
            return known;
        }
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : Addresses.text(address);
    }

    private int index(String host, SocketAddress address, boolean serves) {
        String name = divided.contains(host) && serves ? host + port(address) : host;
        Integer known = indexes.get(name);
        int index = known == null ? indexes.size() : known;
        if (known == null) {
            indexes.put(name, index);
            details.add(new LinkedHashSet<>());
        }
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            String text = inet.getAddress().getHostAddress();
            if (!inet.getAddress().isLoopbackAddress()
                    && !inet.getAddress().isAnyLocalAddress()
                    && !name.startsWith(text)) {
                details.get(index).add(text);
            }
        }
        return index;
    }

    /** The port of an address with a colon before it, or the path. */
    static String port(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? ":" + inet.getPort() : " " + Addresses.text(address);
    }

    List<Column> all() {
        List<Column> columns = new ArrayList<>();
        indexes.forEach((name, index) -> columns.add(new Column(name, String.join(", ", details.get(index)))));
        return columns;
    }
}

package dev.nettest.internal.net;

import dev.nettest.Awaitable;
import dev.nettest.Snapshot;
import dev.nettest.Snapshot.HostRow;
import dev.nettest.Snapshot.Row;
import dev.nettest.internal.bridge.BridgeImpl;
import dev.nettest.internal.datagram.DatagramSocketQueue;
import dev.nettest.internal.fault.FaultRegistry;
import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.name.Resolver;
import dev.nettest.internal.stream.AcceptQueue;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.Waiter;
import dev.nettest.internal.util.Addresses;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the {@link Snapshot} of a network. */
final class NetstatReport {

    private NetstatReport() {}

    static Snapshot snapshot(NetworkImpl network) {
        return snapshot(network, new WaitReport(network));
    }

    /** Reads no stack and calls no callback. */
    static Snapshot withoutWaiters(NetworkImpl network) {
        return snapshot(network, null);
    }

    private static Snapshot snapshot(NetworkImpl network, @Nullable WaitReport waits) {
        List<Row> rows = new ArrayList<>();
        for (ListenerImpl listener : network.listeners()) {
            rows.add(row(listener, waits));
        }
        for (ConnectionImpl connection : network.connectionTable().all()) {
            if (hasRow(connection)) {
                rows.add(row(connection, waits));
            }
        }
        for (DatagramEndpointImpl endpoint : network.udpTable().all()) {
            rows.add(row(endpoint, waits));
        }
        return new Snapshot(
                rows,
                waits == null ? List.of() : waits.all(),
                hosts(network.hostTable()),
                names(network.hostTable()),
                network.links().table().describe(),
                network.clock().toString(),
                network.seed());
    }

    /** True if a snapshot shows {@code connection}: from its handshake to its close. */
    static boolean hasRow(ConnectionImpl connection) {
        return !connection.isClosed() && !connection.peer().endpoint().isConnecting();
    }

    /** The installed faults, and how often each fired. */
    static List<String> notes(@Nullable FaultRegistry faults) {
        return notes(faults, null, null);
    }

    /**
     * The installed faults, and those that make an operation wait. They may be those of another scope, such as a closed
     * listener.
     */
    private static List<String> notes(
            @Nullable FaultRegistry faults, @Nullable InstalledFault holding, @Nullable InstalledFault alsoHolding) {
        List<String> notes = new ArrayList<>();
        List<InstalledFault> installed = faults == null ? List.of() : faults.installed();
        for (InstalledFault fault : installed) {
            boolean holds = fault == holding || fault == alsoHolding;
            notes.add(fault.kind() + " " + fault.spec() + " fired " + fault.fireCount()
                    + (holds ? " and holds an operation" : ""));
        }
        for (InstalledFault fault : new InstalledFault[] {holding, alsoHolding}) {
            if (fault != null && !installed.contains(fault)) {
                notes.add("held by " + fault.text());
            }
        }
        return notes;
    }

    // ---- hosts and names

    private static List<HostRow> hosts(HostTable hosts) {
        List<HostRow> rows = new ArrayList<>();
        if (!hosts.localhost().state().toString().equals("up")) {
            rows.add(row(hosts.localhost()));
        }
        hosts.named().forEach(host -> rows.add(row(host)));
        return rows;
    }

    private static HostRow row(HostImpl host) {
        return new HostRow(host.name(), host.addresses(), host.state().toString());
    }

    /** The names that the rows of hosts do not show already. */
    private static Map<String, List<InetAddress>> names(HostTable hosts) {
        Map<String, List<InetAddress>> names = hosts.names().all();
        names.remove(Resolver.LOCALHOST);
        for (HostImpl host : hosts.named()) {
            String name = Resolver.key(host.name());
            if (!names.containsKey(name)) {
                names.put(name, List.of());
            } else {
                names.remove(name, host.addresses());
            }
        }
        return names;
    }

    // ---- rows

    private static Row row(ListenerImpl listener, @Nullable WaitReport waits) {
        AcceptQueue<ConnectionImpl> queue = listener.acceptQueue();
        int queued;
        int capacity;
        boolean noAcceptWaits;
        InstalledFault holding;
        List<Waiter> waiters;
        queue.lock();
        try {
            queued = queue.size();
            capacity = queue.capacity();
            noAcceptWaits = queued > 0 && !queue.hasOperationWaiting(ReadyBits.ACCEPTABLE);
            holding = queue.heldBy();
            waiters = queue.waiters();
        } finally {
            queue.leave();
        }
        List<String> notes = notes(listener.faults(), holding, null);
        if (noAcceptWaits) {
            notes.add(0, "no accept waits");
        }
        if (!listener.ofHost().isEmpty()) {
            notes.add(0, listener.ofHost());
        }
        for (BridgeImpl bridge : listener.network().bridges()) {
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
                String.join("; ", notes),
                named(waits, listener, waiters));
    }

    private static List<Snapshot.Waiter> named(@Nullable WaitReport waits, Awaitable socket, List<Waiter> waiters) {
        return waits == null ? List.of() : waits.ofRow(socket, waiters);
    }

    private static Row row(ConnectionImpl connection, @Nullable WaitReport waits) {
        String state;
        long received;
        InstalledFault heldRead;
        InstalledFault heldWrite;
        List<Waiter> waiters;
        connection.endpoint().lock();
        try {
            state = connection.endpoint().netstatState();
            received = connection.endpoint().reader().queued();
            heldRead = connection.endpoint().reader().heldBy();
            heldWrite = connection.endpoint().writer().heldBy();
            waiters = connection.endpoint().waiters();
        } finally {
            connection.endpoint().leave();
        }
        List<String> notes = notes(ConnectionFaultScope.knownFaults(connection), heldRead, heldWrite);
        HostImpl host = connection.host();
        if (connection.endpoint().isLocal() && host != null && !host.isDefault()) {
            notes.add(0, "of " + host.name());
        }
        return new Row(
                protocol(connection.localAddress()),
                state,
                received,
                connection.settings().unreadByPeer(),
                connection.localAddress(),
                connection.remoteAddress(),
                String.join("; ", notes),
                named(waits, connection, waiters));
    }

    private static String protocol(SocketAddress address) {
        return Addresses.isUnix(address) ? "unix" : "tcp";
    }

    private static Row row(DatagramEndpointImpl endpoint, @Nullable WaitReport waits) {
        DatagramSocketQueue queue = endpoint.queue();
        long bytes;
        int queued;
        long dropped;
        InstalledFault holding;
        List<Waiter> waiters;
        queue.lock();
        try {
            bytes = queue.bytes();
            queued = queue.size();
            dropped = queue.dropped();
            holding = queue.heldBy();
            waiters = queue.waiters();
        } finally {
            queue.leave();
        }
        List<String> notes = notes(endpoint.faults(), holding, null);
        if (dropped > 0) {
            notes.add(0, "dropped " + dropped);
        }
        if (queued > 0) {
            notes.add(0, queued + (queued == 1 ? " datagram" : " datagrams"));
        }
        if (!endpoint.binding().ofHost().isEmpty()) {
            notes.add(0, endpoint.binding().ofHost());
        }
        SocketAddress peer = queue.peer();
        return new Row(
                "udp",
                peer == null ? "UNCONN" : "ESTABLISHED",
                bytes,
                0,
                endpoint.localAddress(),
                peer == null ? endpoint.localAddress() : peer,
                String.join("; ", notes),
                named(waits, endpoint, waiters));
    }
}

package dev.nettest.internal.net;

import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.stream.AcceptQueue;
import dev.nettest.internal.stream.StreamEndpoint;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.util.Addresses;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds why the waits of a network cannot end. It looks at each waiting operation and at what could end it. */
final class LikelyCause {

    private static final int MOST = 3;

    private final NetworkImpl network;
    private final List<String> causes = new ArrayList<>();

    private LikelyCause(NetworkImpl network) {
        this.network = network;
    }

    /** The lines of a report, each with a line break before it; empty if nothing is known. */
    static String lines(NetworkImpl network) {
        LikelyCause cause = new LikelyCause(network);
        cause.find();
        StringBuilder lines = new StringBuilder();
        cause.causes.stream()
                .distinct()
                .limit(MOST)
                .forEach(each -> lines.append("\nlikely cause: ").append(each));
        return lines.toString();
    }

    private void find() {
        List<ListenerImpl> listeners = network.listeners();
        listeners.forEach(this::ofQueue);
        List<ConnectionImpl> connections = network.connectionTable().all();
        connections.forEach(this::ofReader);
        connections.forEach(this::ofWriter);
        network.udpTable().all().forEach(this::ofDatagrams);
        if (causes.isEmpty()) {
            listeners.forEach(this::ofAccept); // a server that waits for its next client is no cause by itself
        }
    }

    private void ofQueue(ListenerImpl listener) {
        AcceptQueue<ConnectionImpl> queue = listener.acceptQueue();
        int queued;
        boolean accepts;
        InstalledFault fault;
        queue.lock();
        try {
            queued = queue.size();
            accepts = queue.hasOperationWaiting(ReadyBits.ACCEPTABLE);
            fault = queue.heldBy();
        } finally {
            queue.leave();
        }
        String address = Addresses.text(listener.localAddress());
        if (addHolding(fault) || queued == 0) {
            return;
        }
        if (accepts) {
            causes.add("the host of " + address + " is " + listener.host().state());
        } else {
            causes.add("nothing accepts from " + address + ", where " + queued
                    + (queued == 1 ? " connection is queued" : " connections are queued"));
        }
    }

    private void ofAccept(ListenerImpl listener) {
        AcceptQueue<ConnectionImpl> queue = listener.acceptQueue();
        boolean accepts;
        queue.lock();
        try {
            accepts = queue.hasOperationWaiting(ReadyBits.ACCEPTABLE);
        } finally {
            queue.leave();
        }
        if (accepts) {
            causes.add("nothing connects to " + Addresses.text(listener.localAddress()));
        }
    }

    private void ofReader(ConnectionImpl connection) {
        ConnectionImpl peer = connection.peer();
        StreamEndpoint endpoint = connection.endpoint();
        boolean reads;
        boolean peerReads;
        boolean peerIsOpen;
        InstalledFault fault;
        endpoint.lock(); // also the peer's lock
        try {
            reads = endpoint.hasOperationWaiting(ReadyBits.READABLE);
            peerReads = peer.endpoint().hasOperationWaiting(ReadyBits.READABLE);
            peerIsOpen = !peer.endpoint().isClosed();
            fault = endpoint.reader().heldBy();
        } finally {
            endpoint.leave();
        }
        if (!reads || addHolding(fault) || addCut(connection)) {
            return;
        }
        if (peerReads) {
            ConnectionImpl first = connection.id() < peer.id() ? connection : peer;
            causes.add("both ends of " + first.addresses() + " read, and neither writes");
        } else if (peerIsOpen) {
            causes.add("the other end of " + connection.addresses() + " is open, and nothing writes to it");
        }
    }

    private void ofWriter(ConnectionImpl connection) {
        StreamEndpoint endpoint = connection.endpoint();
        boolean writes;
        boolean peerReads;
        InstalledFault fault;
        endpoint.lock();
        try {
            writes = endpoint.hasOperationWaiting(ReadyBits.WRITABLE | ReadyBits.FREE_SPACE);
            peerReads = connection.peer().endpoint().hasOperationWaiting(ReadyBits.READABLE);
            fault = endpoint.writer().heldBy();
        } finally {
            endpoint.leave();
        }
        if (writes && !addHolding(fault) && !addCut(connection) && !peerReads) {
            causes.add("nothing reads at the other end of " + connection.addresses() + ", whose buffer is full");
        }
    }

    private void ofDatagrams(DatagramEndpointImpl endpoint) {
        boolean receives;
        InstalledFault fault;
        endpoint.queue().lock();
        try {
            receives = endpoint.queue().hasOperationWaiting(ReadyBits.READABLE);
            fault = endpoint.queue().heldBy();
        } finally {
            endpoint.queue().leave();
        }
        if (receives && !addHolding(fault)) {
            causes.add("nothing sends to " + Addresses.text(endpoint.localAddress()));
        }
    }

    private boolean addHolding(@Nullable InstalledFault fault) {
        if (fault != null) {
            causes.add("the fault " + fault.text() + " holds an operation");
        }
        return fault != null;
    }

    private boolean addCut(ConnectionImpl connection) {
        boolean stopped = connection.addresses().route().isStopped();
        if (stopped) {
            causes.add("the link of " + connection.addresses() + " is held or cut");
        }
        return stopped;
    }
}

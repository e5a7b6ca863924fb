package dev.nettest.internal.net;

import dev.nettest.internal.time.JvmThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Finds the connections, server sockets and datagram endpoints that the code under test did not close. */
final class LeakCheck {

    /** The real time that threads have to close what they accepted, once the shutdown has released them. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How often it looks if any thread could still close something. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private final NetworkImpl network;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ownerClosed = lock.newCondition();

    /** Everything that was open when the shutdown began. */
    private volatile List<ConnectionImpl> connections = List.of();

    private volatile List<DatagramEndpointImpl> endpoints = List.of();
    private volatile List<ListenerImpl> listeners = List.of();

    LeakCheck(NetworkImpl network) {
        this.network = network;
    }

    void start(List<ConnectionImpl> open, List<DatagramEndpointImpl> openEndpoints, List<ListenerImpl> openListeners) {
        connections = open;
        endpoints = openEndpoints;
        listeners = openListeners;
    }

    /** Wakes {@link #awaitOwners()}: an owner closed its connection or endpoint. */
    void ownerClosed() {
        lock.lock();
        try {
            ownerClosed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until owners have closed all and loops have ended, or the grace period is over; returns the leaks. */
    List<String> awaitOwners() {
        long left = GRACE_NANOS;
        lock.lock();
        try {
            Map<Long, Long> before = null;
            while (left > 0 && (hasLeaks() || network.waits().ignoredCloses().hasLoops())) {
                long slice = Math.min(left, LOOK_NANOS);
                left += ownerClosed.awaitNanos(slice) - slice;
                Map<Long, Long> now = JvmThreads.cpuTimesIfAllWait();
                if (now != null && now.equals(before)) {
                    break; // no thread is left that could close anything
                }
                before = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        List<String> leaks = new ArrayList<>();
        for (ConnectionImpl connection : connections) {
            if (connection.ownership().isLeaked()) {
                leaks.add("connection " + connection.addresses()
                        + connection.ownership().origin());
            }
        }
        for (ListenerImpl listener : listeners) {
            if (listener.isLeaked()) {
                leaks.add("server socket " + listener.place() + listener.origin());
            }
        }
        for (DatagramEndpointImpl endpoint : endpoints) {
            if (endpoint.isLeaked()) {
                leaks.add(endpoint.origin());
            }
        }
        return leaks;
    }

    private boolean hasLeaks() {
        return connections.stream()
                        .anyMatch(connection -> connection.ownership().isLeaked())
                || endpoints.stream().anyMatch(DatagramEndpointImpl::isLeaked)
                || listeners.stream().anyMatch(ListenerImpl::isLeaked);
    }
}

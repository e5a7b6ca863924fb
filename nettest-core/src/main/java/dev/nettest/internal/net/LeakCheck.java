package dev.nettest.internal.net;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Finds the connections and datagram endpoints that the code under test did not close. */
final class LeakCheck {

    /** The real time that threads have to close what they accepted, once the shutdown has released them. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ownerClosed = lock.newCondition();

    /** Everything that was open when the shutdown began. */
    private volatile List<ConnectionImpl> connections = List.of();

    private volatile List<DatagramEndpointImpl> endpoints = List.of();

    void start(List<ConnectionImpl> open, List<DatagramEndpointImpl> openEndpoints) {
        connections = open;
        endpoints = openEndpoints;
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

    /** Waits until owners have closed everything or the grace period is over; returns the leaks. */
    List<String> awaitOwners() {
        long left = GRACE_NANOS;
        lock.lock();
        try {
            while (left > 0 && hasLeaks()) {
                left = ownerClosed.awaitNanos(left);
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
                || endpoints.stream().anyMatch(DatagramEndpointImpl::isLeaked);
    }
}

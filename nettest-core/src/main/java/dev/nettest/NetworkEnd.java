package dev.nettest;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How a network ends: everything is released first, then it is looked at what the code under test left behind. */
final class NetworkEnd {

    /** How long, in real time, threads that were freed by the release may take to close what they accepted. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Network network;
    private final Queue<InstalledFault> declared = new ConcurrentLinkedQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ownerClosed = lock.newCondition();

    /** How things were when it was shut down. */
    private volatile List<Connection> open = List.of();

    private volatile List<DatagramEndpoint> openEndpoints = List.of();

    private volatile String picture = "";

    NetworkEnd(Network network) {
        this.network = network;
    }

    void remember(InstalledFault fault) {
        declared.add(fault);
    }

    void ownerClosed() {
        if (network.isClosed()) {
            lock.lock();
            try {
                ownerClosed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    void shutdown() {
        open = network.connections().all();
        openEndpoints = network.datagrams().all();
        if (network.config().checksLeaks() || network.config().checksFaults()) {
            picture = Diagnosis.picture(network);
        }
        open.stream()
                .filter(NetworkEnd::isEstablished)
                .forEach(connection -> connection.life().releaseBoth());
        network.book().owners().forEach(Listener::close);
        network.connections().all().forEach(connection -> connection.life().releaseBoth()); // what was being dialled
        network.datagrams().all().forEach(DatagramEndpoint::release);
        network.book().touch();
        network.bridges().forEach(Bridge::shutdown);
        network.executors().forEach(NetworkExecutor::shutdownNow);
    }

    private static boolean isEstablished(Connection connection) {
        return connection.life().isEstablished() && connection.peer().life().isEstablished();
    }

    void check() {
        network.executors().forEach(NetworkExecutor::awaitEnd);
        network.bridges().forEach(Bridge::close);
        List<String> unfired = network.config().checksFaults() ? unfired() : List.of();
        List<String> leaks = network.config().checksLeaks() ? awaitOwners() : List.of();
        if (!leaks.isEmpty() || !unfired.isEmpty()) {
            throw report(leaks, unfired, picture);
        }
    }

    private List<String> unfired() {
        List<String> unfired = new ArrayList<>();
        for (InstalledFault fault : declared) {
            if (fault.isUnfired()) {
                unfired.add(fault.describe());
            }
        }
        return unfired;
    }

    private List<String> awaitOwners() {
        long left = GRACE_NANOS;
        lock.lock();
        try {
            while (left > 0 && isAnythingLeaked()) {
                left = ownerClosed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        List<String> leaks = new ArrayList<>();
        for (Connection connection : open) {
            if (connection.life().isLeaked()) {
                leaks.add(connection.life().birth());
            }
        }
        openEndpoints.stream().filter(DatagramEndpoint::isLeaked).forEach(endpoint -> leaks.add(endpoint.birth()));
        return leaks;
    }

    private boolean isAnythingLeaked() {
        return open.stream().anyMatch(connection -> connection.life().isLeaked())
                || openEndpoints.stream().anyMatch(DatagramEndpoint::isLeaked);
    }

    private static AssertionError report(List<String> leaks, List<String> unfired, String picture) {
        StringBuilder text = new StringBuilder();
        if (!leaks.isEmpty()) {
            text.append("never closed:");
            leaks.forEach(leak -> text.append("\n  ").append(leak));
        }
        if (!unfired.isEmpty()) {
            text.append(leaks.isEmpty() ? "" : "\n").append("declared and never fired (optional() allows that):");
            unfired.forEach(fault -> text.append("\n  ").append(fault));
        }
        return new AssertionError(text + "\nthe network when it was closed:" + picture);
    }
}

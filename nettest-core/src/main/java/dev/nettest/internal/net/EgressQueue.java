package dev.nettest.internal.net;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The datagrams and ICMP errors that a paused host sends, in order. They leave when the host resumes; later ones queue
 * behind them until it is empty. Any thread may call any method.
 */
final class EgressQueue {

    /** A set, so that the same ICMP error is sent once. Guarded by this object's monitor. */
    private final Set<Runnable> queue = new LinkedHashSet<>();

    private volatile boolean closed;

    /** True while a thread sends what was queued. Guarded by this object's monitor. */
    private boolean opening;

    boolean isClosed() {
        return closed;
    }

    /** Queues {@code transmission}; returns false if the queue is open and the caller sends it itself. */
    synchronized boolean add(Runnable transmission) {
        if (closed) {
            queue.add(transmission);
        }
        return closed;
    }

    synchronized void close() {
        closed = true;
    }

    /** Sends everything queued, and opens once the queue is empty. If another thread does so, it leaves that to it. */
    void open() {
        if (!beginOpening()) {
            return;
        }
        for (List<Runnable> due = next(); !due.isEmpty(); due = next()) {
            due.forEach(Runnable::run);
        }
    }

    private synchronized boolean beginOpening() {
        boolean first = !opening;
        opening = true;
        return first;
    }

    /** The queued transmissions; opens the queue if there are none. */
    private synchronized List<Runnable> next() {
        List<Runnable> due = List.copyOf(queue);
        queue.clear();
        opening = !due.isEmpty();
        closed = opening;
        return due;
    }

    /** Drops everything queued. */
    synchronized void clear() {
        queue.clear();
    }
}

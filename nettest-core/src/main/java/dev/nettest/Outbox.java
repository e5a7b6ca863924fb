package dev.nettest;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The datagrams that a host sends while it is cut off, in their order; they leave when it is so no longer. What is sent while they leave
 * queues up behind them. Any thread may call any method.
 */
final class Outbox {

    /** A set, so that the same answer is given once. */
    private final Set<Runnable> withheld = new LinkedHashSet<>(); // guarded by this object's monitor

    private volatile boolean shut;

    boolean isShut() {
        return shut;
    }

    /** Withholds {@code departure}; false where it may go at once. */
    synchronized boolean withhold(Runnable departure) {
        if (shut) {
            withheld.add(departure);
        }
        return shut;
    }

    synchronized void shut() {
        shut = true;
    }

    /** Lets everything go. */
    void open() {
        for (List<Runnable> due = next(); !due.isEmpty(); due = next()) {
            due.forEach(Runnable::run);
        }
    }

    /** What is to go now; where there is nothing it is open. */
    private synchronized List<Runnable> next() {
        List<Runnable> due = List.copyOf(withheld);
        withheld.clear();
        shut = !due.isEmpty();
        return due;
    }

    /** Everything in it is lost. */
    synchronized void clear() {
        withheld.clear();
    }
}

package dev.nettest.internal.net;

import dev.nettest.internal.sync.EventCount;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Datagrams that wait for a held link, in the order in which they were sent. */
final class HeldDatagrams {

    /** A datagram, and whether a link still holds it. */
    record Held(BooleanSupplier isHeld, Runnable sending) {}

    private final EventCount linkChanges;
    private final Deque<Held> queue = new ArrayDeque<>();

    /**
     * True while a thread sends released datagrams; later datagrams queue behind them. Written under the monitor of
     * {@link #queue}.
     */
    private volatile boolean releasing;

    HeldDatagrams(EventCount linkChanges) {
        this.linkChanges = linkChanges;
    }

    boolean isReleasing() {
        return releasing;
    }

    /**
     * Queues {@code datagram} until its link is released.
     *
     * @param seen the count of link changes when the sender read its route
     * @return false if a link changed since then and no thread releases: the sender reads its route again
     */
    boolean add(long seen, Held datagram) {
        synchronized (queue) {
            return (releasing || linkChanges.count() == seen) && queue.add(datagram);
        }
    }

    /** Sends every datagram that no link holds any more. */
    void release() {
        synchronized (queue) {
            if (releasing || queue.isEmpty()) {
                return; // the releasing thread looks again after each datagram
            }
            releasing = true;
        }
        for (Held due = next(); due != null; due = next()) {
            due.sending.run();
        }
    }

    /** The first datagram that is no longer held; null ends the release. */
    private @Nullable Held next() {
        synchronized (queue) {
            for (Iterator<Held> each = queue.iterator(); each.hasNext(); ) {
                Held candidate = each.next();
                if (!candidate.isHeld.getAsBoolean()) {
                    each.remove();
                    return candidate;
                }
            }
            releasing = false;
            return null;
        }
    }
}

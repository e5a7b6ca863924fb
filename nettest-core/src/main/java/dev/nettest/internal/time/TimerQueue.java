package dev.nettest.internal.time;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The pending timers of a virtual clock, ordered by instant. Timers of the same instant keep the order in which they
 * were scheduled. The clock's lock guards this queue.
 */
final class TimerQueue {

    record Entry(long instant, long number, Runnable action) {}

    /** A tree, not a heap: most timeouts are cancelled before they pass. */
    private final TreeSet<Entry> entries =
            new TreeSet<>(Comparator.comparingLong(Entry::instant).thenComparingLong(Entry::number));

    private long scheduled;

    Entry add(long instant, Runnable action) {
        Entry entry = new Entry(instant, scheduled++, action);
        entries.add(entry);
        return entry;
    }

    void remove(Entry entry) {
        entries.remove(entry);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The next timer; null if there is none. */
    @Nullable
    Entry first() {
        return entries.isEmpty() ? null : entries.first();
    }

    /** Removes the next timer that is due at {@code instant}; null if there is none. */
    @Nullable
    Entry pollDue(long instant) {
        return entries.isEmpty() || entries.first().instant > instant ? null : entries.pollFirst();
    }
}

package dev.nettest.internal.datagram;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Items held back until a number of later items have passed them. */
final class ReorderBuffer<T> {

    private static final class Entry<T> {
        private final T item;
        private long remaining;

        Entry(T item, long remaining) {
            this.item = item;
            this.remaining = remaining;
        }
    }

    private final List<Entry<T>> entries = new ArrayList<>(0);

    /** Holds {@code item} until {@code distance} others have passed. */
    void hold(T item, long distance) {
        entries.add(new Entry<>(item, distance));
    }

    /** Counts one passing item. Removes and returns the items that are due, in the order of arrival. */
    List<T> pass() {
        if (entries.isEmpty()) {
            return List.of();
        }
        List<T> due = new ArrayList<>();
        for (Iterator<Entry<T>> all = entries.iterator(); all.hasNext(); ) {
            Entry<T> entry = all.next();
            if (--entry.remaining == 0) {
                due.add(entry.item);
                all.remove();
            }
        }
        return due;
    }

    /** Removes and returns all items, in the order of arrival. */
    List<T> drain() {
        List<T> items = new ArrayList<>();
        entries.forEach(entry -> items.add(entry.item));
        entries.clear();
        return items;
    }
}

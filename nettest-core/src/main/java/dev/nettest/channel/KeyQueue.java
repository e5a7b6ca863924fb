package dev.nettest.channel;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a selector has to poll. Any thread adds, without a lock; one thread takes. The queue runs through
 * the keys themselves, so that adding allocates nothing.
 */
final class KeyQueue {

    /** The key that was added last. */
    private final AtomicReference<@Nullable NetworkSelectionKey> last = new AtomicReference<>();

    /** Adds {@code key}, unless it is queued already. */
    void add(NetworkSelectionKey key) {
        if (key.beginQueued()) {
            NetworkSelectionKey before;
            do {
                before = last.get();
                key.before = before;
            } while (!last.compareAndSet(before, key));
        }
    }

    /** Removes all keys, and passes them to {@code taker} in the order in which they were added. */
    void takeAll(Consumer<? super NetworkSelectionKey> taker) {
        if (last.get() == null) {
            return;
        }
        NetworkSelectionKey first = null;
        for (NetworkSelectionKey key = last.getAndSet(null); key != null; ) {
            NetworkSelectionKey before = key.before;
            key.before = first;
            first = key;
            key = before;
        }
        for (NetworkSelectionKey key = first; key != null; ) {
            NetworkSelectionKey next = key.before;
            key.before = null;
            key.endQueued(); // from here on it may be queued again
            taker.accept(key);
            key = next;
        }
    }
}

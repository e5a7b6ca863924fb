package dev.nettest.jvm.internal.channel;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The keys whose interest has changed during a select. The JDK's select sees less interest at once, and more only in
 * the next select.
 */
final class InterestChanges {

    private volatile boolean selecting;

    /** Guarded by this object. */
    private final Set<RoutedKey> later = new HashSet<>();

    void beginSelect() {
        selecting = true;
    }

    /** Applies the changes. */
    void endSelect() {
        List<RoutedKey> changed;
        synchronized (this) {
            selecting = false;
            if (later.isEmpty()) {
                return;
            }
            changed = List.copyOf(later);
            later.clear();
        }
        changed.forEach(RoutedKey::applyInterest);
    }

    /** True if a change of {@code key} has to wait for the end of a select. */
    boolean waits(RoutedKey key) {
        return selecting && add(key);
    }

    private synchronized boolean add(RoutedKey key) {
        if (selecting) {
            later.add(key);
        }
        return selecting;
    }
}

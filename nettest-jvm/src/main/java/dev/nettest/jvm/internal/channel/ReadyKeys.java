package dev.nettest.jvm.internal.channel;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The keys that a select has found: those in the set of selected keys, or those for an action. The selected keys of the
 * inner selectors mirror that set, so that ready sets and counts are theirs. Used by one thread at a time.
 */
final class ReadyKeys {

    private final Set<SelectionKey> selected = new HashSet<>();
    private final Set<SelectionKey> publicSelected = new SelectedKeys(selected);

    /** For the action of the present select, with the readiness of each. */
    private final Map<RoutedKey, Integer> found = new LinkedHashMap<>();

    /** True if a key is or was in several worlds. */
    private volatile boolean severalWorlds;

    /** The view for users. */
    Set<SelectionKey> selected() {
        return publicSelected;
    }

    /** A key is in several worlds now. Any thread may call it. */
    void severalWorlds() {
        severalWorlds = true;
    }

    void remove(RoutedKey key) {
        selected.remove(key);
    }

    /** Before a select: forgets what the user has removed. */
    void begin(Collection<Selector> inners) {
        found.clear();
        for (Selector inner : inners) {
            Set<SelectionKey> mirror = inner.selectedKeys();
            if (!mirror.isEmpty()) {
                mirror.removeIf(key -> !selected.contains(RoutedKey.of(key)));
            }
        }
    }

    /**
     * Selects in {@code inner}.
     *
     * @param millis 0 to look only; negative for no timeout
     * @return the number of keys that became ready
     */
    int select(Selector inner, boolean forAction, long millis) throws IOException {
        return forAction ? collect(inner, millis) : mirror(inner, millis);
    }

    private int mirror(Selector inner, long millis) throws IOException {
        if (severalWorlds) { // found again if still ready, so that the count below can tell
            inner.selectedKeys().removeIf(key -> RoutedKey.of(key).isInSeveral());
        }
        int updated = millis == 0 ? inner.selectNow() : inner.select(Math.max(0, millis));
        for (SelectionKey key : inner.selectedKeys()) {
            RoutedKey outer = outer(key);
            if (!outer.selected(key, selected.add(outer))) {
                updated--;
            }
        }
        return updated;
    }

    /** Actions are performed after the select: one may register a channel whose key was cancelled meanwhile. */
    private int collect(Selector inner, long millis) throws IOException {
        List<SelectionKey> ready = new ArrayList<>();
        if (millis == 0) {
            inner.selectNow(ready::add);
        } else {
            inner.select(ready::add, Math.max(0, millis));
        }
        int before = found.size();
        for (SelectionKey key : ready) {
            found.merge(outer(key), RoutedKey.readyOps(key), (one, other) -> one | other);
        }
        return found.size() - before;
    }

    /**
     * The key for the user. The end of a network closes the channel inside, and then the outer one. After a hand-over
     * the key of the kernel is not the one inside any more.
     */
    private static RoutedKey outer(SelectionKey inner) {
        RoutedKey key = RoutedKey.of(inner);
        if (!inner.channel().isOpen() && key.isInside(inner)) {
            try {
                ((RoutedChannel) key.channel()).closedInside(inner.channel());
            } catch (IOException e) {
                throw new AssertionError("the close of a channel whose delegate is closed does nothing", e);
            }
        }
        return key;
    }

    /**
     * Performs the action for each key that the select has found.
     *
     * @param checkOpen throws if an action has closed the selector
     * @return how many
     */
    int perform(Consumer<SelectionKey> action, Runnable checkOpen) {
        int performed = 0;
        for (Map.Entry<RoutedKey, Integer> entry : found.entrySet()) {
            RoutedKey key = entry.getKey();
            if (key.isReadyForAction(entry.getValue())) {
                action.accept(key);
                checkOpen.run();
                performed++;
            }
        }
        return performed;
    }
}

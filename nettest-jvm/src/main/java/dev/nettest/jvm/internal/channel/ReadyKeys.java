package dev.nettest.jvm.internal.channel;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The keys that a select has found: those in the set of selected keys, or those for an action. The selected keys of the
 * inner selectors mirror that set, so that ready sets and counts are theirs. Used by one thread at a time.
 */
final class ReadyKeys {

    private final Set<SelectionKey> selected = new HashSet<>();
    private final Set<SelectionKey> publicSelected = new SelectedKeys(selected);

    /** The keys in several worlds for which the present select has performed the action. */
    private final Set<RoutedKey> severalPerformed = new HashSet<>();

    /** The number of actions of the present select. */
    private int performed;

    /** True if the present select has found a key for an action. */
    private boolean isActing;

    /** The action of a select. */
    interface Action {

        /** Called before the first key is handled. */
        void begin();

        void perform(SelectionKey key);
    }

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

    /** True if the present select has found a key for an action. */
    boolean isActing() {
        return isActing;
    }

    void remove(RoutedKey key) {
        selected.remove(key);
    }

    /** Before a select: forgets what the user has removed. */
    void begin(Collection<Selector> inners) {
        severalPerformed.clear();
        performed = 0;
        isActing = false;
        for (Selector inner : inners) {
            Set<SelectionKey> mirror = inner.selectedKeys();
            if (!mirror.isEmpty()) {
                mirror.removeIf(key -> !selected.contains(RoutedKey.of(key)));
            }
        }
    }

    /**
     * Selects in {@code inner}, for the set of selected keys.
     *
     * @param millis 0 to look only; negative for no timeout
     * @return the number of keys that became ready
     */
    int select(Selector inner, long millis) throws IOException {
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

    /**
     * Selects in {@code inner}, and performs the action for each key that is ready. The ready set of a key changes with
     * its action, so an action that throws leaves those of the keys behind it.
     *
     * @param millis 0 to look only; negative for no timeout
     * @return for how many keys the action was performed
     */
    int select(Selector inner, Action action, long millis) throws IOException {
        int before = performed;
        Consumer<SelectionKey> each = key -> perform(key, action);
        if (millis == 0) {
            inner.selectNow(each);
        } else {
            inner.select(each, Math.max(0, millis));
        }
        return performed - before;
    }

    /** A key that was cancelled meanwhile is not ready. One in several worlds has one action in a select. */
    private void perform(SelectionKey inner, Action action) {
        if (!isActing) {
            isActing = true;
            action.begin();
        }
        RoutedKey key = outer(inner);
        if (key.isReadyForAction(inner) && (!key.isInSeveral() || severalPerformed.add(key))) {
            performed++;
            action.perform(key);
        }
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
}

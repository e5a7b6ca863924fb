package dev.nettest.jvm.internal.channel;

import dev.nettest.Network;
import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A selector over one selector of the kernel, and one of each network whose channels are registered. A select waits in
 * the only one of them that has keys, so that a wait in one network is counted there. If several have keys, it waits in
 * that of the kernel, and the others wake it.
 *
 * <p>The selected keys of the inner selectors mirror those of this one, so that ready sets and counts are theirs.
 */
final class RoutedSelector extends AbstractSelector {

    private final InnerSelectors inners;

    private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();
    private final Set<SelectionKey> publicKeys = Collections.unmodifiableSet(keys);
    private final Set<SelectionKey> selected = new HashSet<>();
    private final Set<SelectionKey> publicSelected = new SelectedKeys(selected);

    /** Guarded by this object. */
    private boolean selecting;

    private final WaitingSelector waiting = new WaitingSelector();

    /** True if a poke has woken the inner selector, maybe too late: then its next wait may end at once. */
    private boolean wokenBefore;

    /** True if the present select has passed a key to an action. */
    private boolean actionsBegun;

    /** True after {@link #wakeup()}, until a select returns. */
    private volatile boolean wakeupRequested;

    /** True if the present select has passed a key to an action, and no wake-up was requested before that. */
    private boolean wakeupIsForNext;

    RoutedSelector(RoutingSelectorProvider provider, Selector kernel) {
        super(provider);
        this.inners = new InnerSelectors(kernel, waiting::pokeKernel);
    }

    /** @param network null for the kernel */
    Selector inner(@Nullable Network network) throws IOException {
        return inners.of(network);
    }

    /** Removes a cancelled key from an inner selector, which has not selected since. */
    void removeCancelledIn(Selector inner) throws IOException {
        waiting.suspend(); // a wait has the lock of the inner selector
        try {
            inner.selectNow(key -> {});
        } finally {
            waiting.resume();
        }
    }

    private void checkOpen() {
        if (!isOpen()) {
            throw new ClosedSelectorException();
        }
    }

    @Override
    public Set<SelectionKey> keys() {
        checkOpen();
        return publicKeys;
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        checkOpen();
        return publicSelected;
    }

    // ---- registering

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, @Nullable Object attachment) {
        if (!(channel instanceof RoutedChannel routed)) {
            throw new IllegalSelectorException();
        }
        checkOpen();
        RoutedKey key = new RoutedKey(this, channel);
        key.attach(attachment);
        try {
            routed.delegate().register(key, ops);
        } catch (IOException e) {
            throw new IllegalStateException("a selector of the network cannot be opened", e);
        }
        keys.add(key);
        if (!isOpen()) {
            keys.remove(key);
            routed.delegate().removed(key);
            key.cancel();
            throw new ClosedSelectorException();
        }
        return key;
    }

    /** Moves {@code key} to {@code memory}: a select that waits at this moment sees its readiness. */
    void move(RoutedKey key, SelectableChannel memory, Network network) throws IOException {
        if (!isOpen() || !key.isValid()) {
            return;
        }
        key.move(memory.register(inner(network), 0, key));
        waiting.poke();
    }

    // ---- selecting

    @Override
    public int select() throws IOException {
        return lockAndSelect(null, Timeout.NONE);
    }

    @Override
    public int select(long timeout) throws IOException {
        return lockAndSelect(null, Timeout.millis(timeout));
    }

    @Override
    public int selectNow() throws IOException {
        return lockAndSelect(null, Timeout.NOW);
    }

    @Override
    public int select(Consumer<SelectionKey> action) throws IOException {
        return lockAndSelect(Objects.requireNonNull(action), Timeout.NONE);
    }

    @Override
    public int select(Consumer<SelectionKey> action, long timeout) throws IOException {
        return lockAndSelect(Objects.requireNonNull(action), Timeout.millis(timeout));
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) throws IOException {
        return lockAndSelect(Objects.requireNonNull(action), Timeout.NOW);
    }

    private synchronized int lockAndSelect(@Nullable Consumer<SelectionKey> action, Timeout timeout)
            throws IOException {
        checkOpen();
        if (selecting) {
            throw new IllegalStateException("select in progress");
        }
        selecting = true;
        try {
            synchronized (publicSelected) {
                inners.dropEnded();
                inners.all().forEach(this::mirrorRemoved);
                actionsBegun = false;
                wakeupIsForNext = false;
                int updated = removeCancelled(action);
                updated += await(action, updated > 0 ? Timeout.NOW : timeout);
                if (!wakeupIsForNext) {
                    wakeupRequested = false;
                }
                if (!actionsBegun) {
                    updated += removeCancelled(action);
                }
                return updated;
            }
        } finally {
            selecting = false;
        }
    }

    /** Selects until a key is ready, {@link #wakeup()} is called, or {@code timeout} has passed. */
    private int await(@Nullable Consumer<SelectionKey> action, Timeout timeout) throws IOException {
        Timeout left = timeout;
        while (true) {
            Selector one = inners.onlyOneWithKeys();
            if (one == null || left == Timeout.NOW) {
                waiting.severalHaveKeys(one == null);
                int updated = selectNowInAll(action);
                if (updated > 0 || left == Timeout.NOW || isAnyReady()) {
                    return updated;
                }
                one = inners.onlyOneWithKeys(); // keys that have moved are gone
            }
            int updated = waitIn(one == null ? inners.kernel() : one, action, left);
            if (updated >= 0) {
                return updated;
            }
            left = wakeupRequested || !isOpen() ? Timeout.NOW : left.rest();
        }
    }

    /** Returns a negative number if the wait ended because of a poke, so that the caller has to look again. */
    private int waitIn(Selector inner, @Nullable Consumer<SelectionKey> action, Timeout timeout) throws IOException {
        if (!waiting.begin(inner)) {
            return -1;
        }
        int updated = 0;
        boolean early = wokenBefore;
        try {
            updated = select(inner, action, timeout.millisLeft());
        } finally {
            wokenBefore = waiting.end();
        }
        if (wakeupRequested && inners.onlyOneWithKeys() == inner) {
            return updated; // keys and interests that are new since the wait began belong to the next select
        }
        return updated == 0 && (early || wokenBefore) ? -1 : updated;
    }

    private int selectNowInAll(@Nullable Consumer<SelectionKey> action) throws IOException {
        int updated = 0;
        for (Selector inner : inners.all()) {
            updated += select(inner, action, Timeout.NOW.millisLeft());
        }
        return updated;
    }

    /** True if a key of a network is selected already and still ready: then the JDK's select does not wait. */
    private boolean isAnyReady() throws IOException {
        for (Selector inner : inners.ofNetworks()) {
            if (!inner.selectedKeys().isEmpty() && inner.selectNow(key -> {}) > 0) {
                return true;
            }
        }
        return false;
    }

    /** @param millis 0 to look only; negative for no timeout */
    private int select(Selector inner, @Nullable Consumer<SelectionKey> action, long millis) throws IOException {
        if (action == null) {
            int updated = millis == 0 ? inner.selectNow() : inner.select(Math.max(0, millis));
            mirrorAdded(inner);
            return updated;
        }
        Consumer<SelectionKey> outer = key -> {
            removeCancelledBeforeActions();
            RoutedKey ready = outer(key);
            if (ready.isValid()) {
                action.accept(ready);
                checkOpen();
            }
        };
        return millis == 0 ? inner.selectNow(outer) : inner.select(outer, Math.max(0, millis));
    }

    /**
     * The key for the user. The end of a network closes the channel inside, and then the outer one. After a hand-over
     * the key of the kernel is not the one inside any more.
     */
    private static RoutedKey outer(SelectionKey inner) {
        RoutedKey key = RoutedKey.of(inner);
        if (key.isInside(inner) && !inner.channel().isOpen()) {
            try {
                key.channel().close();
            } catch (IOException e) {
                throw new AssertionError("the close of a channel whose delegate is closed does nothing", e);
            }
        }
        return key;
    }

    // ---- selected keys

    private void mirrorAdded(Selector inner) {
        for (SelectionKey key : inner.selectedKeys()) {
            selected.add(outer(key));
        }
    }

    private void mirrorRemoved(Selector inner) {
        Set<SelectionKey> mirror = inner.selectedKeys();
        if (!mirror.isEmpty()) {
            mirror.removeIf(key -> !selected.contains(RoutedKey.of(key)));
        }
    }

    // ---- cancelled keys

    /**
     * Removes the cancelled keys. With an action they go inside with the select of the caller, so that no ready set
     * changes without it.
     *
     * @return how many keys became ready meanwhile
     */
    private int removeCancelled(@Nullable Consumer<SelectionKey> action) throws IOException {
        List<RoutedKey> cancelled = takeCancelled();
        int updated = action != null || cancelled.isEmpty() ? 0 : selectNowInAll(null);
        cancelled.forEach(this::remove);
        return updated;
    }

    /** Removes the keys that were cancelled during the wait. The next select removes those that an action cancels. */
    private void removeCancelledBeforeActions() {
        if (!actionsBegun) {
            actionsBegun = true;
            wakeupIsForNext = !wakeupRequested;
            takeCancelled().forEach(this::remove);
        }
    }

    /** The cancelled keys, which are cancelled inside too. */
    private List<RoutedKey> takeCancelled() {
        Set<SelectionKey> cancelled = cancelledKeys();
        List<RoutedKey> taken = new ArrayList<>();
        synchronized (cancelled) {
            if (!cancelled.isEmpty()) {
                cancelled.forEach(key -> taken.add((RoutedKey) key));
                cancelled.clear();
            }
        }
        taken.forEach(key -> key.inner().cancel());
        return taken;
    }

    private void remove(RoutedKey key) {
        selected.remove(key);
        keys.remove(key);
        ((RoutedChannel) key.channel()).delegate().removed(key);
        deregister(key);
    }

    // ---- waking and closing

    @Override
    public Selector wakeup() {
        wakeupRequested = true;
        waiting.poke();
        return this;
    }

    @Override
    protected void implCloseSelector() throws IOException {
        wakeup();
        synchronized (this) {
            synchronized (publicSelected) {
                for (SelectionKey key : keys) {
                    remove((RoutedKey) key);
                }
                for (Selector inner : inners.all()) {
                    inner.close();
                }
            }
        }
    }

    /** Tells selectors apart, like the JDK's. */
    @Override
    public String toString() {
        return getClass().getName() + '@' + Integer.toHexString(hashCode());
    }
}

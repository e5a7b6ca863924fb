package dev.nettest.jvm.internal.channel;

import dev.nettest.TimeoutClock;
import dev.nettest.jvm.internal.channel.Delegate.World;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.ArrayList;
import java.util.Collections;
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
 */
final class RoutedSelector extends AbstractSelector {

    private final InnerSelectors inners;

    private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();
    private final Set<SelectionKey> publicKeys = Collections.unmodifiableSet(keys);
    private final ReadyKeys ready = new ReadyKeys();
    private final InterestChanges interests = new InterestChanges();

    /** Guarded by this object. */
    private boolean selecting;

    private final WaitingSelector waiting = new WaitingSelector();

    /** True if a poke has woken the inner selector, maybe too late: then its next wait may end at once. */
    private boolean wokenBefore;

    /** The thread that performs an action, inside a select of an inner selector; null outside of actions. */
    private volatile @Nullable Thread acting;

    /** The keys whose channel an action has registered again, before the select of the inner selector could end. */
    private final Set<RoutedKey> deferred = ConcurrentHashMap.newKeySet();

    /** True after {@link #wakeup()}, until a select returns. */
    private volatile boolean wakeupRequested;

    RoutedSelector(RoutingSelectorProvider provider, Selector kernel, TimeoutClock timeouts) {
        super(provider);
        this.inners = new InnerSelectors(kernel, timeouts, waiting::pokeKernel);
    }

    /** Removes a cancelled key from an inner selector, which has not selected since. */
    private void removeCancelledIn(Selector inner) throws IOException {
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
        return ready.selected();
    }

    // ---- registering

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, @Nullable Object attachment) {
        if (!(channel instanceof RoutedChannel)) {
            throw new IllegalSelectorException();
        }
        RoutedKey key = new RoutedKey(this, channel);
        key.attach(attachment);
        try {
            register(key, ops);
        } catch (IOException e) {
            throw new IllegalStateException("a selector of the network cannot be opened", e);
        }
        return key;
    }

    /** Registers the channel of {@code key}, also one that is blocking, if those inside are not. */
    void register(RoutedKey key, int ops) throws IOException {
        checkOpen();
        Delegate<?> delegate = ((RoutedChannel) key.channel()).delegate();
        delegate.register(key, ops);
        keys.add(key);
        if (!isOpen()) {
            keys.remove(key);
            delegate.removed(key);
            key.cancel();
            throw new ClosedSelectorException();
        }
    }

    /** Gives {@code key} the channels that do its work. */
    void begin(RoutedKey key, List<? extends World<? extends SelectableChannel>> worlds) throws IOException {
        List<SelectionKey> next = new ArrayList<>();
        for (World<? extends SelectableChannel> world : worlds) {
            SelectionKey known = key.innerOf(world.channel());
            SelectionKey inner = known == null ? registerInside(key, world) : known;
            if (inner == null) {
                deferred.add(key);
                return;
            }
            next.add(inner);
        }
        if (next.size() > 1) {
            ready.severalWorlds();
        }
        key.follow(next);
    }

    /** Null if the registration has to wait for the end of the select whose action asks for it. */
    private @Nullable SelectionKey registerInside(RoutedKey key, World<? extends SelectableChannel> world)
            throws IOException {
        Selector inner = inners.of(world.network());
        try {
            return world.channel().register(inner, 0, key);
        } catch (CancelledKeyException e) { // this selector has dropped the earlier key, and the inner one has not yet
            if (acting == Thread.currentThread()) {
                return null;
            }
            removeCancelledIn(inner);
            return world.channel().register(inner, 0, key);
        }
    }

    private void registerDeferred() throws IOException {
        if (!deferred.isEmpty()) {
            List<RoutedKey> keysToRegister = List.copyOf(deferred);
            deferred.removeAll(keysToRegister);
            for (RoutedKey key : keysToRegister) {
                if (isOpen() && key.isValid()) {
                    ((RoutedChannel) key.channel()).delegate().registerDeferred(key);
                }
            }
        }
    }

    /** Like {@link #begin} for a registered key: a select that waits at this moment sees the new readiness. */
    void follow(RoutedKey key, List<? extends World<? extends SelectableChannel>> worlds) throws IOException {
        if (isOpen() && key.isValid()) {
            begin(key, worlds);
            waiting.poke();
        }
    }

    /** True if a change of the interest of {@code key} has to wait for the end of a select. */
    boolean changesLater(RoutedKey key) {
        return interests.waits(key);
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
            synchronized (ready.selected()) {
                return selectOnce(action, timeout);
            }
        } finally {
            selecting = false;
        }
    }

    private int selectOnce(@Nullable Consumer<SelectionKey> action, Timeout timeout) throws IOException {
        interests.beginSelect();
        try {
            inners.dropEnded();
            ready.begin(inners.all());
            int updated = removeCancelled(action);
            updated += await(action, updated > 0 ? Timeout.NOW : timeout);
            return ready.isActing() ? updated : updated + endWait(action);
        } finally {
            interests.endSelect();
            registerDeferred();
        }
    }

    /** After a wait without an action. */
    private int endWait(@Nullable Consumer<SelectionKey> action) throws IOException {
        wakeupRequested = false;
        return removeCancelled(action);
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
            updated = selectIn(inner, action, timeout.millisLeft());
        } finally {
            wokenBefore = waiting.end();
        }
        return updated == 0 && (early || wokenBefore) ? -1 : updated;
    }

    private int selectNowInAll(@Nullable Consumer<SelectionKey> action) throws IOException {
        int updated = 0;
        for (Selector inner : inners.all()) {
            updated += selectIn(inner, action, Timeout.NOW.millisLeft());
        }
        return updated;
    }

    private int selectIn(Selector inner, @Nullable Consumer<SelectionKey> action, long millis) throws IOException {
        return action == null ? ready.select(inner, millis) : ready.select(inner, new Acting(action), millis);
    }

    /**
     * The action, inside a select of an inner selector. The JDK removes the keys that were cancelled during the wait
     * before the first action. A cancel or a wakeup by an action is for the next select.
     */
    private final class Acting implements ReadyKeys.Action {

        private final Consumer<SelectionKey> action;

        Acting(Consumer<SelectionKey> action) {
            this.action = action;
        }

        @Override
        public void begin() {
            wakeupRequested = false;
            takeCancelled().forEach(RoutedSelector.this::remove);
        }

        @Override
        public void perform(SelectionKey key) {
            acting = Thread.currentThread();
            try {
                action.accept(key);
            } finally {
                acting = null;
            }
            checkOpen();
        }
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
        taken.forEach(RoutedKey::cancelInside);
        return taken;
    }

    private void remove(RoutedKey key) {
        ready.remove(key);
        keys.remove(key);
        ((RoutedChannel) key.channel()).delegate().removed(key);
        if (key.channel().isRegistered()) { // not by a receive, which waits in a selector of its own
            deregister(key);
        }
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
            synchronized (ready.selected()) {
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

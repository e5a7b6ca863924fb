package dev.nettest.channel;

import dev.nettest.Network;
import dev.nettest.TimeoutClock;
import dev.nettest.Wakeup;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.time.Duration;
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
 * A selector over the channels of a network. It has the semantics of the JDK's selector over {@code epoll}, level
 * triggered, and its costs: a select polls the keys that may be ready, never all of them.
 *
 * <p>A key that is not ready has its {@linkplain dev.nettest.ReadyHook hook} armed. When a condition comes true, the
 * hook queues the key and wakes the selecting thread. A key that is found ready stays in the ready list, like in
 * {@code epoll}: each select polls it until it is not ready any more. Then its hook is armed again.
 *
 * <p>When the network ends, the next select closes all registered channels and reports their keys once, so that an
 * event loop notices. Then the selector has no keys, and waits like any other. A loop that polls it gets an exception
 * after {@value #MAX_SELECTS_AFTER_END} selects, which close it.
 */
final class NetworkSelector extends AbstractSelector {

    /** An event loop that shuts down makes fewer. That of Netty selects ten times a second, for two seconds. */
    private static final int MAX_SELECTS_AFTER_END = 1000;

    private final Network network;
    private final TimeoutClock timeouts;
    private final Wakeup wakeup;
    private final KeyQueue queue = new KeyQueue();

    private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();
    private final Set<SelectionKey> publicKeys = Collections.unmodifiableSet(keys);
    private final Set<SelectionKey> selected = new HashSet<>();
    private final Set<SelectionKey> publicSelected = new UngrowableSet<>(selected);

    /** The ready list: the keys to poll. For the selecting thread. */
    private List<NetworkSelectionKey> ready = new ArrayList<>();

    /** Empty between two polls; the two lists change places. */
    private List<NetworkSelectionKey> spare = new ArrayList<>();

    /** Keys whose interest has changed. Linux learns that when a select begins, behind the events before it. */
    private final List<NetworkSelectionKey> updated = new ArrayList<>();

    /** {@link #list}, made once because each select passes it. */
    private final Consumer<NetworkSelectionKey> list = this::list;

    /** True after {@link #wakeup()}, until a select returns. */
    private volatile boolean wakeupRequested;

    /** Guarded by this object. */
    private boolean selecting;

    /** Since the end of the network. Guarded by this object. */
    private int selectsAfterEnd;

    /** Runs if a key may have become ready. */
    private volatile Runnable readyCallback = () -> {};

    /** For the notes of exceptions. */
    private volatile String closed = "the selector was closed";

    NetworkSelector(NetworkSelectorProvider provider) {
        super(provider);
        this.network = provider.host().network();
        this.timeouts = provider.timeouts();
        this.wakeup = Wakeup.of(network);
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
        if (!(channel instanceof PollableChannel pollable)) {
            throw new IllegalSelectorException();
        }
        NetworkSelectionKey key = new NetworkSelectionKey(this, channel, pollable);
        key.attach(attachment);
        checkOpen();
        keys.add(key);
        pollable.keys().add(key);
        try {
            key.interestOps(ops);
        } catch (CancelledKeyException e) {
            // another thread found the key in keys() and cancelled it; the caller gets a cancelled key
        }
        if (!isOpen()) {
            keys.remove(key);
            pollable.keys().remove(key);
            key.cancel();
            throw new ClosedSelectorException();
        }
        return key;
    }

    /** The next select adopts the interest of {@code key}. A present one goes on, like on Linux. */
    void updateLater(NetworkSelectionKey key) {
        queue.add(key);
    }

    /** Polls {@code key} in the present select, or in the next. */
    void pollLater(NetworkSelectionKey key) {
        queue.add(key);
        wakeup.set();
        readyCallback.run();
    }

    /** @see NetworkChannels#onReady */
    void onReady(Runnable callback) {
        readyCallback = callback;
    }

    // ---- selecting

    @Override
    public int select() throws IOException {
        return lockAndSelect(null, Duration.ZERO, true);
    }

    @Override
    public int select(long timeout) throws IOException {
        return lockAndSelect(null, millis(timeout), true);
    }

    @Override
    public int selectNow() throws IOException {
        return lockAndSelect(null, Duration.ZERO, false);
    }

    @Override
    public int select(Consumer<SelectionKey> action) throws IOException {
        return lockAndSelect(Objects.requireNonNull(action), Duration.ZERO, true);
    }

    @Override
    public int select(Consumer<SelectionKey> action, long timeout) throws IOException {
        return lockAndSelect(Objects.requireNonNull(action), millis(timeout), true);
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) throws IOException {
        return lockAndSelect(Objects.requireNonNull(action), Duration.ZERO, false);
    }

    private static Duration millis(long timeout) {
        if (timeout < 0) {
            throw new IllegalArgumentException("Negative timeout");
        }
        return Duration.ofMillis(timeout);
    }

    /** @param timeout zero means no timeout */
    private synchronized int lockAndSelect(@Nullable Consumer<SelectionKey> action, Duration timeout, boolean waits)
            throws IOException {
        if (isOpen() && network.isClosed() && ++selectsAfterEnd > MAX_SELECTS_AFTER_END) {
            closed = MAX_SELECTS_AFTER_END + " selects after the end of the network the selector was closed";
            close();
        }
        if (!isOpen()) {
            throw wakeup.calledAfterClose(new ClosedSelectorException(), waits ? "select" : "selectNow", closed);
        }
        if (selecting) {
            throw new IllegalStateException("select in progress");
        }
        selecting = true;
        try {
            synchronized (publicSelected) {
                return doSelect(action, timeout, waits);
            }
        } finally {
            selecting = false;
        }
    }

    private int doSelect(@Nullable Consumer<SelectionKey> action, Duration timeout, boolean waits) throws IOException {
        listQueued();
        for (int i = 0; i < ready.size(); i++) {
            ready.get(i).adoptInterest();
        }
        removeCancelled();
        boolean found = poll();
        if (!found && waits) {
            try {
                begin();
                await(timeout);
            } finally {
                end();
            }
            removeCancelled(); // meanwhile
        }
        if (wakeupRequested) {
            wakeupRequested = false;
        }
        int reported = report(action);
        return network.isClosed() ? reported + closeChannels(action) : reported;
    }

    private void listQueued() {
        queue.takeAll(list);
        if (!updated.isEmpty()) {
            ready.addAll(updated);
            updated.clear();
        }
    }

    private void list(NetworkSelectionKey key) {
        boolean update = key.isUpdate();
        if (!key.listed) {
            key.listed = true;
            (update ? updated : ready).add(key);
        }
    }

    /** Polls the ready list, and the keys that were queued; true if one is ready. */
    private boolean poll() {
        listQueued();
        boolean found = false;
        List<NetworkSelectionKey> before = ready;
        ready = spare;
        for (int i = 0; i < before.size(); i++) {
            NetworkSelectionKey key = before.get(i);
            key.listed = key.isValid() && key.poll();
            if (key.listed) {
                ready.add(key);
                found |= key.isReady();
            }
        }
        before.clear();
        spare = before;
        return found;
    }

    /** Waits until a key is ready, {@link #wakeup()} is called, or {@code timeout} has passed. */
    private void await(Duration timeout) {
        Deadline deadline = Deadline.in(timeout, timeouts, network);
        while (true) {
            wakeup.clear();
            if (wakeupRequested || (network.isClosed() && !keys.isEmpty()) || poll()) {
                return;
            }
            Duration left = deadline.left();
            if (left.isNegative() || !wakeup.await(left, timeouts)) {
                poll();
                return;
            }
        }
    }

    private int report(@Nullable Consumer<SelectionKey> action) {
        int reported = 0;
        for (int i = 0; i < ready.size(); i++) {
            NetworkSelectionKey key = ready.get(i);
            if (key.isReady() && !key.removed && report(key, action)) {
                reported++;
            }
        }
        return reported;
    }

    /** True if it counts as updated by this select. */
    private boolean report(NetworkSelectionKey key, @Nullable Consumer<SelectionKey> action) {
        if (action != null) {
            if (!key.setReady()) {
                return false;
            }
            action.accept(key);
            checkOpen();
            return true;
        }
        if (selected.contains(key)) {
            return key.addReady();
        }
        return key.setReady() && selected.add(key);
    }

    /** The network has ended: closes the channels, and reports their keys. */
    private int closeChannels(@Nullable Consumer<SelectionKey> action) throws IOException {
        int reported = 0;
        for (SelectionKey key : keys) {
            key.channel().close();
            if (action == null) {
                reported += selected.add(key) ? 1 : 0;
            } else {
                action.accept(key);
                reported++;
            }
        }
        return reported;
    }

    private void removeCancelled() throws IOException {
        Set<SelectionKey> cancelled = cancelledKeys();
        List<PollableChannel> closed;
        synchronized (cancelled) {
            if (cancelled.isEmpty()) {
                return;
            }
            closed = new ArrayList<>();
            for (SelectionKey key : cancelled) {
                remove((NetworkSelectionKey) key, closed);
            }
            cancelled.clear();
        }
        for (PollableChannel channel : closed) {
            channel.finishClose();
        }
    }

    /** Removes {@code key}. Adds its channel to {@code closed} if that is closed and has no key left. */
    private void remove(NetworkSelectionKey key, List<PollableChannel> closed) {
        key.removed = true;
        key.disarm();
        selected.remove(key);
        keys.remove(key);
        key.pollable().keys().remove(key);
        deregister(key);
        if (!key.channel().isOpen() && !key.channel().isRegistered()) {
            closed.add(key.pollable());
        }
    }

    // ---- waking and closing

    @Override
    public Selector wakeup() {
        wakeupRequested = true;
        wakeup.set();
        return this;
    }

    @Override
    protected void implCloseSelector() throws IOException {
        wakeup();
        List<PollableChannel> closed = new ArrayList<>();
        synchronized (this) {
            wakeup.close();
            synchronized (publicSelected) {
                for (SelectionKey key : keys) {
                    remove((NetworkSelectionKey) key, closed);
                }
            }
        }
        for (PollableChannel channel : closed) {
            channel.finishClose();
        }
    }

    /** Tells selectors apart, like the JDK's. */
    @Override
    public String toString() {
        return getClass().getName() + '@' + Integer.toHexString(hashCode());
    }
}

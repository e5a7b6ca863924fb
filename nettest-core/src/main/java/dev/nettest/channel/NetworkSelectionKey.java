package dev.nettest.channel;

import dev.nettest.Awaitable;
import dev.nettest.ReadyHook;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.AbstractSelectionKey;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The registration of a channel with a selector. It is the callback of its own hook, because an idle channel should
 * keep few objects.
 */
final class NetworkSelectionKey extends AbstractSelectionKey implements Runnable {

    private static final AtomicIntegerFieldUpdater<NetworkSelectionKey> INTEREST =
            AtomicIntegerFieldUpdater.newUpdater(NetworkSelectionKey.class, "interestOps");

    private static final AtomicIntegerFieldUpdater<NetworkSelectionKey> QUEUED =
            AtomicIntegerFieldUpdater.newUpdater(NetworkSelectionKey.class, "queued");

    private final NetworkSelector selector;
    private final SelectableChannel channel;
    private final PollableChannel pollable;

    private volatile int interestOps;
    private volatile int readyOps;

    /** True if the interest differs from the polled one, until a select begins. */
    private volatile boolean changed;

    /** True after an event of the channel, until a select polls it. */
    private volatile boolean event;

    /** 1 while it stands in the selector's {@link KeyQueue}. */
    private volatile int queued;

    /** The key before it in that queue. */
    @Nullable
    NetworkSelectionKey before;

    // ---- for the selecting thread

    /** True while it stands in the selector's ready list. */
    boolean listed;

    /** True after the selector removed it. */
    boolean removed;

    /** The interest that selects poll: a change takes effect when the next select begins, like on Linux. */
    private int polledOps;

    /** The result of the latest {@link #poll()}. */
    private int polled;

    private @Nullable Awaitable hooked;
    private @Nullable ReadyHook hook;

    NetworkSelectionKey(NetworkSelector selector, SelectableChannel channel, PollableChannel pollable) {
        this.selector = selector;
        this.channel = channel;
        this.pollable = pollable;
    }

    @Override
    public SelectableChannel channel() {
        return channel;
    }

    @Override
    public NetworkSelector selector() {
        return selector;
    }

    PollableChannel pollable() {
        return pollable;
    }

    @Override
    public int interestOps() {
        checkValid();
        return interestOps;
    }

    @Override
    public SelectionKey interestOps(int ops) {
        checkValid();
        checkOps(ops);
        changed(INTEREST.getAndSet(this, ops), ops);
        return this;
    }

    @Override
    public int interestOpsOr(int ops) {
        checkValid();
        checkOps(ops);
        int old = INTEREST.getAndUpdate(this, all -> all | ops);
        changed(old, old | ops);
        return old;
    }

    @Override
    public int interestOpsAnd(int ops) {
        checkValid();
        int old = INTEREST.getAndUpdate(this, all -> all & ops);
        changed(old, old & ops);
        return old;
    }

    private void checkOps(int ops) {
        if ((ops & ~channel.validOps()) != 0) {
            throw new IllegalArgumentException(); // without a text, like the JDK
        }
    }

    private void changed(int old, int now) {
        if (old != now) {
            changed = true;
            selector.updateLater(this);
        }
    }

    @Override
    public int readyOps() {
        checkValid();
        return readyOps;
    }

    private void checkValid() {
        if (!isValid()) {
            throw new CancelledKeyException();
        }
    }

    /** Has the selector poll the channel, and wakes it. Any thread may call it. */
    void pollLater() {
        event = true;
        selector.pollLater(this);
    }

    /** The callback of the hook. */
    @Override
    public void run() {
        pollLater();
    }

    /** True if the caller has to queue it. */
    boolean beginQueued() {
        return queued == 0 && QUEUED.compareAndSet(this, 0, 1);
    }

    void endQueued() {
        queued = 0;
    }

    // ---- for the selecting thread

    /** True if only a change of its interest has queued it, and no event that was of interest before. */
    boolean isUpdate() {
        boolean happened = event;
        event = false;
        return changed && !(happened && polledOps != 0);
    }

    /** A select begins: it polls the interest as it is now. */
    void adoptInterest() {
        if (changed) {
            changed = false;
            polledOps = interestOps;
        }
    }

    /**
     * Finds the operations that are ready. If there are none, the hook has the selector poll the channel when one
     * becomes ready.
     *
     * @return true if the next select has to poll it
     */
    boolean poll() {
        polled = ready();
        while (polled == 0 && !arm()) {
            polled = ready(); // it became ready in between
        }
        return polled != 0 || changed;
    }

    private int ready() {
        if (polledOps == 0) {
            return 0;
        }
        Awaitable awaitable = pollable.awaitable();
        if (awaitable != hooked) {
            disarm();
            hooked = awaitable;
            hook = awaitable == null ? null : awaitable.readyHook(this);
        }
        return pollable.poll(polledOps, hook);
    }

    /** False if an operation is ready now. */
    private boolean arm() {
        if (polledOps == 0) {
            disarm();
            return true;
        }
        return hook == null || hook.arm(pollable.conditions(polledOps));
    }

    void disarm() {
        if (hook != null) {
            hook.disarm();
        }
    }

    boolean isReady() {
        return polled != 0;
    }

    /** Publishes the operations that were found; true if one of them is of interest. */
    boolean setReady() {
        int found = polled & channel.validOps();
        if (readyOps != found) {
            readyOps = found;
        }
        return (found & interestOps) != 0;
    }

    /** Adds those that were found to the ready operations of a selected key; true if that adds any. */
    boolean addReady() {
        int old = readyOps;
        int found = polled & channel.validOps();
        readyOps = (polled & PollableChannel.HANG_UP) != 0 ? found : old | found;
        return (found & ~old) != 0;
    }

    @Override
    public String toString() {
        String state = isValid() ? ", interestOps=" + interestOps + ", readyOps=" + readyOps : ", invalid";
        return "channel=" + channel + ", selector=" + selector + state;
    }
}

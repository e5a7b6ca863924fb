package dev.nettest.internal.sync;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A callback that is armed again and again, for a selector's key. Arming and waking allocate nothing.
 *
 * <p>It may be armed while a wake-up of it is still to come. A second wake-up in that time is left out: the callback of
 * the first still follows, and looks at the state of then.
 */
public final class HookWaiter extends Waiter {

    private final Pollable pollable;
    private final Runnable callback;

    /** True from the decision to wake it until its callback begins. */
    private volatile boolean waking;

    /** Apart from the link of the queue, because it may be queued again before it is woken. */
    private @Nullable Waiter nextWoken;

    public HookWaiter(Pollable pollable, Runnable callback) {
        super(0, 1, false, false);
        this.pollable = pollable;
        this.callback = Objects.requireNonNull(callback, "callback");
    }

    /**
     * Runs the callback once when a condition of {@code mask} holds; 0 disarms it.
     *
     * @return false if one holds now: the callback does not run then
     */
    public boolean arm(int mask) {
        return pollable.rearm(this, mask);
    }

    /** True if any condition of {@code mask} holds now. */
    public boolean isReady(int mask) {
        return pollable.isReady(mask, 1);
    }

    @Override
    @Nullable
    Waiter nextWoken() {
        return nextWoken;
    }

    @Override
    void nextWoken(@Nullable Waiter waiter) {
        nextWoken = waiter;
    }

    @Override
    boolean beginWake() {
        if (waking) {
            return false;
        }
        waking = true;
        return true;
    }

    @Override
    void wake() {
        waking = false;
        Callbacks.run(callback);
    }
}

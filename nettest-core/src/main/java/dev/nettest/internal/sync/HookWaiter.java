package dev.nettest.internal.sync;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A callback that is armed again and again, for a selector's key. Arming and waking allocate nothing.
 *
 * <p>It may be armed while a wake-up of it is still to come. A second wake-up in that time is left out: the callback of
 * the first still follows, and looks at the state of then.
 */
public abstract class HookWaiter extends Waiter {

    private final Runnable callback;

    /** True from the decision to wake it until its callback begins. */
    private volatile boolean waking;

    /** Apart from the link of the queue, because it may be queued again before it is woken. */
    private @Nullable Waiter nextWoken;

    protected HookWaiter(Runnable callback) {
        super(0, 1, false, false);
        this.callback = Objects.requireNonNull(callback, "callback");
    }

    /** The object whose conditions it waits for: not a field, because each key of each selector has a hook. */
    protected abstract Pollable pollable();

    /**
     * Runs the callback once when a condition of {@code mask} holds; 0 disarms it.
     *
     * @return false if one holds now: the callback does not run then
     */
    protected final boolean arm(int mask) {
        return pollable().rearm(this, mask);
    }

    /** True if any condition of {@code mask} holds now. */
    protected final boolean isReady(int mask) {
        return pollable().isReady(mask, 1);
    }

    @Override
    @Nullable
    final Waiter nextWoken() {
        return nextWoken;
    }

    @Override
    final void nextWoken(@Nullable Waiter waiter) {
        nextWoken = waiter;
    }

    @Override
    final boolean beginWake() {
        if (waking) {
            return false;
        }
        waking = true;
        return true;
    }

    @Override
    final void wake() {
        waking = false;
        Callbacks.run(callback);
    }
}

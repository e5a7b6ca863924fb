package dev.nettest.kernel;

import java.util.Objects;

/** Code that is run, once, when the condition holds: a coroutine to resume, a stage to complete, a key to mark. */
public final class CallbackWaiter extends Waiter {

    private final Pollable pollable;
    private final Runnable callback;

    /** Not queued yet; {@link Pollable#enlist} does that, and says when the condition holds already. */
    public CallbackWaiter(
            Pollable pollable, int mask, long amount, boolean competes, boolean observes, Runnable callback) {
        super(mask, amount, competes, observes);
        this.pollable = pollable;
        this.callback = Objects.requireNonNull(callback, "callback");
    }

    /** Runs {@code callback} when a condition of {@code mask} holds, at once where one does already. */
    public static CallbackWaiter enlist(Pollable pollable, int mask, long amount, boolean observes, Runnable callback) {
        CallbackWaiter waiter = new CallbackWaiter(pollable, mask, amount, false, observes, callback);
        if (!pollable.enlist(waiter)) {
            waiter.wake();
        }
        return waiter;
    }

    /** The callback will not run any more, unless it is running. */
    public void cancel() {
        pollable.withdraw(this);
    }

    @Override
    void wake() {
        Callbacks.run(callback);
    }
}

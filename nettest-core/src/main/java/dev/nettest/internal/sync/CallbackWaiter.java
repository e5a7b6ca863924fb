package dev.nettest.internal.sync;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A callback that runs once, when the condition holds: it resumes a coroutine, completes a future or marks a key. */
public final class CallbackWaiter extends Waiter {

    private final Pollable pollable;
    private final Runnable callback;
    private volatile @Nullable CompletableFuture<?> future;

    /** A waiter that is not queued yet. {@link Pollable#enlist} queues it, unless the condition already holds. */
    public CallbackWaiter(
            Pollable pollable, int mask, long amount, boolean competes, boolean observes, Runnable callback) {
        super(mask, amount, competes, observes);
        this.pollable = pollable;
        this.callback = Objects.requireNonNull(callback, "callback");
    }

    /** Runs {@code callback} when a condition of {@code mask} holds, immediately if one already does. */
    public static CallbackWaiter enlist(Pollable pollable, int mask, long amount, boolean observes, Runnable callback) {
        CallbackWaiter waiter = new CallbackWaiter(pollable, mask, amount, false, observes, callback);
        if (!pollable.enlist(waiter)) {
            waiter.wake();
        }
        return waiter;
    }

    /** The callback itself. */
    public Runnable callback() {
        return callback;
    }

    /** The future that the callback completes; null if it is none or unknown. */
    public @Nullable CompletableFuture<?> future() {
        return future;
    }

    /** The callback completes {@code completed}. */
    public void future(CompletableFuture<?> completed) {
        future = completed;
    }

    /** The callback will not run any more, unless it is running already. */
    public void cancel() {
        pollable.withdraw(this);
    }

    @Override
    void wake() {
        Callbacks.run(callback);
    }
}

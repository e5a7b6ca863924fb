package dev.nettest.internal.net;

import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.time.ClockTimers;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A future that waits by a callback and a timer. It cancels both when it is completed or cancelled. */
class ReadyFuture<T> extends CompletableFuture<T> {

    private volatile @Nullable CallbackWaiter waiter;
    private volatile Timers.@Nullable Timer timer;
    private volatile boolean released;

    /** Keeps {@code enlisted}, in place of an earlier one, or cancels it if this future is done. */
    final void waiter(CallbackWaiter enlisted) {
        enlisted.future(this);
        waiter = enlisted;
        if (released) {
            enlisted.cancel();
        }
    }

    /** Schedules {@code action}, unless this future is done. No clock moves to a timer that is then cancelled. */
    final void timer(ClockTimers timers, long at, Runnable action) {
        timers.whileStanding(() -> {
            if (released) {
                return;
            }
            Timers.Timer scheduled = timers.schedule(at, action);
            timer = scheduled;
            if (released) {
                scheduled.cancel();
            }
        });
    }

    /** Fails this future at {@code deadline}, with a failure that is made only then. */
    final void failAt(long deadline, ClockTimers timers, Supplier<? extends Throwable> failure) {
        timer(timers, deadline, () -> {
            if (!isDone()) {
                completeExceptionally(failure.get());
            }
        });
    }

    /** Cancels the waiter and the timer. Called before every completion. */
    void release() {
        released = true;
        CallbackWaiter enlisted = waiter;
        if (enlisted != null) {
            enlisted.cancel();
        }
        Timers.Timer scheduled = timer;
        if (scheduled != null) {
            scheduled.cancel();
        }
    }

    // Each releases before it completes: a virtual clock could otherwise move to the deadline of the timer.

    @Override
    public boolean complete(@Nullable T value) {
        release();
        return super.complete(value);
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        release();
        return super.completeExceptionally(failure);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        release();
        return super.cancel(mayInterruptIfRunning);
    }

    // The JDK's versions of these complete the future without a call of the methods above.

    @Override
    public CompletableFuture<T> completeAsync(Supplier<? extends T> value, Executor executor) {
        Objects.requireNonNull(value, "value");
        executor.execute(() -> {
            if (isDone()) {
                return;
            }
            try {
                complete(value.get());
            } catch (Throwable e) {
                completeExceptionally(e);
            }
        });
        return this;
    }

    @Override
    public void obtrudeValue(@Nullable T value) {
        if (!complete(value)) {
            super.obtrudeValue(value);
        }
    }

    @Override
    public void obtrudeException(Throwable failure) {
        if (!completeExceptionally(failure)) {
            super.obtrudeException(failure);
        }
    }
}

package dev.nettest;

import org.jspecify.annotations.Nullable;

/**
 * A callback of {@link Awaitable#onReady} that snapshots and failures can name: it resumes a coroutine, for example. A
 * plain {@code Runnable} is not shown.
 */
public interface WaitingCallback extends Runnable {

    /**
     * Says what waits for this callback. Called for each {@link Network#snapshot()} while the callback is registered,
     * on the thread that makes the snapshot and outside every lock. It may be slow, but must not wait. If it throws,
     * the snapshot shows the exception in place of a name.
     *
     * @return null if nothing waits any more
     */
    @SuppressWarnings("exports") // JSpecify is optional
    Snapshot.@Nullable Waiter waiter();
}

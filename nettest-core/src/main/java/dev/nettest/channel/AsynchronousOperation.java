package dev.nettest.channel;

import dev.nettest.Awaitable;
import dev.nettest.Network;
import dev.nettest.Registration;
import dev.nettest.Snapshot;
import dev.nettest.TimeoutClock;
import dev.nettest.Wakeup;
import java.io.IOException;
import java.nio.channels.AsynchronousChannel;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One operation of an asynchronous channel, and how its result is delivered: to a handler, or as this future. It
 * completes once.
 */
final class AsynchronousOperation<V> implements Future<V> {

    private final AsynchronousChannel channel;
    private final AsynchronousGroup group;

    /** Null for an operation with a future. */
    private final @Nullable Delivery<V> handler;

    private final Runnable onCancel;

    /** How snapshots name what waits for it. */
    private final String waiter;

    private final CompletableFuture<@Nullable V> outcome = new CompletableFuture<>();

    /** Set while it is pending. */
    private volatile @Nullable Registration shown;

    /** A handler with its attachment. */
    private interface Delivery<V> {

        void deliver(@Nullable V result, @Nullable Throwable failure);
    }

    private AsynchronousOperation(
            AsynchronousChannel channel,
            AsynchronousGroup group,
            @Nullable Delivery<V> handler,
            Runnable onCancel,
            String waiter) {
        this.channel = channel;
        this.group = group;
        this.handler = handler;
        this.onCancel = onCancel;
        this.waiter = waiter;
    }

    /** @param onCancel called before the future is cancelled */
    static <V> AsynchronousOperation<V> withFuture(
            AsynchronousChannel channel, AsynchronousGroup group, Runnable onCancel) {
        return new AsynchronousOperation<>(channel, group, null, onCancel, "future");
    }

    static <V, A> AsynchronousOperation<V> withHandler(
            AsynchronousChannel channel,
            AsynchronousGroup group,
            A attachment,
            CompletionHandler<V, ? super A> handler) {
        Objects.requireNonNull(handler, "'handler' is null");
        Delivery<V> delivery = (result, failure) -> {
            if (failure == null) {
                handler.completed(result, attachment);
            } else {
                handler.failed(failure, attachment);
            }
        };
        String type = handler.getClass().getName();
        String name = "handler " + type.substring(type.lastIndexOf('.') + 1);
        return new AsynchronousOperation<>(channel, group, delivery, () -> {}, name);
    }

    boolean hasHandler() {
        return handler != null;
    }

    // ---- pending

    /**
     * Called on the thread that begins it, before another one may complete it. Snapshots show it from now on.
     *
     * @param waiter makes the entry of a snapshot, from the name and the line of this operation
     */
    void show(@Nullable Awaitable at, Shown waiter) {
        StackTraceElement line = group.callSite();
        shown = group.network().onSnapshot(at, () -> waiter.entry(this.waiter, line));
    }

    /** Makes the entry of a snapshot. */
    interface Shown {

        Snapshot.Waiter entry(String name, @Nullable StackTraceElement line);
    }

    private void hide() {
        Registration registered = shown;
        if (registered != null) {
            registered.cancel();
        }
    }

    // ---- completing

    /** Completes it in the call that begins it: the handler runs here on a thread of the group, else later. */
    AsynchronousOperation<V> complete(@Nullable V result, @Nullable Throwable failure) {
        hide();
        if (handler == null) {
            setOutcome(result, failure);
        } else {
            group.invoke(() -> handler.deliver(result, failure));
        }
        return this;
    }

    /** Completes it, and has a thread of the group run the handler after the present one. */
    void completeLater(@Nullable V result, @Nullable Throwable failure) {
        hide();
        if (handler == null) {
            setOutcome(result, failure);
        } else {
            group.invokeLater(() -> handler.deliver(result, failure));
        }
    }

    /** Completes it when an event was handled, on a thread of the group if {@code onGroupThread} is true. */
    void completeInEvent(@Nullable V result, @Nullable Throwable failure, boolean onGroupThread) {
        hide();
        if (handler != null && onGroupThread) {
            AsynchronousGroup.call(() -> handler.deliver(result, failure));
        } else {
            completeLater(result, failure);
        }
    }

    private synchronized void setOutcome(@Nullable V result, @Nullable Throwable failure) {
        if (failure != null) {
            outcome.completeExceptionally(failure instanceof IOException ? failure : new IOException(failure));
        } else if (!outcome.complete(result) && result instanceof AsynchronousChannel accepted) {
            closeQuietly(accepted); // the accept was cancelled
        }
    }

    private static void closeQuietly(AsynchronousChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // the JDK ignores it too: the channel is closed
        }
    }

    // ---- the future

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        synchronized (this) {
            if (outcome.isDone()) {
                return false;
            }
            onCancel.run();
            outcome.cancel(false);
            hide();
        }
        if (mayInterruptIfRunning) {
            closeQuietly(channel);
        }
        return true;
    }

    @Override
    public boolean isCancelled() {
        return outcome.isCancelled();
    }

    @Override
    public boolean isDone() {
        return outcome.isDone();
    }

    @Override
    public @Nullable V get() throws InterruptedException, ExecutionException {
        if (!outcome.isDone()) {
            await(Duration.ZERO);
        }
        return result();
    }

    @Override
    public @Nullable V get(long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        Duration limit = Duration.ofNanos(unit.toNanos(timeout));
        if (!outcome.isDone() && (timeout <= 0 || !await(limit))) {
            throw new TimeoutException();
        }
        return result();
    }

    private boolean await(Duration limit) throws InterruptedException {
        return await(outcome, group.network(), limit, group.timeouts());
    }

    /**
     * Waits in {@code network} until {@code future} is done.
     *
     * @param limit zero means no limit
     * @return false if the limit passed first
     */
    static boolean await(CompletableFuture<?> future, Network network, Duration limit, TimeoutClock clock)
            throws InterruptedException {
        try (Wakeup done = Wakeup.of(network)) {
            future.whenComplete((result, failure) -> done.set());
            while (!future.isDone() && done.awaitInterruptibly(limit, clock)) {
                done.clear(); // the end of the network sets it too
            }
        }
        return future.isDone();
    }

    private @Nullable V result() throws InterruptedException, ExecutionException {
        try {
            return outcome.get();
        } catch (CancellationException e) {
            throw new CancellationException(); // without a message on every JDK
        }
    }
}

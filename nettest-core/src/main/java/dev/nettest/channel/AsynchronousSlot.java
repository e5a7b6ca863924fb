package dev.nettest.channel;

import dev.nettest.Awaitable;
import dev.nettest.NetworkClock;
import dev.nettest.Readiness;
import dev.nettest.ReadyHook;
import dev.nettest.Snapshot;
import java.io.IOException;
import java.nio.channels.AsynchronousChannel;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.InterruptedByTimeoutException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reads, the writes or the accepts of one channel: at most one at a time. It attempts one when it begins, and again
 * whenever the socket is ready, until the attempt has a result.
 *
 * <p>A thread takes the pending operation out before it attempts it, and puts it back if there is no result. So no
 * other thread completes it meanwhile.
 */
final class AsynchronousSlot {

    private final AsynchronousChannel channel;
    private final AsynchronousGroup group;
    private final String name;
    private final Set<Readiness> condition;
    private final Supplier<RuntimeException> pendingFailure;
    private final Supplier<RuntimeException> killedFailure;
    private final AtomicReference<@Nullable Pending<?>> pending = new AtomicReference<>();

    private volatile @Nullable Awaitable socket;
    private volatile @Nullable ReadyHook hook;
    private boolean busy; // guarded by this
    private boolean killed; // guarded by this

    /** An operation on the socket that does not wait. */
    interface Attempt<V> {

        /** The result; null if the operation would have to wait. */
        @Nullable
        V attempt() throws IOException;
    }

    /**
     * @param name of its operations, in snapshots
     * @param pendingFailure for an operation beside another one
     * @param killedFailure for an operation after a cancelled one, or one that has timed out
     */
    AsynchronousSlot(
            AsynchronousChannel channel,
            AsynchronousGroup group,
            String name,
            Readiness condition,
            Supplier<RuntimeException> pendingFailure,
            Supplier<RuntimeException> killedFailure) {
        this.channel = channel;
        this.group = group;
        this.name = name;
        this.condition = Set.of(condition);
        this.pendingFailure = pendingFailure;
        this.killedFailure = killedFailure;
    }

    /** Called once, before the first operation. */
    void open(Awaitable socket) {
        this.socket = socket;
        hook = socket.readyHook(() -> group.onEvent(this::happened));
    }

    /** No further operation begins. One that is pending goes on. */
    synchronized void kill() {
        killed = true;
    }

    /** @throws RuntimeException if no operation may begin now */
    synchronized void checkFree() {
        if (killed) {
            throw killedFailure.get();
        }
        if (busy) {
            throw pendingFailure.get();
        }
    }

    /** Like {@link #checkFree()}. Until the operation completes, no other one may begin. */
    synchronized void claim() {
        checkFree();
        busy = true;
    }

    private synchronized void free() {
        busy = false;
    }

    /** Begins an operation that has claimed this slot: attempts it. */
    <V> void attempt(AsynchronousOperation<V> operation, Attempt<V> attempt, boolean mayInvokeHere, Timeout timeout) {
        Outcome<V> outcome = Outcome.of(attempt, channel);
        if (outcome == null) {
            await(operation, attempt, timeout);
            return;
        }
        free();
        if (mayInvokeHere) {
            operation.complete(outcome.result(), outcome.failure());
        } else {
            operation.completeLater(outcome.result(), outcome.failure());
        }
    }

    /** Begins an operation that has claimed this slot, without an attempt on the current thread. */
    <V> void await(AsynchronousOperation<V> operation, Attempt<V> attempt, Timeout timeout) {
        Awaitable at = socket;
        if (at != null) {
            boolean limited = timeout.nanos > 0;
            operation.show(at, (waiter, line) -> new Snapshot.Waiter(waiter, name, at, line, limited));
        }
        Pending<V> begun = new Pending<>(operation, attempt);
        begun.timer = timeout.start(() -> timeOut(begun));
        pending.set(begun);
        if (begun.timedOut || isReady()) {
            group.onEvent(this::happened);
        }
    }

    /** True if the pending operation has to be attempted now; otherwise the hook is armed. */
    private boolean isReady() {
        ReadyHook armed = hook;
        return !channel.isOpen() || armed == null || !armed.arm(condition);
    }

    private void happened(boolean onGroupThread) {
        Pending<?> taken = pending.getAndSet(null);
        while (taken != null && !happened(taken, onGroupThread)) {
            pending.set(taken);
            boolean again = isReady() || taken.timedOut;
            taken = again ? pending.getAndSet(null) : null;
        }
    }

    /** False if {@code taken} stays pending. */
    private <V> boolean happened(Pending<V> taken, boolean onGroupThread) {
        Outcome<V> outcome = Outcome.of(taken.attempt, channel);
        if (outcome == null && !taken.timedOut) {
            return false;
        }
        if (outcome == null) {
            finishTimedOut(taken);
            return true;
        }
        taken.timer.cancel();
        free();
        taken.operation.completeInEvent(outcome.result(), outcome.failure(), onGroupThread);
        return true;
    }

    private void timeOut(Pending<?> late) {
        late.timedOut = true;
        if (pending.compareAndSet(late, null)) {
            finishTimedOut(late);
        }
    }

    private void finishTimedOut(Pending<?> late) {
        kill();
        free();
        late.operation.completeLater(null, new InterruptedByTimeoutException());
    }

    /** The channel is closed: completes the pending operation. */
    void close() {
        Pending<?> taken = pending.getAndSet(null);
        if (taken != null) {
            taken.timer.cancel();
            taken.operation.completeLater(null, new AsynchronousCloseException());
        }
    }

    /** The timeout of an operation. */
    record Timeout(@Nullable NetworkClock clock, long nanos) {

        static final Timeout NONE = new Timeout(null, 0);

        /** @return a timer to cancel. Without a timeout it does nothing */
        NetworkClock.Timer start(Runnable action) {
            if (clock == null) {
                return () -> {};
            }
            long now = clock.nanoTime();
            long instant = now + nanos;
            return clock.schedule(instant < now ? Long.MAX_VALUE : instant, action);
        }
    }

    /** The end of an attempt: a result or a failure. */
    private record Outcome<V>(@Nullable V result, @Nullable Throwable failure) {

        /** Null if the attempt has no result yet. */
        static <V> @Nullable Outcome<V> of(Attempt<V> attempt, AsynchronousChannel channel) {
            if (!channel.isOpen()) {
                return new Outcome<>(null, new AsynchronousCloseException());
            }
            try {
                V result = attempt.attempt();
                return result == null ? null : new Outcome<>(result, null);
            } catch (IOException | RuntimeException | Error e) {
                return new Outcome<>(null, channel.isOpen() ? e : new AsynchronousCloseException());
            }
        }
    }

    /** An operation that waits. */
    private static final class Pending<V> {

        final AsynchronousOperation<V> operation;
        final Attempt<V> attempt;
        volatile boolean timedOut;
        NetworkClock.Timer timer = () -> {};

        Pending(AsynchronousOperation<V> operation, Attempt<V> attempt) {
            this.operation = operation;
            this.attempt = attempt;
        }
    }
}

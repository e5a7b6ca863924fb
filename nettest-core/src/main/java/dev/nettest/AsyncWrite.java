package dev.nettest;

import dev.nettest.kernel.CallbackWaiter;
import dev.nettest.kernel.Condition;
import dev.nettest.kernel.End;
import dev.nettest.kernel.Timers;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A write that waits by callback: one operation, with its turn, its timeout and its cancellation. One thread at a time runs
 * it; a timeout or a cancellation that comes while it runs is carried out by the one who does, so that nobody moves the
 * buffer any more once this is complete.
 */
final class AsyncWrite extends CompletableFuture<Integer> {

    private enum State {
        WAITING,
        RUNNING,
        STOPPING,
        OVER
    }

    private final Connection connection;
    private final End end;
    private final Transfers transfers;
    private final ByteBuffer source;
    private final int start;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final AtomicReference<@Nullable Runnable> stop = new AtomicReference<>();
    private boolean waited;
    private volatile @Nullable CallbackWaiter waiter;
    private volatile Timers.@Nullable Timer timeout;

    private AsyncWrite(Connection connection, End end, Transfers transfers, ByteBuffer source) {
        this.connection = connection;
        this.end = end;
        this.transfers = transfers;
        this.source = source;
        this.start = source.position();
    }

    static CompletableFuture<Integer> start(Connection connection, End end, Transfers transfers, ByteBuffer source) {
        int count = source.remaining();
        if (transfers.writeIfFits(source)) {
            return CompletableFuture.completedFuture(count);
        }
        AsyncWrite write = new AsyncWrite(connection, end, transfers, source);
        write.run();
        return write;
    }

    private void run() {
        boolean again = true;
        while (again && state.compareAndSet(State.WAITING, State.RUNNING)) {
            try {
                if (transfers.attemptWriteAll(source, this, Face.CHANNEL, waited)) {
                    finish(null);
                    return;
                }
            } catch (IOException | RuntimeException | Error e) {
                finish(e);
                return;
            }
            again = await();
        }
    }

    /** Whether there is something to do already. */
    private boolean await() {
        if (!waited) {
            waited = true;
            startTimeout();
        }
        int condition = end.hasTurn(this) ? Condition.ROOM : Condition.WRITABLE;
        CallbackWaiter next = new CallbackWaiter(end, condition, 1, true, false, this::run);
        waiter = next;
        if (!state.compareAndSet(State.RUNNING, State.WAITING)) {
            finishStopped();
            return false;
        }
        boolean ready = !end.enlist(next);
        if (state.get() == State.OVER) {
            next.cancel();
        }
        return ready;
    }

    private void startTimeout() {
        long nanos = transfers.writeTimeout();
        if (nanos != Timers.NEVER) {
            ClockTimers timers = connection.timers();
            timeout = timers.schedule(
                    timers.in(nanos),
                    () -> stop(() -> {
                        SocketTimeoutException exception = new SocketTimeoutException("Write timed out");
                        exception.bytesTransferred = source.position() - start;
                        completeExceptionally(exception);
                    }));
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        stop(() -> super.cancel(mayInterruptIfRunning));
        return isCancelled();
    }

    /** Ends it with {@code completion}: now, or when the thread that runs it has got that far. */
    private void stop(Runnable completion) {
        if (!stop.compareAndSet(null, completion)) {
            return;
        }
        while (true) {
            if (state.compareAndSet(State.WAITING, State.OVER)) {
                release();
                completion.run();
                return;
            }
            if (state.compareAndSet(State.RUNNING, State.STOPPING) || state.get() == State.OVER) {
                return;
            }
        }
    }

    private void finishStopped() {
        state.set(State.OVER);
        release();
        Runnable completion = stop.get();
        if (completion != null) {
            completion.run();
        }
    }

    private void finish(@Nullable Throwable failure) {
        state.set(State.OVER);
        release();
        if (failure == null) {
            complete(source.position() - start);
        } else {
            completeExceptionally(failure);
        }
    }

    private void release() {
        if (!waited) {
            return; // it never had a turn, a waiter or a timer
        }
        transfers.endTurn(source, this);
        CallbackWaiter enlisted = waiter;
        if (enlisted != null) {
            enlisted.cancel();
        }
        Timers.Timer scheduled = timeout;
        if (scheduled != null) {
            scheduled.cancel();
        }
    }
}

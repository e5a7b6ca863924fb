package dev.nettest.internal.net;

import dev.nettest.internal.stream.StreamEndpoint;
import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.time.ClockTimers;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A write that waits by callback: one operation with its write lock, its timeout and its cancellation. One thread at a
 * time
 * runs it. A stop during a run is carried out by the running thread, so the buffer stays untouched after completion.
 */
final class AsyncWrite extends ReadyFuture<Integer> {

    private enum State {
        WAITING,
        RUNNING,
        STOPPING,
        OVER
    }

    private final ConnectionImpl connection;
    private final StreamEndpoint end;
    private final StreamIo io;
    private final ByteBuffer source;
    private final int start;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final AtomicReference<@Nullable Runnable> stop = new AtomicReference<>();
    private boolean waited;

    private AsyncWrite(ConnectionImpl connection, StreamEndpoint end, StreamIo io, ByteBuffer source) {
        this.connection = connection;
        this.end = end;
        this.io = io;
        this.source = source;
        this.start = source.position();
    }

    static CompletableFuture<Integer> start(
            ConnectionImpl connection, StreamEndpoint end, StreamIo io, ByteBuffer source) {
        int count = source.remaining();
        if (io.writeIfFits(source)) {
            return CompletableFuture.completedFuture(count);
        }
        AsyncWrite write = new AsyncWrite(connection, end, io, source);
        write.run();
        return write;
    }

    private void run() {
        boolean again = true;
        while (again && state.compareAndSet(State.WAITING, State.RUNNING)) {
            try {
                if (io.attemptWriteAll(source, this, ErrorStyle.CHANNEL, waited) == 0) {
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

    /** True if the write can go on at once. */
    private boolean await() {
        if (!waited) {
            waited = true;
            startTimeout();
        }
        int condition = end.writer().ownsWrite(this) ? ReadyBits.FREE_SPACE : ReadyBits.WRITABLE;
        CallbackWaiter next = new CallbackWaiter(end, condition, 1, true, false, this::run);
        waiter(next);
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
        long nanos = io.writeTimeout();
        if (nanos != Timers.NEVER) {
            ClockTimers timers = connection.network().timers();
            timer(timers, timers.in(nanos), () -> stop(this::timeOut));
        }
    }

    private void timeOut() {
        SocketTimeoutException exception = new SocketTimeoutException("Write timed out");
        exception.bytesTransferred = source.position() - start;
        super.completeExceptionally(exception);
    }

    @Override
    public boolean complete(@Nullable Integer count) {
        return stop(() -> super.complete(count));
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return stop(() -> super.completeExceptionally(failure));
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        stop(() -> super.cancel(mayInterruptIfRunning));
        return isCancelled();
    }

    /**
     * Ends the write with {@code completion}: now, or once the thread that runs it gets there. False if it ends anyway.
     */
    private boolean stop(Runnable completion) {
        if (!stop.compareAndSet(null, completion)) {
            return false;
        }
        while (true) {
            if (state.compareAndSet(State.WAITING, State.OVER)) {
                end();
                completion.run();
                return true;
            }
            if (state.compareAndSet(State.RUNNING, State.STOPPING)) {
                return true;
            }
            if (state.get() == State.OVER) {
                return false;
            }
        }
    }

    private void finishStopped() {
        state.set(State.OVER);
        end();
        Runnable completion = stop.get();
        if (completion != null) {
            completion.run();
        }
    }

    private void finish(@Nullable Throwable failure) {
        state.set(State.OVER);
        end();
        if (failure == null) {
            super.complete(source.position() - start);
        } else {
            super.completeExceptionally(failure);
        }
    }

    /** Gives up the write lock, the waiter and the timer, all of which only a write that has waited can have. */
    private void end() {
        if (waited) {
            io.releaseWrite(source, this);
            release();
        }
    }
}

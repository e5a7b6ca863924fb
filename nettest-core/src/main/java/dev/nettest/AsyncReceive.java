package dev.nettest;

import dev.nettest.kernel.CallbackWaiter;
import dev.nettest.kernel.Condition;
import dev.nettest.kernel.Timers;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A receive as a stage. Whoever ends it in another way does so before a datagram is taken, or not at all: none is lost. */
final class AsyncReceive extends CompletableFuture<SocketAddress> {

    private final DatagramEndpoint endpoint;
    private final ByteBuffer target;
    private final ReentrantLock lock = new ReentrantLock();

    /** Its outcome is settled, and nobody else's to change. Guarded by the lock. */
    private boolean settled;

    private volatile @Nullable CallbackWaiter waiter;
    private volatile Timers.@Nullable Timer timer;

    private AsyncReceive(DatagramEndpoint endpoint, ByteBuffer target) {
        this.endpoint = endpoint;
        this.target = target;
    }

    static AsyncReceive start(DatagramEndpoint endpoint, ByteBuffer target, long timeout) {
        AsyncReceive receive = new AsyncReceive(endpoint, target);
        receive.attempt();
        if (timeout != Timers.NEVER && !receive.isDone()) {
            ClockTimers timers = endpoint.network().timers();
            receive.timer = timers.schedule(
                    timers.in(timeout),
                    () -> receive.completeExceptionally(new SocketTimeoutException("Receive timed out")));
            if (receive.isDone()) {
                receive.release();
            }
        }
        return receive;
    }

    private void attempt() {
        SocketAddress sender = null;
        Throwable failure = null;
        lock.lock();
        try {
            if (settled) {
                return;
            }
            try {
                sender = endpoint.tryReceive(target);
            } catch (Exception e) {
                failure = e;
            }
            settled = sender != null || failure != null;
        } finally {
            lock.unlock();
        }
        if (failure != null) {
            super.completeExceptionally(failure);
            release();
        } else if (sender != null) {
            super.complete(sender);
            release();
        } else {
            waitOn();
        }
    }

    private void waitOn() {
        CallbackWaiter enlisted = CallbackWaiter.enlist(endpoint.queue(), Condition.READABLE, 1, false, this::attempt);
        boolean late;
        lock.lock();
        try {
            late = settled;
            if (!late) {
                waiter = enlisted;
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            enlisted.cancel();
        }
    }

    /** Whether nobody else has settled it. */
    private boolean settle() {
        lock.lock();
        try {
            boolean first = !settled;
            settled = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    private void release() {
        CallbackWaiter enlisted = waiter;
        if (enlisted != null) {
            enlisted.cancel();
        }
        Timers.Timer scheduled = timer;
        if (scheduled != null) {
            scheduled.cancel();
        }
    }

    @Override
    public boolean complete(SocketAddress value) {
        boolean first = settle() && super.complete(value);
        release();
        return first;
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        boolean first = settle() && super.completeExceptionally(failure);
        release();
        return first;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (settle()) {
            super.cancel(mayInterruptIfRunning);
        }
        release();
        return isCancelled();
    }
}

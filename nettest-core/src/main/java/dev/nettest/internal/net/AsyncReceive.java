package dev.nettest.internal.net;

import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.time.ClockTimers;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A receive as a stage. A cancellation, a timeout or an outside completion takes effect only before a datagram is
 * taken, so that no datagram is lost.
 */
final class AsyncReceive extends ReadyFuture<SocketAddress> {

    private final DatagramEndpointImpl endpoint;
    private final ByteBuffer target;
    private final ReentrantLock lock = new ReentrantLock();

    /** True once the outcome is decided: the first decision wins. Guarded by the lock. */
    private boolean settled;

    private AsyncReceive(DatagramEndpointImpl endpoint, ByteBuffer target) {
        this.endpoint = endpoint;
        this.target = target;
    }

    static AsyncReceive start(DatagramEndpointImpl endpoint, ByteBuffer target, long timeout) {
        AsyncReceive receive = new AsyncReceive(endpoint, target);
        receive.attempt();
        if (timeout != Timers.NEVER && !receive.isDone()) {
            ClockTimers timers = endpoint.network().timers();
            receive.failAt(timers.in(timeout), timers, () -> new SocketTimeoutException("Receive timed out"));
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
        } else if (sender != null) {
            super.complete(sender);
        } else {
            waiter(CallbackWaiter.enlist(endpoint.queue(), ReadyBits.READABLE, 1, false, this::attempt));
        }
    }

    /** True for the first caller, whose outcome wins. */
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

    @Override
    public boolean complete(@Nullable SocketAddress value) {
        return settle() && super.complete(value);
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return settle() && super.completeExceptionally(failure);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (settle()) {
            super.cancel(mayInterruptIfRunning);
        }
        return isCancelled();
    }
}

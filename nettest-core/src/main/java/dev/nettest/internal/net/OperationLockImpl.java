package dev.nettest.internal.net;

import dev.nettest.Network;
import dev.nettest.OperationLock;
import dev.nettest.internal.sync.Monitor;
import dev.nettest.internal.sync.Pollable;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.time.ClockTimers;
import dev.nettest.internal.util.Checks;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The implementation of {@link OperationLock}. A lock that no thread has ever waited for is one field, because every
 * channel has two. The first wait makes the queue.
 */
public final class OperationLockImpl implements OperationLock {

    private static final AtomicReferenceFieldUpdater<OperationLockImpl, @Nullable Thread> OWNER =
            AtomicReferenceFieldUpdater.newUpdater(OperationLockImpl.class, Thread.class, "owner");

    private static final AtomicReferenceFieldUpdater<OperationLockImpl, @Nullable Queue> QUEUE =
            AtomicReferenceFieldUpdater.newUpdater(OperationLockImpl.class, Queue.class, "queue");

    private final ClockTimers timers;

    /** Null if the lock is free. */
    private volatile @Nullable Thread owner;

    /**
     * Made before a thread looks again and waits. An unlock that finds none has freed the lock before that look.
     */
    private volatile @Nullable Queue queue;

    private OperationLockImpl(ClockTimers timers) {
        this.timers = timers;
    }

    /** The implementation of {@link OperationLock#of}. */
    public static OperationLockImpl of(Network network) {
        return new OperationLockImpl(((NetworkImpl) network).timers());
    }

    @Override
    public void lock() {
        if (!tryLock()) {
            lockUntil(Timers.NEVER);
        }
    }

    @Override
    public Duration lock(Duration timeout) {
        long nanos = Checks.positive(Checks.nanos(timeout, "timeout"), "timeout");
        if (tryLock()) {
            return timeout; // whatever time this thread was given to take it
        }
        long deadline = timers.in(nanos);
        return lockUntil(deadline) ? Duration.ofNanos(Math.max(1, deadline - timers.now())) : Duration.ZERO;
    }

    /** False if the deadline passed first. */
    private boolean lockUntil(long deadline) {
        Queue waiting = queue();
        while (!tryLock()) {
            if (ThreadWaiter.awaitTurn(waiting, ReadyBits.UNLOCKED, timers, deadline, false)
                    == ThreadWaiter.WaitResult.TIMED_OUT) {
                return false;
            }
        }
        return true;
    }

    private boolean tryLock() {
        Thread current = Thread.currentThread();
        if (OWNER.compareAndSet(this, null, current)) {
            return true;
        }
        if (owner == current) {
            throw new IllegalStateException("this thread holds the lock already");
        }
        return false;
    }

    @Override
    public boolean isHeldByAnother() {
        Thread holder = owner;
        return holder != null && holder != Thread.currentThread();
    }

    @Override
    public void unlock() {
        if (owner != Thread.currentThread()) {
            throw new IllegalStateException("this thread does not hold the lock");
        }
        owner = null;
        Queue waiting = queue;
        if (waiting != null) {
            waiting.wakeNext();
        }
    }

    private Queue queue() {
        Queue existing = queue;
        if (existing != null) {
            return existing;
        }
        Queue made = new Queue(this);
        return QUEUE.compareAndSet(this, null, made) ? made : queue();
    }

    /** The threads that wait for the lock. */
    private static final class Queue extends Pollable {

        private final OperationLockImpl lock;

        Queue(OperationLockImpl lock) {
            super(new Monitor());
            this.lock = lock;
        }

        void wakeNext() {
            monitor.lock();
            monitor.leave();
        }

        @Override
        protected boolean holds(int condition, long amount) {
            return condition == ReadyBits.UNLOCKED && lock.owner == null;
        }
    }
}

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
import org.jspecify.annotations.Nullable;

/** The implementation of {@link OperationLock}. */
public final class OperationLockImpl extends Pollable implements OperationLock {

    private final ClockTimers timers;

    /** Null if the lock is free. */
    private @Nullable Thread owner;

    private OperationLockImpl(ClockTimers timers) {
        super(new Monitor());
        this.timers = timers;
    }

    /** The implementation of {@link OperationLock#of}. */
    public static OperationLockImpl of(Network network) {
        return new OperationLockImpl(((NetworkImpl) network).timers());
    }

    @Override
    public void lock() {
        lockUntil(Timers.NEVER);
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
        while (!tryLock()) {
            if (ThreadWaiter.awaitTurn(this, ReadyBits.UNLOCKED, timers, deadline, false)
                    == ThreadWaiter.WaitResult.TIMED_OUT) {
                return false;
            }
        }
        return true;
    }

    private boolean tryLock() {
        Thread current = Thread.currentThread();
        monitor.lock();
        try {
            if (owner == current) {
                throw new IllegalStateException("this thread holds the lock already");
            }
            if (owner != null) {
                return false;
            }
            owner = current;
            return true;
        } finally {
            monitor.leave();
        }
    }

    @Override
    public void unlock() {
        monitor.lock();
        try {
            if (owner != Thread.currentThread()) {
                throw new IllegalStateException("this thread does not hold the lock");
            }
            owner = null;
        } finally {
            monitor.leave();
        }
    }

    @Override
    protected boolean holds(int condition, long amount) {
        return condition == ReadyBits.UNLOCKED && owner == null;
    }
}

package dev.nettest.internal.net;

import dev.nettest.Network;
import dev.nettest.TimeoutClock;
import dev.nettest.Wakeup;
import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.Monitor;
import dev.nettest.internal.sync.Pollable;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.sync.ThreadWaiter.WaitResult;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.time.ClockTimers;
import dev.nettest.internal.util.CallSite;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The implementation of {@link Wakeup}. */
public final class WakeupImpl extends Pollable implements Wakeup {

    /** A periodic task has as many timeouts in minutes. A loop that reads {@link System#nanoTime} has more. */
    private static final int MANY_TIMEOUTS = 1_000;

    private final NetworkImpl network;
    private final ClockTimers timers;

    /** Written under the lock. */
    private volatile boolean set;

    /** Such as {@code " at Server.java:12"}; empty if no line is kept. */
    private volatile String closePlace = "";

    /** The timeouts in virtual time since the flag was set last. */
    private final AtomicInteger timeouts = new AtomicInteger();

    /** The waits whose timeout is in real time. */
    private final AtomicInteger waitsInRealTime = new AtomicInteger();

    private WakeupImpl(NetworkImpl network) {
        super(new Monitor());
        this.network = network;
        this.timers = network.timers();
    }

    /** The implementation of {@link Wakeup#of}. */
    public static WakeupImpl of(Network network) {
        NetworkImpl owner = (NetworkImpl) network;
        WakeupImpl wakeup = new WakeupImpl(owner);
        owner.waits().add(wakeup);
        if (owner.isClosed()) {
            wakeup.set(); // the end of the network may have missed it
        }
        return wakeup;
    }

    @Override
    public void set() {
        if (!set) {
            change(true);
        }
    }

    @Override
    public void clear() {
        if (set) {
            timeouts.set(0);
            change(false);
        }
    }

    private void change(boolean value) {
        monitor.lock();
        set = value;
        monitor.leave();
    }

    @Override
    public boolean isSet() {
        return set;
    }

    @Override
    public boolean await(Duration timeout, TimeoutClock time) {
        return await(timeout, time, false);
    }

    @Override
    public boolean awaitInterruptibly(Duration timeout, TimeoutClock time) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before the wait");
        }
        boolean inTime = await(timeout, time, true);
        if (!inTime && Thread.interrupted()) {
            throw new InterruptedException("interrupted in the wait");
        }
        return inTime;
    }

    private boolean await(Duration timeout, TimeoutClock time, boolean interruptible) {
        boolean inRealTime = Objects.requireNonNull(time, "time") == TimeoutClock.SYSTEM && timers.isVirtual();
        long nanos = Timeouts.nanos(timeout);
        if (set) {
            return true;
        }
        if (network.isClosed()) {
            return awaitAfterEnd(nanos, interruptible);
        }
        WaitResult result = inRealTime
                ? awaitInRealTime(nanos, interruptible)
                : observe(timers.in(nanos), Timers.NEVER, interruptible);
        if (result == WaitResult.READY) {
            timeouts.set(0);
            return true;
        }
        if (!inRealTime && timers.isVirtual()) {
            timeouts.incrementAndGet();
        }
        return false;
    }

    private WaitResult awaitInRealTime(long nanos, boolean interruptible) {
        if (nanos == Timers.NEVER) {
            return observe(Timers.NEVER, Timers.NEVER, interruptible);
        }
        waitsInRealTime.incrementAndGet();
        try {
            return observe(Timers.NEVER, Timers.deadline(timers.realTime(), nanos), interruptible);
        } finally {
            waitsInRealTime.decrementAndGet();
        }
    }

    private WaitResult observe(long deadline, long realTimeLimit, boolean interruptible) {
        return interruptible
                ? ThreadWaiter.observe(this, ReadyBits.CHANGED, 1, timers, deadline, realTimeLimit)
                : ThreadWaiter.observeUninterruptibly(this, ReadyBits.CHANGED, timers, deadline, realTimeLimit);
    }

    /** True if a thread waits that goes on by itself, although the clock stands. */
    boolean endsInRealTime() {
        return waitsInRealTime.get() > 0;
    }

    /** An addition to the report of a wait for this flag; empty if there is none. */
    String note() {
        int count = timeouts.get();
        return count < MANY_TIMEOUTS
                ? ""
                : " (timed out " + count + " times in a row in virtual time;"
                        + " a loop that reads System.nanoTime needs TimeoutClock.SYSTEM)";
    }

    /** A wait that does not belong to the network, because that has ended. */
    private boolean awaitAfterEnd(long nanos, boolean interruptible) {
        long begin = System.nanoTime();
        Thread waiting = Thread.currentThread();
        CallbackWaiter waiter =
                CallbackWaiter.enlist(this, ReadyBits.CHANGED, 1, false, () -> LockSupport.unpark(waiting));
        boolean interrupted = false;
        long left = nanos;
        while (!set && left > 0 && !(interrupted && interruptible)) {
            if (nanos == Timers.NEVER) {
                LockSupport.park(this); // a wait with a timeout would look as if it could act by itself
            } else {
                LockSupport.parkNanos(this, left);
            }
            interrupted |= Thread.interrupted();
            left = nanos == Timers.NEVER ? nanos : nanos - (System.nanoTime() - begin);
        }
        waiter.cancel();
        if (interrupted) {
            waiting.interrupt();
        }
        return set;
    }

    @Override
    public void close() {
        if (network.waits().remove(this) && network.config().checksLeaks()) {
            StackTraceElement line = CallSite.here();
            closePlace = line == null ? "" : " at " + CallSite.place(line);
        }
        set();
    }

    @Override
    public <E extends Exception> E calledAfterClose(E failure, String operation, String closed) {
        Objects.requireNonNull(failure, "failure");
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(closed, "closed");
        return NetworkNote.attach(failure, network.waits().ignoredCloses().called(this, operation, closed));
    }

    /** The line that closed it. */
    String closePlace() {
        return closePlace;
    }

    @Override
    protected boolean holds(int condition, long amount) {
        return condition == ReadyBits.CHANGED && set;
    }
}

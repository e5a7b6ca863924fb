package dev.nettest.internal.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A blocked thread. It spins briefly if a core is free, then parks. Its waker marks it runnable before it unparks it. A
 * clock that counts runnable threads is therefore never too low.
 */
public final class ThreadWaiter extends Waiter {

    /** Loaded with this class: a class loader interrupts its thread again, and must not need this class for that. */
    private static final Ending INTERRUPTED = Ending.INTERRUPTED;

    /** How a wait ended. */
    public enum WaitResult {
        READY,
        TIMED_OUT,
        INTERRUPTED
    }

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(ThreadWaiter.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The ends of a wait that are no failure. */
    private enum Ending implements Supplier<AssertionError> {
        ELAPSED,
        INTERRUPTED;

        @Override
        public AssertionError get() {
            return new AssertionError(this);
        }
    }

    /**
     * How long a wait that ignores interrupts goes on after one, in real time, if it {@linkplain
     * Timers#failureAfterInterrupt() fails} then. Code that answers the interrupt of another thread needs less.
     */
    private static final long INTERRUPTED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int WAITING = 0;
    private static final int SPINNING = 1;
    private static final int PARKED = 2;
    private static final int WOKEN = 3;

    private final Thread thread = Thread.currentThread();
    private final @Nullable ThreadTracking tracking = ThreadTracking.current();

    /** Listeners for this wait, fixed at its start so that increments and decrements balance. */
    private final List<RunnableListener> listeners = tracking == null ? List.of() : tracking.listeners();

    @SuppressWarnings("unused") // through STATE
    private volatile int state;

    /**
     * {@code ELAPSED} if the virtual clock reached the deadline, {@code INTERRUPTED} if the thread was interrupted,
     * otherwise the failure with which the wait ends, if there is one. Written before {@link #wake}, read after it: the
     * state orders both. One field, because a wait allocates this object only.
     */
    private @Nullable Supplier<AssertionError> ending;

    /** True if its wait ends at a deadline. */
    private final boolean limited;

    private ThreadWaiter(int condition, long amount, boolean observes, boolean limited) {
        super(condition, amount, !observes, observes);
        this.limited = limited;
    }

    /**
     * Blocks the current thread until {@code condition} holds and it is first among the threads that compete for it.
     *
     * @param deadline on the clock of {@code timers}, or {@link Timers#NEVER}
     * @param interruptible true if an interrupt ends the wait; otherwise the interrupt status is kept for the caller
     */
    public static WaitResult awaitTurn(
            Pollable pollable, int condition, Timers timers, long deadline, boolean interruptible) {
        checkMayWait(timers);
        return new ThreadWaiter(condition, 1, false, deadline != Timers.NEVER)
                .await(pollable, timers, deadline, Timers.NEVER, interruptible);
    }

    /**
     * Blocks the current thread until {@code condition} holds for {@code amount}, or can never hold. Interruptible.
     *
     * @param deadline on the clock of {@code timers}, or {@link Timers#NEVER}
     * @param realTimeLimit the {@link Timers#realTime()} that ends the wait even if a virtual clock stands still, or
     *     {@link Timers#NEVER}
     */
    public static WaitResult observe(
            Pollable pollable, int condition, long amount, Timers timers, long deadline, long realTimeLimit) {
        checkMayWait(timers);
        boolean limited = deadline != Timers.NEVER || realTimeLimit != Timers.NEVER;
        return new ThreadWaiter(condition, amount, true, limited)
                .await(pollable, timers, deadline, realTimeLimit, true);
    }

    /** Like {@link #observe} of the amount 1, but an interrupt does not end it. */
    public static WaitResult observeUninterruptibly(
            Pollable pollable, int condition, Timers timers, long deadline, long realTimeLimit) {
        checkMayWait(timers);
        boolean limited = deadline != Timers.NEVER || realTimeLimit != Timers.NEVER;
        return new ThreadWaiter(condition, 1, true, limited).await(pollable, timers, deadline, realTimeLimit, false);
    }

    /** Before a waiter is made, because the current thread may join the network here. */
    private static void checkMayWait(Timers timers) {
        Callbacks.checkMayWait();
        timers.checkMayWait();
    }

    /** Blocks the current thread until {@code timers} reach {@code deadline}. Interruptible. */
    public static WaitResult sleep(Timers timers, long deadline) {
        EventCount neverAdvanced = new EventCount();
        return awaitTurn(neverAdvanced, ReadyBits.CHANGED, timers, deadline, true);
    }

    private WaitResult await(
            Pollable pollable, Timers timers, long deadline, long realTimeLimit, boolean interruptible) {
        if (!pollable.enlist(this)) {
            return WaitResult.READY;
        }
        if (tracking == null) {
            return block(pollable, timers, deadline, realTimeLimit, interruptible);
        }
        tracking.waiter(this);
        if (interruptible) {
            beginInterruptible(tracking);
        }
        try {
            return block(pollable, timers, deadline, realTimeLimit, interruptible);
        } finally {
            if (interruptible) {
                endInterruptible(tracking);
            }
            tracking.waiter(null);
        }
    }

    private void beginInterruptible(ThreadTracking waiting) {
        InterruptHook interrupts = waiting.interrupts();
        if (thread instanceof TrackedThread tracked) {
            tracked.interruptible(this);
        } else if (interrupts != null) {
            interrupts.begin(this::interrupt);
        }
    }

    private void endInterruptible(ThreadTracking waiting) {
        InterruptHook interrupts = waiting.interrupts();
        if (thread instanceof TrackedThread tracked) {
            tracked.interruptible(null);
        } else if (interrupts != null) {
            interrupts.end();
        }
    }

    /** Called after the thread was interrupted: ends its wait, and counts it as runnable from now on. */
    void interrupt() {
        ending = INTERRUPTED;
        wake();
    }

    /**
     * Has the wait end with an {@code AssertionError}, which the thread that waits makes and throws. Call
     * {@link #wakeToFail} then. The effects of a thread that failed before do not save this one.
     */
    public void failWith(Supplier<AssertionError> made) {
        if (ending != INTERRUPTED) {
            ending = made;
        }
    }

    /** Ends the wait, after {@link #failWith}. */
    public void wakeToFail() {
        wake();
    }

    private WaitResult block(
            Pollable pollable, Timers timers, long deadline, long realTimeLimit, boolean interruptible) {
        if (timers.isVirtual()) {
            return blockVirtual(pollable, timers, deadline, realTimeLimit, interruptible);
        }
        reportWaiting(interruptible);
        return park(pollable, timers, false, deadline, interruptible);
    }

    private WaitResult blockVirtual(
            Pollable pollable, Timers timers, long deadline, long realTimeLimit, boolean interruptible) {
        if (deadline == Timers.NEVER) {
            reportWaiting(interruptible);
            return park(pollable, timers, true, realTimeLimit, interruptible);
        }
        Timers.Timer timer = timers.schedule(deadline, this::elapse);
        reportWaiting(interruptible);
        if (timers.now() >= deadline) {
            elapse();
        }
        try {
            WaitResult result = park(pollable, timers, true, realTimeLimit, interruptible);
            if (result == WaitResult.READY && ending == Ending.ELAPSED) {
                pollable.withdraw(this);
                return pollable.isReady(mask, amount) ? WaitResult.READY : WaitResult.TIMED_OUT;
            }
            return result;
        } finally {
            timer.cancel();
        }
    }

    private void elapse() {
        endBy(Ending.ELAPSED);
    }

    /** An interrupt comes first. */
    private void endBy(Supplier<AssertionError> reason) {
        if (ending != Ending.INTERRUPTED) {
            ending = reason;
        }
        wake();
    }

    /**
     * Reports that this thread waits. The timer must be scheduled first, or the clock could pass the deadline before it
     * knows of it.
     */
    private void reportWaiting(boolean interruptible) {
        if (tracking != null) {
            if (interruptible && thread.isInterrupted()) {
                interrupt(); // counted in before it is counted out, so that the clock does not move in between
            }
            markWaiting();
        }
    }

    private WaitResult park(Pollable pollable, Timers timers, boolean virtual, long deadline, boolean interruptible) {
        LongSupplier now = virtual ? timers::realTime : timers::now;
        if (!virtual) {
            AdaptiveSpin.spinBriefly(this, pollable, now);
        }
        boolean interrupted = false;
        WaitResult result = WaitResult.READY;
        if (STATE.compareAndSet(this, WAITING, PARKED)) {
            result = parkUntilInterrupted(pollable, now, deadline);
            interrupted = result == WaitResult.INTERRUPTED;
            if (interrupted && !interruptible) {
                result = parkInterrupted(pollable, timers, now, deadline);
            }
        }
        Supplier<AssertionError> failed = ending;
        if (result == WaitResult.READY && failed != null && !(failed instanceof Ending)) {
            pollable.withdraw(this);
            if (interrupted) {
                thread.interrupt();
            }
            throw failed.get();
        }
        if (result == WaitResult.READY && failed == Ending.INTERRUPTED) {
            interrupted = Thread.interrupted();
            result = WaitResult.INTERRUPTED;
        }
        if (result != WaitResult.READY) {
            wake(); // counts it before it leaves the queue: a clock passes a thread that is in neither
            pollable.withdraw(this);
            if (result == WaitResult.TIMED_OUT && pollable.isReady(mask, amount)) {
                result = WaitResult.READY;
            }
        }
        if (interrupted) {
            thread.interrupt();
        }
        return result;
    }

    private WaitResult parkUntilInterrupted(Pollable pollable, LongSupplier now, long deadline) {
        while (state != WOKEN) {
            if (deadline == Timers.NEVER) {
                LockSupport.park(pollable);
            } else {
                long left = deadline - now.getAsLong();
                if (left <= 0) {
                    return WaitResult.TIMED_OUT;
                }
                LockSupport.parkNanos(pollable, left);
            }
            if (Thread.interrupted()) {
                return WaitResult.INTERRUPTED;
            }
        }
        return WaitResult.READY;
    }

    /** Continues a wait that ignores interrupts, after the first one. It may have a limit from now on. */
    private WaitResult parkInterrupted(Pollable pollable, Timers timers, LongSupplier now, long deadline) {
        Supplier<AssertionError> late = timers.failureAfterInterrupt();
        long limit = late == null ? deadline : Math.min(deadline, now.getAsLong() + INTERRUPTED_NANOS);
        WaitResult result;
        do {
            result = parkUntilInterrupted(pollable, now, limit);
        } while (result == WaitResult.INTERRUPTED);
        if (late != null && result == WaitResult.TIMED_OUT && limit != deadline) {
            AssertionError failure = late.get(); // while this thread waits: it names its waiters
            failWith(() -> failure);
            wakeToFail();
            return WaitResult.READY;
        }
        return result;
    }

    /** The thread that waits. */
    public Thread thread() {
        return thread;
    }

    /** True if the wait ends at a deadline, or at a limit in real time. */
    public boolean isLimited() {
        return limited;
    }

    /**
     * The stack of the waiting thread, from the frame of its wait on; null if it does not wait any more. The wait
     * itself records nothing for this.
     */
    public StackTraceElement @Nullable [] stack() {
        StackTraceElement[] stack = thread.getStackTrace();
        if (isWoken()) {
            return null; // it may have left before its stack was read
        }
        for (int i = 0; i < stack.length; i++) {
            if (stack[i].getClassName().equals(ThreadWaiter.class.getName())
                    && stack[i].getMethodName().equals("await")) {
                return Arrays.copyOfRange(stack, i, stack.length);
            }
        }
        return null;
    }

    boolean isWoken() {
        return state == WOKEN;
    }

    /**
     * Marks it as spinning; false if it is woken already. Its waker then removes it from the count of spinning threads.
     */
    boolean beginSpin() {
        return STATE.compareAndSet(this, WAITING, SPINNING);
    }

    /** Ends the spin, unless it was woken meanwhile. */
    void endSpin() {
        if (STATE.compareAndSet(this, SPINNING, WAITING)) {
            AdaptiveSpin.ended();
        }
    }

    @Override
    void wake() {
        if (state == WOKEN) {
            return;
        }
        markRunnable(); // first: a thread that is seen as woken must be counted already
        int before = (int) STATE.getAndSet(this, WOKEN);
        if (before == WOKEN) {
            markWaiting(); // another waker was faster, and counted it
        }
        if (before == SPINNING) {
            AdaptiveSpin.ended();
        }
        if (before == PARKED) {
            LockSupport.unpark(thread);
        }
    }

    private void markRunnable() {
        for (int i = 0; i < listeners.size(); i++) {
            listeners.get(i).runnable();
        }
    }

    private void markWaiting() {
        for (int i = 0; i < listeners.size(); i++) {
            listeners.get(i).waiting();
        }
    }
}

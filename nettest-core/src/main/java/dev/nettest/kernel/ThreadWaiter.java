package dev.nettest.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A blocked thread. It spins a moment where a core is free for that, then parks; its waker marks it runnable before it
 * unparks it, so that a clock that counts runnable threads is never too low.
 */
public final class ThreadWaiter extends Waiter {

    /** How a wait ended. */
    public enum End {
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

    private static final int WAITING = 0;
    private static final int SPINNING = 1;
    private static final int PARKED = 2;
    private static final int WOKEN = 3;

    private final Thread thread = Thread.currentThread();
    private final @Nullable Participant participant;

    /** Those of its networks that are told: the same ones, how ever long it takes. */
    private final List<Membership> counting;

    @SuppressWarnings("unused") // through STATE
    private volatile int state;

    private volatile boolean interruption;

    private ThreadWaiter(int mask, long amount, boolean competes, boolean observes, @Nullable Participant participant) {
        super(mask, amount, competes, observes);
        this.participant = participant;
        this.counting = participant == null ? List.of() : participant.memberships();
    }

    /**
     * Blocks the current thread until one of the conditions in {@code mask} holds (an observer: or can never hold).
     *
     * @param deadline on the clock of {@code timers}, or {@link Timers#NEVER}
     * @param backstop {@link Timers#realTime()} at which an observer gives up although a virtual clock stands still, or
     *     {@link Timers#NEVER}
     * @param interruptible whether an interrupt ends the wait; otherwise the interrupt status is kept for the caller
     */
    public static End await(
            Pollable pollable,
            int mask,
            long amount,
            boolean observes,
            Timers timers,
            long deadline,
            long backstop,
            boolean interruptible) {
        Callbacks.checkMayWait();
        timers.checkMayWait();
        Participant participant = Participant.current();
        ThreadWaiter waiter = new ThreadWaiter(mask, amount, !observes, observes, participant);
        if (!pollable.enlist(waiter)) {
            return End.READY;
        }
        if (participant == null) {
            return waiter.await(pollable, timers, deadline, backstop, interruptible);
        }
        participant.waiter(waiter);
        if (interruptible) {
            waiter.beginInterruptible(participant);
        }
        try {
            return waiter.await(pollable, timers, deadline, backstop, interruptible);
        } finally {
            if (interruptible) {
                waiter.endInterruptible(participant);
            }
            participant.waiter(null);
        }
    }

    private void beginInterruptible(Participant waiting) {
        Interrupts interrupts = waiting.interrupts();
        if (thread instanceof CountedThread counted) {
            counted.interruptible(this);
        } else if (interrupts != null) {
            interrupts.begin(this::interrupt);
        }
    }

    private void endInterruptible(Participant waiting) {
        Interrupts interrupts = waiting.interrupts();
        if (thread instanceof CountedThread counted) {
            counted.interruptible(null);
        } else if (interrupts != null) {
            interrupts.end();
        }
    }

    private End await(Pollable pollable, Timers timers, long deadline, long backstop, boolean interruptible) {
        if (timers.isVirtual()) {
            return awaitVirtual(pollable, timers, deadline, backstop, interruptible);
        }
        report(interruptible);
        return park(pollable, timers::now, deadline, interruptible, true);
    }

    /** Says that this thread waits: after its timer is scheduled, or the clock could pass the deadline before it knows of it. */
    private void report(boolean interruptible) {
        if (participant != null) {
            if (interruptible && thread.isInterrupted()) {
                interrupt(); // counted in before it is counted out, so that the clock does not move in between
            }
            countOut();
        }
    }

    /** Called after the thread was interrupted: ends its wait, and counts it as runnable from now on. */
    void interrupt() {
        interruption = true;
        wake();
    }

    /** Blocks until {@code timers} reach {@code deadline}. */
    public static End sleep(Timers timers, long deadline) {
        return await(new Nowhere(), 0, 0, false, timers, deadline, Timers.NEVER, true);
    }

    private End awaitVirtual(Pollable pollable, Timers timers, long deadline, long backstop, boolean interruptible) {
        if (deadline == Timers.NEVER) {
            report(interruptible);
            return park(pollable, timers::realTime, backstop, interruptible, false);
        }
        boolean[] elapsed = {false};
        Timers.Timer timer = timers.schedule(deadline, () -> {
            elapsed[0] = true; // seen through the state's release and acquire
            wake();
        });
        report(interruptible);
        if (timers.now() >= deadline) {
            elapsed[0] = true; // nobody needs to move the clock for that
            wake();
        }
        try {
            End end = park(pollable, timers::realTime, backstop, interruptible, false);
            if (end == End.READY && elapsed[0]) {
                pollable.withdraw(this);
                return pollable.isReady(mask, amount) ? End.READY : End.TIMED_OUT;
            }
            return end;
        } finally {
            timer.cancel();
        }
    }

    private End park(Pollable pollable, LongSupplier now, long deadline, boolean interruptible, boolean maySpin) {
        boolean spun = maySpin && Spin.until(this, pollable, now);
        boolean interrupted = false;
        End end = End.READY;
        if (!spun && STATE.compareAndSet(this, WAITING, PARKED)) {
            while (state != WOKEN) {
                if (deadline == Timers.NEVER) {
                    LockSupport.park(pollable);
                } else {
                    long left = deadline - now.getAsLong();
                    if (left <= 0) {
                        end = End.TIMED_OUT;
                        break;
                    }
                    LockSupport.parkNanos(pollable, left);
                }
                if (Thread.interrupted()) {
                    interrupted = true;
                    if (interruptible) {
                        end = End.INTERRUPTED;
                        break;
                    }
                }
            }
        }
        if (end == End.READY && interruption) {
            interrupted = Thread.interrupted();
            end = End.INTERRUPTED;
        }
        if (end != End.READY) {
            pollable.withdraw(this);
            wake(); // runnable by its own doing, unless a waker was faster
            if (end == End.TIMED_OUT && pollable.isReady(mask, amount)) {
                end = End.READY;
            }
        }
        if (interrupted) {
            thread.interrupt();
        }
        return end;
    }

    boolean isWoken() {
        return state == WOKEN;
    }

    /** Whether it is not woken yet; its waker then counts it out of those who spin. */
    boolean beginSpin() {
        return STATE.compareAndSet(this, WAITING, SPINNING);
    }

    /** Whether it was not woken meanwhile. */
    boolean endSpin() {
        boolean unwoken = STATE.compareAndSet(this, SPINNING, WAITING);
        if (unwoken) {
            Spin.ended();
        }
        return unwoken;
    }

    @Override
    void wake() {
        if (state == WOKEN) {
            return;
        }
        countIn(); // first, so that whoever finds it woken finds it counted too
        int before = (int) STATE.getAndSet(this, WOKEN);
        if (before == WOKEN) {
            countOut(); // another waker was faster, and counted it
        }
        if (before == SPINNING) {
            Spin.ended();
        }
        if (before == PARKED) {
            LockSupport.unpark(thread);
        }
    }

    private void countIn() {
        for (int i = 0; i < counting.size(); i++) {
            counting.get(i).runnable();
        }
    }

    private void countOut() {
        for (int i = 0; i < counting.size(); i++) {
            counting.get(i).waiting();
        }
    }
}

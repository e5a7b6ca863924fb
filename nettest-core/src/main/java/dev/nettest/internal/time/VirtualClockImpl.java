package dev.nettest.internal.time;

import dev.nettest.VirtualClock;
import dev.nettest.internal.sync.Callbacks;
import dev.nettest.internal.sync.ThreadTracking;
import dev.nettest.internal.util.Checks;
import dev.nettest.internal.util.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The common part of both virtual clocks: the time, its timers, the count of runnable threads, and explicit moves. */
public abstract sealed class VirtualClockImpl implements VirtualClock permits ManualClock, SelfAdvancingClock {

    /** The longest time, in real seconds, for which running threads may delay a move. */
    private static final long SETTLE_SECONDS = 30;

    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** In place of a value of {@link #changes}: the clock may still move. */
    static final long MAY_MOVE = -1;

    /** Held by the thread that moves the clock and runs its timers. Acquired before {@link #lock}, never after it. */
    final ReentrantLock moving = new ReentrantLock();

    /** Guards the fields below. No timer runs under it. */
    final ReentrantLock lock = new ReentrantLock();

    final TimerQueue timers = new TimerQueue();

    /** The time. Written under the lock; read by each event of a network without it. */
    volatile long nanos;

    /** The number of runnable threads, over all networks on this clock. */
    int runnable;

    /** How often {@link #runnable} has changed. If it is unchanged, no thread was counted in or out meanwhile. */
    long changes;

    /** Signalled whenever a thread waits. */
    private final Condition settled = lock.newCondition();

    /** The networks on this clock. */
    final List<ActivityTracker> activities = new CopyOnWriteArrayList<>();

    /** Called after each instant, on the thread that moves the clock. */
    private final List<Runnable> instantListeners = new CopyOnWriteArrayList<>();

    /** @param listener runs after the timers of each instant, and must not wait */
    public void addInstantListener(Runnable listener) {
        instantListeners.add(listener);
    }

    public void removeInstantListener(Runnable listener) {
        instantListeners.remove(listener);
    }

    /** The timers of an instant have run. */
    final void instantEnded() {
        instantListeners.forEach(Runnable::run);
    }

    /** Called by a network that runs on this clock. */
    public void join(ActivityTracker activity, IdleDetector detector) {
        activities.add(activity);
        HangMonitor.add(this);
    }

    /** The network is closed. */
    void leave(ActivityTracker activity) {
        activities.remove(activity);
        if (activities.isEmpty()) {
            HangMonitor.remove(this);
        }
    }

    // ---- explicit moves

    @Override
    public void advanceTimeBy(Duration duration) {
        long distance = Checks.nanos(duration, "duration");
        move(() -> {
            long target = distance > Long.MAX_VALUE - nanoTime() ? Long.MAX_VALUE : nanoTime() + distance;
            settle();
            while (runInstant(target)) {
                settle();
            }
            moveTo(target);
            return true;
        });
    }

    @Override
    public boolean advanceToNext() {
        return move(() -> {
            settle();
            boolean ran = runInstant(Long.MAX_VALUE);
            settle();
            return ran;
        });
    }

    @Override
    public void advanceUntilIdle() {
        move(() -> {
            settle();
            while (runInstant(Long.MAX_VALUE)) {
                settle();
            }
            return true;
        });
    }

    private boolean move(BooleanSupplier move) {
        if (moving.isHeldByCurrentThread()) {
            throw new IllegalStateException("the clock cannot be moved by a timer's action while it moves");
        }
        boolean ran;
        moving.lock();
        try {
            ran = move.getAsBoolean();
        } finally {
            moving.unlock();
        }
        afterMove();
        return ran;
    }

    /** Called after an explicit move, outside every lock. */
    abstract void afterMove();

    /** True if another thread is running timers, or if timers are due. */
    boolean isBusyMoving() {
        return moving.isLocked() && !moving.isHeldByCurrentThread();
    }

    /**
     * Runs all timers of the earliest instant up to {@code target}. They may schedule more for that instant.
     */
    private boolean runInstant(long target) {
        TimerQueue.Entry first = pollDue(target);
        if (first == null) {
            return false;
        }
        long instant = first.instant();
        moveTo(instant);
        for (TimerQueue.Entry due = first; due != null; due = pollDue(instant)) {
            Callbacks.runGuarded(due.action());
        }
        instantEnded();
        return true;
    }

    final TimerQueue.@Nullable Entry pollDue(long instant) {
        lock.lock();
        try {
            return timers.pollDue(instant);
        } finally {
            lock.unlock();
        }
    }

    private void moveTo(long instant) {
        lock.lock();
        try {
            nanos = Math.max(nanos, instant);
        } finally {
            lock.unlock();
        }
    }

    // ---- waiting for threads

    /** Waits until no registered thread can run, apart from the current one. */
    private void settle() {
        ThreadTracking self = ThreadTracking.current();
        int own = ownCount(self);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
        long pause = SHORTEST_PAUSE_NANOS;
        while (true) {
            long before;
            int counted;
            lock.lock();
            try {
                if (runnable > own) {
                    settled.awaitNanos(pause);
                }
                if (runnable <= own && !isAnyStarting()) {
                    return;
                }
                before = changes;
                counted = runnable;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while registered threads were running", e);
            } finally {
                lock.unlock();
            }
            BusyReason busy = busy(counted, self);
            if (busy == null && isUnchangedSince(before)) {
                return;
            }
            if (busy != null && System.nanoTime() - end > 0) {
                throw new AssertionError("the clock cannot move: after " + SETTLE_SECONDS + " s " + busy.describe());
            }
            pause = Math.min(LONGEST_PAUSE_NANOS, 2 * pause);
        }
    }

    private boolean isUnchangedSince(long before) {
        lock.lock();
        try {
            return changes == before;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Asks the operating system about the threads that still count as runnable.
     *
     * @param counted the value of {@link #runnable} to check
     * @param except a thread that does not count
     * @return null if none of them can run
     */
    final @Nullable BusyReason busy(int counted, @Nullable ThreadTracking except) {
        int known = 0;
        for (ActivityTracker activity : activities) {
            known += ActivityTracker.count(activity.state());
        }
        return known == counted ? QuiescenceProbe.busy(activities, except, false) : BusyReason.countsDiffer();
    }

    final boolean isAnyStarting() {
        for (ActivityTracker activity : activities) {
            if (activity.isAnyStarting()) {
                return true;
            }
        }
        return false;
    }

    /** How often {@code self} is included in {@link #runnable}: once for each network in which it has work. */
    private int ownCount(@Nullable ThreadTracking self) {
        int own = 0;
        if (self != null) {
            for (ActivityTracker activity : activities) {
                ThreadRegistration registration = activity.registrationOf(self);
                own += registration != null && registration.hasWork() ? 1 : 0;
            }
        }
        return own;
    }

    // ---- hangs

    /** True if only a thread can move this clock or change a network on it. The lock is held. */
    abstract boolean standsByItself();

    /** {@link #changes} if the clock stands and no wait is for the outside; else {@link #MAY_MOVE}. */
    final long changesIfItStands() {
        if (moving.isLocked()) {
            return MAY_MOVE;
        }
        for (ActivityTracker activity : activities) {
            if (activity.inFlight() > 0
                    || activity.isAnyStarting()
                    || activity.waits().areForOutside()) {
                return MAY_MOVE;
            }
        }
        lock.lock();
        try {
            return standsByItself() ? changes : MAY_MOVE;
        } finally {
            lock.unlock();
        }
    }

    /** True if there are registered threads, and all of them wait in the network. */
    final boolean allCountedThreadsWait() {
        boolean known = false;
        for (ActivityTracker activity : activities) {
            known |= !activity.registrations().isEmpty();
        }
        lock.lock();
        try {
            return known && runnable == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing can happen any more: fails the waits of all networks on this clock. True if a thread or stage waited. */
    final boolean failHangingWaits() {
        boolean failed = false;
        for (ActivityTracker activity : activities) {
            failed |= activity.waits().failHanging();
        }
        return failed;
    }

    // ---- what a network asks and reports

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Timer schedule(long instant, Runnable action) {
        Objects.requireNonNull(action, "action");
        lock.lock();
        try {
            TimerQueue.Entry entry = timers.add(Math.max(instant, nanos), action);
            return () -> cancel(entry);
        } finally {
            lock.unlock();
        }
    }

    private void cancel(TimerQueue.Entry entry) {
        lock.lock();
        try {
            timers.remove(entry);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isVirtual() {
        return true;
    }

    @Override
    public void threadRunnable() {
        lock.lock();
        try {
            runnable++;
            changes++;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void threadWaiting() {
        lock.lock();
        try {
            countWaiting();
        } finally {
            lock.unlock();
        }
    }

    /** One thread fewer can run. The lock is held. */
    final void countWaiting() {
        runnable--;
        changes++;
        settled.signalAll();
    }

    @Override
    public String toString() {
        return "virtual clock at " + Durations.text(Duration.ofNanos(nanoTime()));
    }
}

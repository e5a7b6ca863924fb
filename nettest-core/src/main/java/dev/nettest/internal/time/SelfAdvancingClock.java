package dev.nettest.internal.time;

import dev.nettest.internal.sync.Callbacks;
import dev.nettest.internal.sync.ThreadTracking;
import dev.nettest.internal.util.Durations;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A virtual clock that also moves to its next timer whenever no registered thread can run. The thread that goes to
 * wait last moves it. A polling thread moves it if the threads that still count as runnable wait for something outside
 * the network.
 */
public final class SelfAdvancingClock extends VirtualClockImpl {

    /** In place of a value of {@link #changes}: no probe found the counted threads waiting. */
    private static final long UNPROVEN = -1;

    /** The horizon of a clock without one. A timer at the end of time never runs. */
    private static final long FARTHEST = Long.MAX_VALUE - 1;

    private final Map<ActivityTracker, IdleDetector> detectors = new ConcurrentHashMap<>();
    private final Poller poller =
            new Poller("nettest-clock-watch", this::isPollingWanted, this::probe, () -> !detectors.isEmpty());

    /** The last instant to which this clock moves by itself. */
    private final long horizon;

    /** The number of open participations. Guarded by {@link #lock}. */
    private int participations;

    /** How long, in real time, a thread may leave open whether it waits, before the waits on this clock fail. */
    private static final long UNKNOWABLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How many runnable threads waited outside the network at the last probe. Guarded by {@link #lock}. */
    private int waitingElsewhere;

    /** The value of {@link #changes} since {@link #unknowableSince}. Both are used by the polling thread only. */
    private long unknowableAt = UNPROVEN;

    private long unknowableSince;

    public SelfAdvancingClock() {
        this(FARTHEST);
    }

    /** @param horizon the last instant to which it moves by itself, in nanoseconds */
    public SelfAdvancingClock(long horizon) {
        this.horizon = Math.min(horizon, FARTHEST);
    }

    @Override
    public boolean isSelfAdvancing() {
        return true;
    }

    @Override
    public void join(ActivityTracker activity, IdleDetector detector) {
        detectors.put(activity, detector);
        super.join(activity, detector);
    }

    @Override
    void leave(ActivityTracker activity) {
        detectors.remove(activity);
        super.leave(activity);
        poller.networkClosed();
    }

    void participationOpened() {
        addParticipations(1);
    }

    void participationClosed() {
        addParticipations(-1);
    }

    private void addParticipations(int more) {
        lock.lock();
        try {
            participations += more;
        } finally {
            lock.unlock();
        }
    }

    /** True if a thread is registered with {@code participate()}. The clock stands otherwise. */
    public boolean hasParticipations() {
        lock.lock();
        try {
            return participations > 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Timer schedule(long instant, Runnable action) {
        Timer timer = super.schedule(instant, action);
        poller.start();
        return timer;
    }

    @Override
    public void checkMayWait(boolean counted) {
        if (!counted) {
            throw new IllegalStateException("the thread \""
                    + Thread.currentThread().getName()
                    + "\" is not registered, so it may not wait in a network on a self-advancing clock: time could"
                    + " overtake it; start it through network.executor() or network.threadFactory(), or register"
                    + " it with network.participate(), or let it join with NetworkConfig.Builder.joinThreads");
        }
    }

    @Override
    public void threadWaiting() {
        int left;
        boolean likely;
        lock.lock();
        try {
            countWaiting();
            left = runnable;
            likely = left <= waitingElsewhere;
        } finally {
            lock.unlock();
        }
        if (left == 0) {
            advanceIfQuiet(UNPROVEN, IdleDetector.ticket());
        } else if (likely) {
            poller.wake();
        } else {
            poller.start();
        }
    }

    /** Runs {@code setup} as if its thread were counted, so that the clock neither moves nor answers a query. */
    void whileStanding(Runnable setup) {
        threadRunnable();
        try {
            setup.run();
        } finally {
            lock.lock();
            try {
                countWaiting();
            } finally {
                lock.unlock();
            }
            if (isPollingWanted()) {
                poller.wake(); // this thread does not move the clock, since its caller may hold a lock
            }
        }
    }

    /** Threads that began to wait during the explicit move could not move the clock. */
    @Override
    void afterMove() {
        advanceIfQuiet(UNPROVEN, IdleDetector.ticket());
    }

    @Override
    boolean isBusyMoving() {
        if (super.isBusyMoving()) {
            return true;
        }
        lock.lock();
        try {
            TimerQueue.Entry first = timers.first();
            return participations > 0 && first != null && first.instant() <= nanos;
        } finally {
            lock.unlock();
        }
    }

    /** A clause for the failure of an await: why the clock did not reach {@code instant}; empty without a reason. */
    public String reasonItStood(long instant) {
        if (!hasParticipations()) {
            return "; the virtual clock stood, because no thread is registered with network.participate()";
        }
        String reason = reasonOfThreads();
        return reason.isEmpty() && instant > horizon && horizon < FARTHEST
                ? "; the virtual clock stood at its horizon of " + Durations.text(Duration.ofNanos(horizon))
                : reason;
    }

    /** Like {@link #reasonItStood}, but only for a registered thread that keeps the clock from moving. */
    public String reasonOfThreads() {
        BusyReason busy = QuiescenceProbe.busy(activities, ThreadTracking.current(), false);
        return busy == null ? "" : "; the virtual clock stood, because " + busy.describe();
    }

    // ---- polling

    ClockThread pollingThread() {
        return poller.thread();
    }

    /** Probes until the clock has answered the pending idle queries. */
    void startPolling() {
        poller.start();
    }

    private boolean isPollingWanted() {
        lock.lock();
        try {
            return nextTimer() != null || isIdleAwaited();
        } finally {
            lock.unlock();
        }
    }

    private boolean isIdleAwaited() {
        for (IdleDetector detector : detectors.values()) {
            if (detector.isAwaited()) {
                return true;
            }
        }
        return false;
    }

    private boolean probe() {
        long ticket = IdleDetector.ticket();
        long proof;
        int counted;
        lock.lock();
        try {
            proof = changes;
            counted = runnable;
        } finally {
            lock.unlock();
        }
        if (counted > 0) {
            BusyReason busy = busy(counted, null);
            if (busy != null) {
                failIfUnknowable(busy, proof);
                return false;
            }
            lock.lock();
            try {
                waitingElsewhere = counted;
            } finally {
                lock.unlock();
            }
        }
        return advanceIfQuiet(proof, ticket);
    }

    /**
     * Fails all waits if the clock will hardly ever move. A thread that only passes through a short wait outside the
     * network is counted soon after.
     */
    private void failIfUnknowable(BusyReason busy, long unchanged) {
        long now = System.nanoTime();
        if (!busy.isUnknowable()) {
            unknowableAt = UNPROVEN;
        } else if (unchanged != unknowableAt) {
            unknowableAt = unchanged;
            unknowableSince = now;
        } else if (now - unknowableSince >= UNKNOWABLE_NANOS) {
            unknowableAt = UNPROVEN;
            String reason = "the virtual clock cannot move: " + busy.describe();
            activities.forEach(activity -> activity.waits().fail(reason));
        }
    }

    /**
     * It stands until a thread acts if it has no timer, or if no thread is registered to move it. At the horizon it
     * waits for the test.
     */
    @Override
    boolean standsByItself() {
        return nextTimer() == null && !isHorizonNext() && !isIdleAwaited();
    }

    /** True if the next timer is beyond the horizon. The lock is held. */
    private boolean isHorizonNext() {
        TimerQueue.Entry first = timers.first();
        return participations > 0 && first != null && first.instant() > horizon && first.instant() <= FARTHEST;
    }

    // ---- moving

    /**
     * Moves the clock as long as no registered thread can run.
     *
     * @param proof the value of {@link #changes} for which a probe found all counted threads waiting, or
     *     {@link #UNPROVEN}
     * @param ticket the latest ticket, read before the probe
     * @return true if the clock moved, ran timers, or answered an idle query
     */
    private boolean advanceIfQuiet(long proof, long ticket) {
        boolean moved = false;
        do {
            if (moving.isHeldByCurrentThread() || !moving.tryLock()) {
                return moved; // the holder checks again after it has unlocked
            }
            try {
                if (step(proof, ticket)) {
                    moved = true;
                    while (step(UNPROVEN, IdleDetector.ticket())) {}
                }
            } finally {
                moving.unlock();
            }
        } while (mayMove());
        return moved;
    }

    private boolean mayMove() {
        lock.lock();
        try {
            return isQuiet(UNPROVEN) && (answerableDetector() != null || nextTimer() != null);
        } finally {
            lock.unlock();
        }
    }

    /**
     * One step: runs the due timers, or answers an idle query, or moves to the next timer and runs it. In this order,
     * because pending queries come before a move.
     */
    private boolean step(long proof, long ticket) {
        IdleDetector answered = null;
        long instant;
        lock.lock();
        try {
            if (!isQuiet(proof)) {
                return false;
            }
            TimerQueue.Entry next = nextTimer();
            if (next == null || next.instant() > nanos) {
                answered = answerableDetector();
            }
            if (answered == null) {
                if (next == null) {
                    return false;
                }
                nanos = Math.max(nanos, next.instant());
            }
            instant = nanos;
        } finally {
            lock.unlock();
        }
        if (answered != null) {
            answered.answer(ticket);
            return true;
        }
        for (TimerQueue.Entry due = pollDue(instant); due != null; due = pollDue(instant)) {
            Callbacks.runGuarded(due.action());
        }
        instantEnded();
        return true;
    }

    /** True if no registered thread can run. The lock is held. */
    private boolean isQuiet(long proof) {
        return (runnable == 0 || changes == proof) && !isAnyStarting();
    }

    /** The next timer up to the horizon; null while the clock stands. The lock is held. */
    private TimerQueue.@Nullable Entry nextTimer() {
        TimerQueue.Entry first = timers.first();
        return participations == 0 || first == null || first.instant() > horizon ? null : first;
    }

    private @Nullable IdleDetector answerableDetector() {
        for (IdleDetector detector : detectors.values()) {
            if (detector.isAnswerable()) {
                return detector;
            }
        }
        return null;
    }
}

package dev.nettest;

import dev.nettest.kernel.Callbacks;
import dev.nettest.kernel.Participant;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until the test moves it, or one that moves by itself while the networks on it are idle; for
 * blocking Java code.
 *
 * <p>Time moves in {@link #advance}, {@link #advanceToNext} and {@link #runUntilIdle}. They run the timers that become due on the calling
 * thread, in the order of their instants and, at the same instant, in the order in which they were scheduled; timers at the target
 * instant run too, and so do those that a timer schedules within the distance. After each instant they wait until none of the threads
 * that take part in a network on this clock can run any more (see {@link Network#awaitIdle()}), the calling one apart; of other threads
 * they know nothing, so that such a thread may still be on its way when they return.
 *
 * <p>A {@linkplain #selfAdvancing() self-advancing} clock moves in these, and besides whenever every thread that takes part waits: to the
 * next timer at once, whatever its distance. So blocking code with timeouts of minutes runs in no time. The thread that goes to wait
 * last runs the timers. It stands while no thread is {@linkplain Network#participate() registered}, and any thread that would wait
 * in a network on it without taking part gets an {@link IllegalStateException}: time could overtake it.
 *
 * <p>Any thread may look at the time and schedule; threads that move it take turns. A timer's action that moves the clock
 * gets an {@link IllegalStateException}.
 */
public final class VirtualClock implements NetworkClock {

    /** Where a clock starts: midnight UTC of the first day of 2000. */
    public static final Instant START = Instant.parse("2000-01-01T00:00:00Z");

    /** How long, in real seconds, threads may keep the clock waiting. */
    private static final long SETTLE_SECONDS = 30;

    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** In place of the number of changes at which it was proven that those who are counted wait elsewhere. */
    private static final long UNPROVEN = -1;

    private record Entry(long instant, long number, Runnable action) {}

    /** A set and not a heap, because most limits are cancelled before they pass. */
    private final TreeSet<Entry> timers =
            new TreeSet<>(Comparator.comparingLong(Entry::instant).thenComparingLong(Entry::number));

    private final ReentrantLock moving = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition settled = lock.newCondition();
    private long nanos;
    private long scheduled;
    private int runnable;

    private final boolean selfAdvancing;
    private final List<Activity> activities = new CopyOnWriteArrayList<>();
    private final Map<Activity, Idleness> idleness = new ConcurrentHashMap<>();
    private final Watch watch = new Watch("nettest-clock-watch", this::isWatchWanted, this::look);

    /** How often somebody was counted in or out. */
    private long changes;

    /** How many threads are registered. */
    private int registered;

    /** How many counted threads waited for something else than a network when it was last asked. */
    private int waitingElsewhere;

    /** A clock at {@link #START} with no timers, which only the test moves. */
    public VirtualClock() {
        this(false);
    }

    private VirtualClock(boolean selfAdvancing) {
        this.selfAdvancing = selfAdvancing;
    }

    /**
     * A clock at {@link #START} that moves to the next timer whenever the networks on it are idle:
     * {@code NetworkConfig.builder().clocks(VirtualClock::selfAdvancing)}.
     */
    public static VirtualClock selfAdvancing() {
        return new VirtualClock(true);
    }

    /** Whether it moves by itself. */
    public boolean isSelfAdvancing() {
        return selfAdvancing;
    }

    /**
     * Moves the time on by {@code duration}, running what becomes due.
     *
     * @throws IllegalArgumentException if {@code duration} is negative
     * @throws IllegalStateException if called from a timer's action
     * @throws AssertionError if a thread that takes part keeps running for 30 real seconds
     */
    public void advance(Duration duration) {
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

    /**
     * Moves the time on to the next timer's instant and runs what is due then.
     *
     * @return whether there was a timer
     */
    public boolean advanceToNext() {
        return move(() -> {
            settle();
            boolean ran = runInstant(Long.MAX_VALUE);
            settle();
            return ran;
        });
    }

    /** Runs timers, moving the time on to each, until there is none. Does not return while timers make new ones for ever. */
    public void runUntilIdle() {
        move(() -> {
            settle();
            while (runInstant(Long.MAX_VALUE)) {
                settle();
            }
            return true;
        });
    }

    @Override
    public long nanoTime() {
        lock.lock();
        try {
            return nanos;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Instant now() {
        return START.plusNanos(nanoTime());
    }

    @Override
    public Timer schedule(long instant, Runnable action) {
        Objects.requireNonNull(action, "action");
        lock.lock();
        try {
            Entry entry = new Entry(Math.max(instant, nanos), scheduled++, action);
            timers.add(entry);
            return () -> remove(entry);
        } finally {
            lock.unlock();
            if (selfAdvancing) {
                watch.start();
            }
        }
    }

    @Override
    public boolean isVirtual() {
        return true;
    }

    @Override
    public void checkMayWait(boolean counted) {
        if (selfAdvancing && !counted) {
            throw new IllegalStateException(
                    "the thread \""
                            + Thread.currentThread().getName()
                            + "\" would wait in a network whose clock moves by itself, which could not know that it can run; start it"
                            + " through network.executor() or network.threadFactory(), or register it with network.participate()");
        }
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
        int left;
        boolean likely;
        lock.lock();
        try {
            left = --runnable;
            changes++;
            likely = left <= waitingElsewhere;
            settled.signalAll();
        } finally {
            lock.unlock();
        }
        if (selfAdvancing) {
            if (left == 0) {
                moveByItself(UNPROVEN, Idleness.asked());
            } else if (likely) {
                watch.wake();
            } else {
                watch.start();
            }
        }
    }

    @Override
    public String toString() {
        return "virtual clock at " + Durations.text(Duration.ofNanos(nanoTime()));
    }

    private interface Move {
        boolean run();
    }

    private boolean move(Move move) {
        if (moving.isHeldByCurrentThread()) {
            throw new IllegalStateException("the clock cannot be moved by a timer's action while it moves");
        }
        boolean moved;
        moving.lock();
        try {
            moved = move.run();
        } finally {
            moving.unlock();
        }
        moveByItself(UNPROVEN, Idleness.asked()); // whoever came to wait meanwhile could not
        return moved;
    }

    // ---- by itself

    void join(Activity activity, Idleness idle) {
        idleness.put(activity, idle);
        activities.add(activity);
    }

    void leave(Activity activity) {
        if (idleness.remove(activity) != null) {
            activities.remove(activity);
        }
    }

    void registered(int more) {
        lock.lock();
        try {
            registered += more;
        } finally {
            lock.unlock();
        }
    }

    boolean hasRegistered() {
        lock.lock();
        try {
            return registered > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Whether another thread runs timers just now, or there are some that run before time moves on. */
    boolean isBusyMoving() {
        if (moving.isLocked() && !moving.isHeldByCurrentThread()) {
            return true;
        }
        lock.lock();
        try {
            return selfAdvancing && registered > 0 && !timers.isEmpty() && timers.first().instant <= nanos;
        } finally {
            lock.unlock();
        }
    }

    String whyItStood() {
        if (!hasRegistered()) {
            return "; the virtual clock stood, because no thread takes part by network.participate()";
        }
        Probe.Busy busy = Probe.busy(activities, Participant.current(), false);
        return busy == null ? "" : "; the virtual clock stood, because " + busy.describe();
    }

    Helper helper() {
        return watch.helper();
    }

    /** Somebody waits for something that may come about where nobody tells. */
    void watch() {
        watch.start();
    }

    private boolean isWatchWanted() {
        lock.lock();
        try {
            return selfAdvancing && ((registered > 0 && !timers.isEmpty()) || isIdleAwaited());
        } finally {
            lock.unlock();
        }
    }

    private boolean isIdleAwaited() {
        for (Idleness one : idleness.values()) {
            if (one.isAwaited()) {
                return true;
            }
        }
        return false;
    }

    private boolean look() {
        long asked = Idleness.asked();
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
            if (busy(counted, null) != null) {
                return false;
            }
            lock.lock();
            try {
                waitingElsewhere = counted;
            } finally {
                lock.unlock();
            }
        }
        return moveByItself(proof, asked);
    }

    /** @param counted how many threads can run, as this clock was told */
    private Probe.@Nullable Busy busy(int counted, @Nullable Participant except) {
        int known = 0;
        for (Activity activity : activities) {
            known += Activity.count(activity.state());
        }
        return known == counted ? Probe.busy(activities, except, false) : () -> "a thread is on its way";
    }

    /**
     * Moves while the networks are idle.
     *
     * @param proof the number of changes at which all that are counted were found waiting, or {@link #UNPROVEN}
     * @param asked the last question that was asked before they were
     * @return whether it moved, or told somebody who waited for it that a network is idle
     */
    private boolean moveByItself(long proof, long asked) {
        boolean moved = false;
        if (!selfAdvancing) {
            return false;
        }
        do {
            if (moving.isHeldByCurrentThread() || !moving.tryLock()) {
                return moved; // who has it looks again when it has left
            }
            try {
                if (step(proof, asked)) {
                    moved = true;
                    while (step(UNPROVEN, Idleness.asked())) {}
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
            return isStill(UNPROVEN) && (idleAwaited() != null || next() != null);
        } finally {
            lock.unlock();
        }
    }

    /** Runs what is due; else tells who waits for idleness; else moves to the next instant and runs what is due then. */
    private boolean step(long proof, long asked) {
        Idleness told = null;
        long instant;
        lock.lock();
        try {
            if (!isStill(proof)) {
                return false;
            }
            Entry first = next();
            if (first == null || first.instant > nanos) {
                told = idleAwaited();
            }
            if (told == null && first == null) {
                return false;
            }
            if (told == null && first != null) {
                nanos = Math.max(nanos, first.instant);
            }
            instant = nanos;
        } finally {
            lock.unlock();
        }
        if (told != null) {
            told.tell(asked);
            return true;
        }
        for (Entry due = pollUntil(instant); due != null; due = pollUntil(instant)) {
            Callbacks.runGuarded(due.action);
        }
        return true;
    }

    /** The lock is held. */
    private boolean isStill(long proof) {
        return (runnable == 0 || changes == proof) && !isAnyStarting();
    }

    /** The next timer, while the clock does not stand; an instant past the end of time is never. The lock is held. */
    private @Nullable Entry next() {
        return registered == 0 || timers.isEmpty() || timers.first().instant == Long.MAX_VALUE ? null : timers.first();
    }

    private @Nullable Idleness idleAwaited() {
        for (Idleness one : idleness.values()) {
            if (one.isAwaitedNow()) {
                return one;
            }
        }
        return null;
    }

    // ---- by hand

    /** Runs everything due at the earliest instant up to {@code target}, also what that schedules for the same instant. */
    private boolean runInstant(long target) {
        Entry entry = pollUntil(target);
        if (entry == null) {
            return false;
        }
        long instant = entry.instant;
        moveTo(instant);
        for (Entry due = entry; due != null; due = pollUntil(instant)) {
            due.action.run();
        }
        return true;
    }

    private @Nullable Entry pollUntil(long target) {
        lock.lock();
        try {
            return timers.isEmpty() || timers.first().instant > target ? null : timers.pollFirst();
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

    private void remove(Entry entry) {
        lock.lock();
        try {
            timers.remove(entry);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nobody who takes part can run, this thread apart. */
    private void settle() {
        Participant self = Participant.current();
        int own = own(self);
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
                throw new AssertionError("interrupted while threads that take part were running", e);
            } finally {
                lock.unlock();
            }
            Probe.Busy busy = busy(counted, self);
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

    private boolean isAnyStarting() {
        for (Activity activity : activities) {
            if (activity.isAnyStarting()) {
                return true;
            }
        }
        return false;
    }

    /** How often {@code self} is counted here. */
    private int own(@Nullable Participant self) {
        int own = 0;
        if (self != null) {
            for (Activity activity : activities) {
                Member member = activity.of(self);
                own += member != null && member.isRunning() ? 1 : 0;
            }
        }
        return own;
    }
}

package dev.nettest;

import dev.nettest.kernel.CountedThread;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until the test moves it, for blocking Java code.
 *
 * <p>Time moves in {@link #advance}, {@link #advanceToNext} and {@link #runUntilIdle}, and nowhere else. They run the timers that
 * become due on the calling thread, in the order of their instants and, at the same instant, in the order in which they were
 * scheduled; timers at the target instant run too, and so do those that a timer schedules within the distance. After each
 * instant they wait until none of the threads of {@link Network#executor()} can run any more; of other threads they know
 * nothing, so that such a thread may still be on its way when they return.
 *
 * <p>Any thread may look at the time and schedule; threads that move it take turns. A timer's action that moves the clock
 * gets an {@link IllegalStateException}.
 */
public final class VirtualClock implements NetworkClock {

    /** Where a clock starts: midnight UTC of the first day of 2000. */
    public static final Instant START = Instant.parse("2000-01-01T00:00:00Z");

    /** How long, in real seconds, counted threads may keep the clock waiting. */
    private static final long SETTLE_SECONDS = 30;

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

    /** A clock at {@link #START} with no timers. */
    public VirtualClock() {}

    /**
     * Moves the time on by {@code duration}, running what becomes due.
     *
     * @throws IllegalArgumentException if {@code duration} is negative
     * @throws IllegalStateException if called from a timer's action
     * @throws AssertionError if a counted thread keeps running for 30 real seconds
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
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void threadWaiting() {
        lock.lock();
        try {
            runnable--;
            settled.signalAll();
        } finally {
            lock.unlock();
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
        moving.lock();
        try {
            return move.run();
        } finally {
            moving.unlock();
        }
    }

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

    private void settle() {
        int self = Thread.currentThread() instanceof CountedThread ? 1 : 0;
        long left = TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
        lock.lock();
        try {
            while (runnable > self) {
                if (left <= 0) {
                    throw new AssertionError("the clock cannot move: " + (runnable - self)
                            + " thread(s) of network.executor() did not come to wait in the network within "
                            + SETTLE_SECONDS + " s");
                }
                left = settled.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while counted threads were running", e);
        } finally {
            lock.unlock();
        }
    }
}

package dev.nettest.kernel;

import dev.nettest.kernel.Verdict.Effect;
import org.jspecify.annotations.Nullable;

/**
 * The pending verdict of one operation of one end. Decided outside the lock when the operation before it completes, or
 * when a fault comes or goes; until then the operation is not ready. So a fault acts on readiness, not on attempts: a
 * selector and a coroutine meet it as a blocked thread does, and an attempt that would wait consumes nothing.
 */
public final class Gate {

    private final Pollable pollable;
    private final Judge judge;
    private final Timers timers;

    private long number = 1;
    private long offset;
    private @Nullable Verdict verdict;

    /** Tells one verdict's timers from the next one's. */
    private long epoch;

    private boolean judging;

    /** The instant of the timer that has it judged anew, so that not every operation makes another one. */
    private long rejudgedAt = Timers.NEVER;

    private boolean stale;
    private boolean heldUpSomeone;
    private @Nullable Verdict acted;

    /** Whether the delay of the verdict runs. */
    private boolean delaying;

    /** Whose delay the operation has behind it, so that judging it anew half-way does not delay it again. */
    private Verdict.@Nullable Source served;

    /** Whether it stands in a chain of gates to settle, and which comes after it there. */
    private boolean chained;

    private @Nullable Gate next;

    private Gate(Pollable pollable, Judge judge, Timers timers) {
        this.pollable = pollable;
        this.judge = judge;
        this.timers = timers;
    }

    /** A gate that asks {@code judge}: a new one, or {@code existing}, which then has to be judged anew. */
    static Gate renewed(@Nullable Gate existing, Pollable pollable, Judge judge, Timers timers) {
        pollable.monitor.gated = true;
        if (existing == null) {
            return new Gate(pollable, judge, timers);
        }
        existing.invalidate();
        return existing;
    }

    /** The verdict that made the last {@link Outcome#FAULT}. Read before the lock is left. */
    @Nullable
    Verdict acted() {
        return acted;
    }

    /** An attempt begins. */
    void begin() {
        acted = null;
    }

    /** The effect to carry out now; STALL also stands for "not decided yet" and "delayed still". */
    Effect effect() {
        if (verdict == null) {
            return Effect.STALL;
        }
        return switch (verdict.effect()) {
            case DELAY -> verdict.source() == served ? Effect.PASS : Effect.STALL;
            default -> verdict.effect();
        };
    }

    boolean isAfterBuffered() {
        return verdict != null && verdict.afterBuffered();
    }

    /** The most bytes that the operation may move now. */
    int most(int wanted) {
        Verdict now = verdict;
        if (now == null) {
            return 0;
        }
        long most = Math.min(wanted, now.limit());
        return (int) (now.effect() == Effect.SLICE ? Math.min(most, now.amount()) : most);
    }

    long dice() {
        return amount();
    }

    long amount() {
        return verdict == null ? 0 : verdict.amount();
    }

    /** Somebody wants to proceed, or waits for that and could, and is held up. */
    void heldUp() {
        if (verdict != null && verdict.effect() == Effect.STALL && !heldUpSomeone) {
            heldUpSomeone = true;
            verdict.fire();
        }
    }

    /** The operation failed or ended by the fault. */
    int act(int outcome) {
        acted = verdict;
        fire();
        next(0);
        return outcome;
    }

    /** The operation moved {@code bytes} and is complete. */
    void completed(long bytes) {
        if (verdict != null && verdict.effect() != Effect.PASS && !verdict.afterBuffered()) {
            fire();
        }
        if (verdict != null && verdict.afterBuffered()) {
            moved(bytes); // what was buffered came first; the verdict stands
        } else {
            next(bytes);
        }
    }

    /** The operation moved {@code bytes} and is not complete. */
    void moved(long bytes) {
        offset += bytes;
        Verdict now = verdict;
        if (now != null && now.limit() != Long.MAX_VALUE && bytes > 0) {
            invalidate();
        }
    }

    /** Bytes that were read went back in front of what is queued. */
    void takenBack(long bytes) {
        offset -= bytes;
        invalidate();
    }

    /** A fault came or went. */
    void invalidate() {
        verdict = null;
        epoch++;
        delaying = false;
        heldUpSomeone = false;
        stale = judging;
    }

    private void next(long bytes) {
        number++;
        offset += bytes;
        served = null;
        invalidate();
    }

    private void fire() {
        if (verdict != null) {
            verdict.fire();
        }
    }

    /** Chains this gate if it must be judged, or its delay must start, once the lock is free. */
    @Nullable
    Gate chainIfDue(@Nullable Gate rest, boolean couldProceed) {
        boolean due = verdict == null ? !judging : delayIsDue(verdict) && couldProceed;
        if (!due || chained) {
            return rest;
        }
        chained = true;
        next = rest;
        return this;
    }

    /** Outside the lock. */
    static void settleAll(@Nullable Gate chain) {
        for (Gate gate = chain; gate != null; ) {
            Gate rest = gate.next;
            gate.settle();
            gate = rest;
        }
    }

    private void settle() {
        Monitor monitor = pollable.monitor;
        monitor.lock();
        chained = false;
        Verdict decided = verdict;
        if (decided == null && !judging) {
            judge(monitor);
        } else if (decided != null && delayIsDue(decided)) {
            delaying = true;
            long current = epoch;
            monitor.unlock();
            timers.schedule(
                    Timers.deadline(timers.now(), decided.amount()),
                    () -> whileStill(current, () -> served = decided.source()));
        } else {
            monitor.unlock();
        }
    }

    /** Entered with the lock, left without it. */
    private void judge(Monitor monitor) {
        judging = true;
        stale = false;
        long currentNumber = number;
        long currentOffset = offset;
        monitor.unlock();
        Verdict judged = judge.judge(currentNumber, currentOffset);
        monitor.lock();
        judging = false;
        long rejudgeAt = judged.rejudgeAt();
        boolean newTimer = !stale && rejudgeAt != Timers.NEVER && rejudgeAt != rejudgedAt;
        if (!stale) {
            verdict = judged;
        }
        if (newTimer) {
            rejudgedAt = rejudgeAt;
        }
        monitor.leave(); // where it went stale meanwhile, this settles it again
        if (newTimer) {
            timers.schedule(rejudgeAt, () -> rejudge(rejudgeAt));
        }
    }

    private void rejudge(long instant) {
        pollable.monitor.lock();
        if (rejudgedAt == instant) {
            rejudgedAt = Timers.NEVER;
        }
        if (verdict == null || verdict.rejudgeAt() <= instant) {
            invalidate();
        }
        pollable.monitor.leave();
    }

    private boolean delayIsDue(Verdict decided) {
        return decided.effect() == Effect.DELAY && decided.source() != served && !delaying;
    }

    private void whileStill(long expected, Runnable change) {
        pollable.monitor.lock();
        if (epoch == expected) {
            change.run();
        }
        pollable.monitor.leave();
    }
}

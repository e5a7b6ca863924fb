package dev.nettest.internal.fault;

import dev.nettest.internal.sync.Deferred;
import dev.nettest.internal.sync.DeferredTimer;
import dev.nettest.internal.sync.Monitor;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.Pollable;
import dev.nettest.internal.sync.Timers;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on the next operation of one kind at one endpoint. It is evaluated outside the lock when the preceding
 * operation completes, or when a fault is installed or uninstalled. Until then the operation is not ready. So a fault
 * acts on readiness, not on attempts: a selector and a coroutine meet it like a blocked thread, and an attempt that
 * would wait consumes nothing.
 */
public final class PendingVerdict extends Deferred {

    private final Pollable pollable;
    private final FaultEvaluator evaluator;
    private final Timers timers;

    /** The number of the next operation. */
    private long number = 1;

    /** Bytes moved so far. */
    private long offset;

    /** Null until the next operation is evaluated. */
    private @Nullable Verdict verdict;

    /** Distinguishes the delay of one verdict from that of the next. */
    private long epoch;

    private boolean evaluating;

    /** True if the evaluation in progress was invalidated. */
    private boolean stale;

    private final VerdictTimer timer;

    private boolean blockedReported;
    private @Nullable Verdict acted;

    /** True while the delay of the verdict runs. */
    private boolean delaying;

    /** The end of this delay, once it is known. */
    private long delayedUntil = Timers.NEVER;

    /** The fault whose delay this operation has served. A reevaluation does not delay the operation again. */
    private @Nullable InstalledFault delayServed;

    /** True if it is in a chain of deferred work. */
    private boolean chained;

    private PendingVerdict(Pollable pollable, FaultEvaluator evaluator, Timers timers) {
        this.pollable = pollable;
        this.evaluator = evaluator;
        this.timers = timers;
        this.timer = new VerdictTimer();
    }

    /**
     * Returns {@code existing}, invalidated, or a new one if it is null. The evaluator of an endpoint is always the
     * same.
     */
    public static PendingVerdict reevaluated(
            @Nullable PendingVerdict existing, Pollable pollable, FaultEvaluator evaluator, Timers timers) {
        pollable.monitor.enableDeferred();
        if (existing == null) {
            return new PendingVerdict(pollable, evaluator, timers);
        }
        existing.invalidate();
        return existing;
    }

    /** The verdict behind the last {@link Outcome#FAULT}. Read it before the lock is released. */
    @Nullable
    public Verdict acted() {
        return acted;
    }

    /** An attempt at the operation begins. */
    public void begin() {
        acted = null;
    }

    /** The effect to carry out now; STALL if the verdict is not evaluated yet or its delay runs. */
    public Effect effect() {
        if (verdict == null) {
            return Effect.STALL;
        }
        return switch (verdict.effect()) {
            case DELAY -> verdict.source() == delayServed ? Effect.PASS : Effect.STALL;
            default -> verdict.effect();
        };
    }

    public boolean isAfterBuffered() {
        return verdict != null && verdict.afterBuffered();
    }

    /** The most bytes that the operation may move now. */
    public int limit(int wanted) {
        Verdict now = verdict;
        if (now == null) {
            return 0;
        }
        long most = Math.min(wanted, now.limit());
        return (int) (now.effect() == Effect.SLICE ? Math.min(most, now.sliceSize()) : most);
    }

    /** The random bits of {@link Effect#CORRUPT}. */
    public long random() {
        return decided().random();
    }

    /** The additional datagrams of {@link Effect#DUPLICATE}. */
    public long duplicates() {
        return decided().duplicates();
    }

    /** The number of datagrams that overtake the one of {@link Effect#REORDER}. */
    public long reorderDistance() {
        return decided().reorderDistance();
    }

    private Verdict decided() {
        return Objects.requireNonNull(verdict, "verdict");
    }

    /** A caller attempts the operation, or waits for it, and only the verdict blocks it. */
    public void onBlocked() {
        if (verdict != null && verdict.effect() == Effect.STALL && !blockedReported) {
            blockedReported = true;
            verdict.fire();
        }
    }

    /** The fault ended the operation. Returns {@code outcome}. */
    public int failWith(int outcome) {
        acted = verdict;
        fire();
        nextOperation(0);
        return outcome;
    }

    /** The operation completed after it moved {@code bytes}. */
    public void completed(long bytes) {
        if (verdict != null && verdict.effect() != Effect.PASS && !verdict.afterBuffered()) {
            fire();
        }
        if (verdict != null && verdict.afterBuffered()) {
            moved(bytes); // buffered data comes first; the verdict stays
        } else {
            nextOperation(bytes);
        }
    }

    /** The operation moved {@code bytes} and continues. */
    public void moved(long bytes) {
        offset += bytes;
        Verdict now = verdict;
        if (now != null && now.limit() != Long.MAX_VALUE && bytes > 0) {
            invalidate();
        }
    }

    /** {@code bytes} that were read were put back at the head of the queue. */
    public void onUnread(long bytes) {
        offset -= bytes;
        invalidate();
    }

    private void invalidate() {
        verdict = null;
        epoch++;
        delaying = false;
        delayedUntil = Timers.NEVER;
        blockedReported = false;
        stale = evaluating;
    }

    private void nextOperation(long bytes) {
        number++;
        offset += bytes;
        delayServed = null;
        invalidate();
    }

    private void fire() {
        if (verdict != null) {
            verdict.fire();
        }
    }

    /** Adds this to {@code chain} if it must be evaluated, or its delay must start, after the lock is released. */
    public @Nullable Deferred chainIfDue(@Nullable Deferred chain, boolean couldProceed) {
        Deferred rest = timer.chainIfDue(chain);
        boolean due = verdict == null ? !evaluating && !pollable.isOver() : delayIsDue(verdict) && couldProceed;
        if (!due || chained) {
            return rest;
        }
        chained = true;
        return before(rest);
    }

    @Override
    protected void run() {
        Monitor monitor = pollable.monitor;
        monitor.lock();
        chained = false;
        Verdict decided = verdict;
        if (decided == null && !evaluating) {
            evaluate(monitor);
        } else if (decided != null && delayIsDue(decided)) {
            startDelay(monitor, decided);
        } else {
            monitor.unlock();
        }
    }

    /** Called with the lock held; releases it. */
    private void startDelay(Monitor monitor, Verdict decided) {
        delaying = true;
        long current = epoch;
        monitor.unlock();
        long end = Timers.deadline(timers.now(), decided.delayNanos());
        monitor.lock();
        if (epoch == current) {
            delayedUntil = end;
        }
        monitor.leave(); // starts the timer
    }

    /** Called with the lock held; releases it. */
    private void evaluate(Monitor monitor) {
        evaluating = true;
        stale = false;
        long currentNumber = number;
        long currentOffset = offset;
        monitor.unlock();
        Verdict evaluated = evaluator.evaluate(currentNumber, currentOffset);
        monitor.lock();
        evaluating = false;
        if (!stale) {
            verdict = evaluated;
        }
        monitor.leave(); // evaluates again if the verdict is stale
    }

    private boolean delayIsDue(Verdict decided) {
        return decided.effect() == Effect.DELAY && decided.source() != delayServed && !delaying;
    }

    /** Ends the delay of the verdict, or has it reevaluated. No timer outlives the endpoint or the fault. */
    private final class VerdictTimer extends DeferredTimer {

        VerdictTimer() {
            super(pollable.monitor, timers);
        }

        @Override
        protected long wantedAt() {
            if (pollable.isOver()) {
                return Timers.NEVER;
            }
            Verdict now = verdict;
            return now == null ? armedAt() : Math.min(delayedUntil, now.reevaluateAt()); // armed once for many verdicts
        }

        @Override
        protected void onDue(long due) {
            Verdict now = verdict;
            if (now == null) {
                invalidate();
                return;
            }
            if (delayedUntil <= due) {
                delayServed = now.source();
                delayedUntil = Timers.NEVER;
            }
            if (now.reevaluateAt() <= due) {
                invalidate();
            }
        }
    }
}

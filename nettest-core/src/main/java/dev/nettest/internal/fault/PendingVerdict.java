package dev.nettest.internal.fault;

import dev.nettest.internal.sync.Deferred;
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

    /** Distinguishes the timers of one verdict from those of the next. */
    private long epoch;

    private boolean evaluating;

    /** True if the evaluation in progress was invalidated. */
    private boolean stale;

    /** The time of the armed reevaluation timer. It prevents one timer per operation. */
    private long reevaluationArmedAt = Timers.NEVER;

    private boolean blockedReported;
    private @Nullable Verdict acted;

    /** True while the delay of the verdict runs. */
    private boolean delaying;

    /** The fault whose delay this operation has served. A reevaluation does not delay the operation again. */
    private @Nullable InstalledFault delayServed;

    /** True if it is in a chain of deferred work. */
    private boolean chained;

    private PendingVerdict(Pollable pollable, FaultEvaluator evaluator, Timers timers) {
        this.pollable = pollable;
        this.evaluator = evaluator;
        this.timers = timers;
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

    /** True if a stall is due. {@link #effect()} is STALL for other reasons too. */
    public boolean isStalling() {
        return verdict != null && verdict.effect() == Effect.STALL;
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
        if (verdict != null && isStalling() && !blockedReported) {
            blockedReported = true;
            verdict.fire();
        }
    }

    /** A caller attempts the operation, and the verdict blocks it. Returns {@link Outcome#BLOCKED}. */
    public int blocked() {
        onBlocked();
        return Outcome.BLOCKED;
    }

    /** The fault ended the operation. Returns {@code outcome}. */
    public int failWith(int outcome) {
        acted = verdict;
        fire();
        nextOperation(0);
        return outcome;
    }

    /** The operation completed after it moved {@code bytes}. A stall that has ended did not act on it again. */
    public void completed(long bytes) {
        if (verdict != null
                && verdict.effect() != Effect.PASS
                && verdict.effect() != Effect.STALL
                && !verdict.afterBuffered()) {
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
        boolean due = verdict == null ? !evaluating : delayIsDue(verdict) && couldProceed;
        if (!due || chained) {
            return chain;
        }
        chained = true;
        return before(chain);
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
            delaying = true;
            long current = epoch;
            monitor.unlock();
            timers.schedule(Timers.deadline(timers.now(), decided.delayNanos()), () -> delayElapsed(current, decided));
        } else {
            monitor.unlock();
        }
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
        long reevaluateAt = evaluated.reevaluateAt();
        boolean newTimer = !stale && reevaluateAt != Timers.NEVER && reevaluateAt != reevaluationArmedAt;
        if (!stale) {
            verdict = evaluated;
        }
        if (newTimer) {
            reevaluationArmedAt = reevaluateAt;
        }
        monitor.leave(); // evaluates again if the verdict is stale
        if (newTimer) {
            timers.schedule(reevaluateAt, () -> reevaluate(reevaluateAt));
        }
    }

    private void reevaluate(long time) {
        pollable.monitor.lock();
        if (reevaluationArmedAt == time) {
            reevaluationArmedAt = Timers.NEVER;
        }
        if (verdict == null || verdict.reevaluateAt() <= time) {
            invalidate();
        }
        pollable.monitor.leave();
    }

    private boolean delayIsDue(Verdict decided) {
        return decided.effect() == Effect.DELAY && decided.source() != delayServed && !delaying;
    }

    private void delayElapsed(long delayedEpoch, Verdict delayed) {
        pollable.monitor.lock();
        if (epoch == delayedEpoch) {
            delayServed = delayed.source();
        }
        pollable.monitor.leave();
    }
}

package dev.nettest.internal.fault;

import dev.nettest.internal.sync.Deferred;
import dev.nettest.internal.sync.DeferredTimer;
import dev.nettest.internal.sync.Monitor;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.Pollable;
import dev.nettest.internal.sync.Timers;
import java.util.Objects;
import java.util.function.IntSupplier;
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
    private final OperationCount count;

    private @Nullable Verdict acted;

    /** True while the delay of the verdict runs. */
    private boolean delaying;

    /** The end of this delay, once it is known. */
    private long delayedUntil = Timers.NEVER;

    /** The fault whose delay this operation has served. A reevaluation does not delay the operation again. */
    private @Nullable InstalledFault delayServed;

    /**
     * The length of the next datagram, if a predicate may ask for it; negative while there is none, and the evaluation
     * waits. Null if no length is needed.
     */
    private @Nullable IntSupplier length;

    /** The pace of the last fault that let bytes drip; null before the first. */
    private @Nullable Drip drip;

    /** True if it is in a chain of deferred work. */
    private boolean chained;

    private PendingVerdict(Pollable pollable, FaultEvaluator evaluator, Timers timers) {
        this.pollable = pollable;
        this.evaluator = evaluator;
        this.timers = timers;
        this.timer = new VerdictTimer();
        this.count = new OperationCount(evaluator.caller());
    }

    /**
     * Returns {@code existing}, invalidated, or a new one if it is null. The evaluator of an endpoint is always the
     * same.
     */
    public static PendingVerdict reevaluated(
            @Nullable PendingVerdict existing, Pollable pollable, FaultEvaluator evaluator, Timers timers) {
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

    /** Evaluates each operation once {@code source} gives its length; null evaluates it in advance. */
    public PendingVerdict lengthFrom(@Nullable IntSupplier source) {
        length = source;
        return this;
    }

    private boolean awaitsLength() {
        return length != null && length.getAsInt() < 0;
    }

    /** An attempt at the operation begins. */
    public void begin() {
        acted = null;
    }

    /**
     * The effect to carry out now; STALL if the verdict is not evaluated yet, its delay runs, or the next period of a
     * drip has not begun.
     */
    public Effect effect() {
        Verdict now = verdict;
        if (now == null) {
            return awaitsLength() ? Effect.PASS : Effect.STALL;
        }
        if (now.delayedBy() != delayServed(now)) {
            return Effect.STALL;
        }
        return isPaused(now) ? Effect.STALL : now.effect();
    }

    /** The effect once the delay has passed. Lets the caller tell if an operation could proceed. */
    public Effect result() {
        return verdict == null ? Effect.PASS : verdict.effect();
    }

    /** True if the operation fails once a delay has passed, whatever is buffered. */
    public boolean failsAtOnce() {
        return result() == Effect.FAIL && !isAfterBuffered();
    }

    /** True if a stall is due. {@link #effect()} is STALL for other reasons too. */
    public boolean isStalling() {
        return verdict != null && verdict.effect() == Effect.STALL;
    }

    /** The fault that makes the operation wait now, by a stall, a delay or a drip. Null if there is none. */
    public @Nullable InstalledFault heldBy() {
        Verdict now = verdict;
        return now == null ? null : now.heldBy(isDelaying(now), isPaused(now));
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
        Drip pace = drip(now);
        long most = Math.min(now.sliceSize(), pace == null ? Long.MAX_VALUE : pace.left(timers.now()));
        return (int) Math.min(wanted, Math.min(most, now.limit()));
    }

    /** True if a blocking operation continues at once after it moved as many bytes as it may. */
    public boolean isSliced() {
        return verdict != null && verdict.sliceSize() != Long.MAX_VALUE;
    }

    public boolean corrupts() {
        return verdict != null && verdict.corrupts();
    }

    /** The verdict, which the caller knows to be decided; it has the arguments of the effects. */
    public Verdict decided() {
        return Objects.requireNonNull(verdict, "verdict");
    }

    /** A caller attempts the operation, or waits for it, and only the verdict blocks it. */
    public void onBlocked() {
        Verdict now = verdict;
        if (now == null) {
            return;
        }
        if (isStalling()) {
            count.stall(now);
        }
        if (isDelaying(now)) {
            count.delay(now);
        }
        if (isPaused(now)) {
            count.bytes(now);
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
        if (acted != null) {
            count.all(acted);
        }
        nextOperation(0);
        return outcome;
    }

    /** The operation completed after it moved {@code bytes}. A stall that has ended did not act on it again. */
    public void completed(long bytes) {
        if (verdict != null && verdict.effect() != Effect.STALL && !verdict.afterBuffered()) {
            count.result(verdict);
            count.bytes(verdict);
        }
        if (verdict != null && verdict.afterBuffered()) {
            moved(bytes); // buffered data comes first; the verdict stays
        } else {
            drip(bytes);
            nextOperation(bytes);
        }
    }

    /** The operation moved {@code bytes} and continues. */
    public void moved(long bytes) {
        drip(bytes);
        offset += bytes;
        Verdict now = verdict;
        if (now != null && bytes > 0) {
            count.bytes(now); // the operation may never complete
        }
        if (now != null && now.limit() != Long.MAX_VALUE && bytes > 0) {
            invalidate();
        }
    }

    /** {@code bytes} that were read were put back at the head of the queue. */
    public void onUnread(long bytes) {
        offset -= bytes;
        if (drip != null) {
            drip.putBack(bytes);
        }
        invalidate();
    }

    private void drip(long bytes) {
        Drip pace = verdict == null || bytes == 0 ? null : drip(verdict);
        if (pace != null) {
            pace.moved(bytes, timers.now());
        }
    }

    /** True if the delay of {@code decided} runs now. */
    private boolean isDelaying(Verdict decided) {
        return delaying && decided.delayedBy() != delayServed(decided);
    }

    /** True until the next period of a drip begins. */
    private boolean isPaused(Verdict decided) {
        Drip pace = drip(decided);
        return pace != null && pace.isExhausted();
    }

    /** The pace of the fault of {@code decided} that lets bytes drip; null if there is none. */
    private @Nullable Drip drip(Verdict decided) {
        InstalledFault fault = decided.drip();
        if (fault != null && (drip == null || !drip.isOf(fault))) {
            drip = new Drip(fault);
        }
        return fault == null ? null : drip;
    }

    private void invalidate() {
        verdict = null;
        count.invalidated();
        epoch++;
        delaying = false;
        delayedUntil = Timers.NEVER;
        stale = evaluating;
    }

    private void nextOperation(long bytes) {
        number++;
        offset += bytes;
        delayServed = null;
        count.next();
        invalidate();
    }

    /** Adds this to {@code chain} if it must be evaluated, or its delay must start, after the lock is released. */
    public @Nullable Deferred chainIfDue(@Nullable Deferred chain, boolean couldProceed) {
        Deferred rest = timer.chainIfDue(chain);
        boolean due = verdict == null ? isEvaluationDue() : delayIsDue(verdict) && couldProceed;
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
        if (isEvaluationDue()) {
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
        int currentLength = length == null ? FaultEvaluator.UNKNOWN : length.getAsInt();
        monitor.unlock();
        Verdict evaluated = evaluator.evaluate(currentNumber, currentOffset, currentLength);
        monitor.lock();
        evaluating = false;
        if (!stale) {
            verdict = evaluated;
        }
        monitor.leave(); // evaluates again if the verdict is stale
    }

    private boolean isEvaluationDue() {
        return verdict == null && !evaluating && !awaitsLength() && !pollable.isOver();
    }

    private boolean delayIsDue(Verdict decided) {
        return decided.delayedBy() != delayServed(decided) && !delaying;
    }

    /** The fault whose delay was served, if it is that of {@code decided}; null also if nothing delays. */
    private @Nullable InstalledFault delayServed(Verdict decided) {
        return decided.delayedBy() == null ? null : delayServed;
    }

    /**
     * Ends a delay, begins the next period of a drip, or has the verdict reevaluated. No timer outlives the endpoint or
     * the fault.
     */
    private final class VerdictTimer extends DeferredTimer {

        VerdictTimer() {
            super(pollable.monitor, timers);
        }

        @Override
        protected long wantedAt() {
            if (pollable.isOver() || awaitsLength()) {
                return Timers.NEVER;
            }
            Verdict now = verdict;
            if (now == null) {
                return armedAt(); // armed once for many verdicts
            }
            Drip pace = drip(now);
            long nextPeriod = pace == null ? Timers.NEVER : pace.nextPeriod();
            return Math.min(nextPeriod, Math.min(delayedUntil, now.reevaluateAt()));
        }

        @Override
        protected void onDue(long due) {
            if (drip != null) {
                drip.begin(due);
            }
            Verdict now = verdict;
            if (now == null) {
                invalidate();
                return;
            }
            if (delayedUntil <= due) {
                delayServed = now.delayedBy();
                delayedUntil = Timers.NEVER;
            }
            if (now.reevaluateAt() <= due) {
                invalidate();
            }
        }
    }
}

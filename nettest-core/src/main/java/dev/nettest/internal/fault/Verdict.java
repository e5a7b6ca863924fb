package dev.nettest.internal.fault;

import dev.nettest.internal.sync.Timers;
import org.jspecify.annotations.Nullable;

/**
 * The decision of a {@link FaultEvaluator} about one operation, made before the operation happens: at most one fault
 * for each {@link Effect.Aspect}. Immutable.
 */
public final class Verdict {

    /** No fault acts, now or later. */
    public static final Verdict PASS = new Verdict(null, null, null, null, Long.MAX_VALUE, Timers.NEVER);

    private final @Nullable Hit result;
    private final @Nullable Hit time;
    private final @Nullable Hit amount;
    private final @Nullable Hit content;
    private final long limit;
    private final long reevaluateAt;

    /**
     * @param result the fault that decides the result
     * @param time the fault that delays the operation
     * @param amount the fault that limits its bytes
     * @param content the fault that corrupts them
     */
    Verdict(
            @Nullable Hit result,
            @Nullable Hit time,
            @Nullable Hit amount,
            @Nullable Hit content,
            long limit,
            long reevaluateAt) {
        this.result = result;
        this.time = time;
        this.amount = amount;
        this.content = content;
        this.limit = limit;
        this.reevaluateAt = reevaluateAt;
    }

    /**
     * A fault whose trigger chose an operation.
     *
     * @param random the random bits of {@link Effect#CORRUPT}
     * @param predicateFailure the exception of the fault's predicate, which then fails the operation; otherwise null
     */
    record Hit(InstalledFault fault, long random, @Nullable Throwable predicateFailure) {

        Effect effect() {
            return predicateFailure == null ? fault.spec().effect() : Effect.FAIL;
        }

        boolean isAfterBuffered() {
            return fault.spec().trigger().afterBuffered();
        }

        long argument() {
            return fault.spec().argument();
        }
    }

    /** No fault acts, until {@code limit} bytes have moved or {@code reevaluateAt} is reached. */
    static Verdict pass(long limit, long reevaluateAt) {
        return limit == Long.MAX_VALUE && reevaluateAt == Timers.NEVER
                ? PASS
                : new Verdict(null, null, null, null, limit, reevaluateAt);
    }

    /**
     * The effect that decides the result, or {@code PASS}. Never {@code REFUSE}, {@code UNREACHABLE} or
     * {@code TIMEOUT}: those are {@code FAIL} here. A delay, a limit and a corruption are asked for separately.
     */
    public Effect effect() {
        return result == null ? Effect.PASS : result.effect().toVerdict();
    }

    /** The fault that delays the operation; null for none. */
    @Nullable
    InstalledFault delayedBy() {
        return time == null ? null : time.fault();
    }

    /** The delay of the operation in nanoseconds; -1 for none. */
    public long delayNanos() {
        return time == null ? -1 : time.argument();
    }

    /** The most bytes that one operation moves by {@link Effect#SLICE}; {@link Long#MAX_VALUE} for any number. */
    long sliceSize() {
        return amount != null && amount.effect() == Effect.SLICE ? amount.argument() : Long.MAX_VALUE;
    }

    /** The fault that lets the bytes drip; null for none. */
    @Nullable
    InstalledFault drip() {
        return amount != null && amount.effect() == Effect.DRIP ? amount.fault() : null;
    }

    boolean corrupts() {
        return content != null;
    }

    /** The fault that limits the bytes; null for none. */
    @Nullable
    InstalledFault limitedBy() {
        return amount == null ? null : amount.fault();
    }

    /** The fault that corrupts the bytes; null for none. */
    @Nullable
    InstalledFault corruptedBy() {
        return content == null ? null : content.fault();
    }

    /** The random bits that choose the inverted bit of {@link Effect#CORRUPT}. */
    public long random() {
        if (content == null) {
            throw new IllegalStateException("the random bits of a corruption were asked of " + this);
        }
        return content.random();
    }

    /** The additional datagrams of {@link Effect#DUPLICATE}. */
    public long duplicates() {
        return argumentOf(Effect.DUPLICATE);
    }

    /** The number of datagrams that overtake the one of {@link Effect#REORDER}. */
    public long reorderDistance() {
        return argumentOf(Effect.REORDER);
    }

    private long argumentOf(Effect expected) {
        if (result == null || result.effect() != expected) {
            throw new IllegalStateException("the argument of " + expected + " was asked of " + this);
        }
        return result.argument();
    }

    /** The bytes that may move before the next evaluation; {@link Long#MAX_VALUE} for any number. */
    long limit() {
        return limit;
    }

    /** The time of the next evaluation, or {@link Timers#NEVER}. */
    long reevaluateAt() {
        return reevaluateAt;
    }

    /** True if buffered data comes before the fault that decides the result. */
    boolean afterBuffered() {
        return result != null && result.isAfterBuffered();
    }

    /** The fault that decides the result; null for {@code PASS}. */
    public @Nullable InstalledFault source() {
        return result == null ? null : result.fault();
    }

    /** The fault that makes the operation wait now; null if there is none. */
    @Nullable
    InstalledFault heldBy(boolean delaying, boolean paused) {
        if (effect() == Effect.STALL) {
            return source();
        }
        return delaying ? delayedBy() : paused ? drip() : null;
    }

    /** The exception of the fault's predicate; null unless it threw. */
    public @Nullable Throwable predicateFailure() {
        return result == null ? null : result.predicateFailure();
    }

    /** Counts one action of each fault at {@code endpoint}. The operation is one that moves no bytes. */
    public void fire(FaultEvaluator.Caller endpoint) {
        fire(result, endpoint);
        fire(time, endpoint);
    }

    /** Counts one action of the fault that changes the result. */
    void fireResult(FaultEvaluator.Caller endpoint) {
        fire(result, endpoint);
    }

    private static void fire(@Nullable Hit hit, FaultEvaluator.Caller endpoint) {
        if (hit != null) {
            hit.fault().fired(endpoint);
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Hit hit : new Hit[] {result, time, amount, content}) {
            if (hit != null) {
                text.append(text.length() == 0 ? "" : ", ").append(hit.fault().describe());
            }
        }
        return text.length() == 0 ? Effect.PASS.toString() : text.toString();
    }
}

package dev.nettest.internal.fault;

import dev.nettest.internal.sync.Timers;
import org.jspecify.annotations.Nullable;

/** The decision of a {@link FaultEvaluator} about one operation, made before the operation happens. Immutable. */
public final class Verdict {

    private static final Verdict PASS = new Verdict(Effect.PASS, 0, Long.MAX_VALUE, Timers.NEVER, null, null);

    private final Effect effect;

    /** Nanoseconds, bytes, random bits or datagrams; see the accessors. */
    private final long argument;

    private final long limit;
    private final long reevaluateAt;
    private final @Nullable InstalledFault source;
    private final @Nullable Throwable predicateFailure;

    private Verdict(
            Effect effect,
            long argument,
            long limit,
            long reevaluateAt,
            @Nullable InstalledFault source,
            @Nullable Throwable predicateFailure) {
        this.effect = effect;
        this.argument = argument;
        this.limit = limit;
        this.reevaluateAt = reevaluateAt;
        this.source = source;
        this.predicateFailure = predicateFailure;
    }

    /** No fault acts, until {@code limit} bytes have moved or {@code reevaluateAt} is reached. */
    static Verdict pass(long limit, long reevaluateAt) {
        return PASS.within(limit, reevaluateAt);
    }

    /**
     * The effect of {@code fault}.
     *
     * @param random the random bits of {@link Effect#CORRUPT}
     */
    static Verdict of(InstalledFault fault, long random) {
        FaultSpec spec = fault.spec();
        Effect effect = spec.effect().toVerdict();
        long argument = effect == Effect.CORRUPT ? random : spec.argument();
        return new Verdict(effect, argument, Long.MAX_VALUE, Timers.NEVER, fault, null);
    }

    /** The operation fails because the predicate of {@code fault} threw. */
    static Verdict ofPredicateFailure(InstalledFault fault, Throwable thrown) {
        return new Verdict(Effect.FAIL, 0, Long.MAX_VALUE, Timers.NEVER, fault, thrown);
    }

    /** The same decision, valid for {@code limit} bytes and until {@code reevaluateAt}. */
    Verdict within(long limit, long reevaluateAt) {
        return this.limit == limit && this.reevaluateAt == reevaluateAt
                ? this
                : new Verdict(effect, argument, limit, reevaluateAt, source, predicateFailure);
    }

    /** Never {@code REFUSE}, {@code UNREACHABLE} or {@code TIMEOUT}: those are {@code FAIL} here. */
    public Effect effect() {
        return effect;
    }

    /** The delay of {@link Effect#DELAY}. */
    public long delayNanos() {
        return argumentOf(Effect.DELAY);
    }

    /** The most bytes that one operation moves by {@link Effect#SLICE}. */
    long sliceSize() {
        return argumentOf(Effect.SLICE);
    }

    /** The random bits that choose the inverted bit of {@link Effect#CORRUPT}. */
    long random() {
        return argumentOf(Effect.CORRUPT);
    }

    /** The additional datagrams of {@link Effect#DUPLICATE}. */
    long duplicates() {
        return argumentOf(Effect.DUPLICATE);
    }

    /** The number of datagrams that overtake the one of {@link Effect#REORDER}. */
    long reorderDistance() {
        return argumentOf(Effect.REORDER);
    }

    private long argumentOf(Effect expected) {
        if (effect != expected) {
            throw new IllegalStateException("the argument of " + expected + " was asked of " + this);
        }
        return argument;
    }

    /** The bytes that may move before the next evaluation; {@link Long#MAX_VALUE} for any number. */
    long limit() {
        return limit;
    }

    /** The time of the next evaluation, or {@link Timers#NEVER}. */
    long reevaluateAt() {
        return reevaluateAt;
    }

    /** True if buffered data comes before the fault. */
    boolean afterBuffered() {
        return source != null && source.spec().trigger().afterBuffered();
    }

    /** The fault that acts; null for {@code PASS}. */
    public @Nullable InstalledFault source() {
        return source;
    }

    /** The exception of the fault's predicate; null unless it threw. */
    public @Nullable Throwable predicateFailure() {
        return predicateFailure;
    }

    /** Counts one action of the fault. */
    public void fire() {
        if (source != null) {
            source.fired();
        }
    }

    @Override
    public String toString() {
        return effect + (source == null ? "" : " by " + source.describe());
    }
}

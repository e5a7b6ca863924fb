package dev.nettest.internal.fault;

import dev.nettest.Fault;
import dev.nettest.Operation;
import dev.nettest.internal.util.Checks;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link Fault}. */
public final class FaultSpec implements Fault {

    private final Effect effect;
    private final String name;
    private final @Nullable Supplier<? extends Exception> failure;

    /** Nanoseconds of a delay, bytes of a slice or drip, datagrams of duplicate and reorder; otherwise 0. */
    private final long argument;

    /** Nanoseconds from one portion of a drip to the next; otherwise 0. */
    private final long period;

    private final Trigger trigger;

    private FaultSpec(
            Effect effect,
            String name,
            @Nullable Supplier<? extends Exception> failure,
            long argument,
            long period,
            Trigger trigger) {
        this.effect = effect;
        this.name = name;
        this.failure = failure;
        this.argument = argument;
        this.period = period;
        this.trigger = trigger;
    }

    static FaultSpec from(Fault fault) {
        return (FaultSpec) Objects.requireNonNull(fault, "fault");
    }

    private static FaultSpec of(Effect effect, String name, long argument) {
        return new FaultSpec(effect, name, null, argument, 0, Trigger.ALWAYS);
    }

    // ---- effects

    public static FaultSpec failWith(Exception exception) {
        Objects.requireNonNull(exception, "exception");
        if (!(exception instanceof IOException) && !(exception instanceof RuntimeException)) {
            throw new IllegalArgumentException(
                    "network operations throw an IOException or an unchecked exception, not a "
                            + exception.getClass().getName());
        }
        String name = "failWith(" + exception + ")";
        return new FaultSpec(Effect.FAIL, name, () -> exception, 0, 0, Trigger.ALWAYS);
    }

    public static FaultSpec failWith(Supplier<? extends Exception> exception) {
        return new FaultSpec(
                Effect.FAIL, "failWith(...)", Objects.requireNonNull(exception, "exception"), 0, 0, Trigger.ALWAYS);
    }

    public static FaultSpec reset() {
        return of(Effect.RESET, "reset()", 0);
    }

    public static FaultSpec endOfStream() {
        return of(Effect.END_OF_STREAM, "endOfStream()", 0);
    }

    public static FaultSpec refuse() {
        return of(Effect.REFUSE, "refuse()", 0);
    }

    public static FaultSpec unreachable() {
        return of(Effect.UNREACHABLE, "unreachable()", 0);
    }

    public static FaultSpec timeout() {
        return of(Effect.TIMEOUT, "timeout()", 0);
    }

    public static FaultSpec stall() {
        return of(Effect.STALL, "stall()", 0);
    }

    public static FaultSpec delayed(Duration delay) {
        return of(Effect.DELAY, "delayed(" + delay + ")", Checks.nanos(delay, "delay"));
    }

    public static FaultSpec slice(int bytes) {
        return of(Effect.SLICE, "slice(" + bytes + ")", Checks.positive(bytes, "slice"));
    }

    public static FaultSpec drip(int bytes, Duration period) {
        long nanos = Checks.nanos(period, "period");
        if (nanos == 0) {
            throw new IllegalArgumentException("the period of a drip is zero");
        }
        String name = "drip(" + bytes + ", " + period + ")";
        return new FaultSpec(Effect.DRIP, name, null, Checks.positive(bytes, "drip"), nanos, Trigger.ALWAYS);
    }

    public static FaultSpec halfClose() {
        return of(Effect.HALF_CLOSE, "halfClose()", 0);
    }

    public static FaultSpec silence() {
        return of(Effect.SILENCE, "silence()", 0);
    }

    public static FaultSpec corrupt() {
        return of(Effect.CORRUPT, "corrupt()", 0);
    }

    public static FaultSpec drop() {
        return of(Effect.DROP, "drop()", 0);
    }

    public static FaultSpec duplicate(int times) {
        return of(Effect.DUPLICATE, "duplicate(" + times + ")", Checks.positive(times, "duplicate"));
    }

    public static FaultSpec reorder(int count) {
        return of(Effect.REORDER, "reorder(" + count + ")", Checks.positive(count, "reorder"));
    }

    // ---- triggers

    @Override
    public FaultSpec once() {
        return with(trigger.first(1), ".once()");
    }

    @Override
    public FaultSpec first(long count) {
        return with(trigger.first(Checks.positive(count, "first")), ".first(" + count + ")");
    }

    @Override
    public FaultSpec nth(long number) {
        return with(trigger.nth(Checks.positive(number, "nth")), ".nth(" + number + ")");
    }

    @Override
    public FaultSpec every(long count) {
        return with(trigger.every(Checks.positive(count, "every")), ".every(" + count + ")");
    }

    @Override
    public FaultSpec afterBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("afterBytes is negative: " + bytes);
        }
        return with(trigger.afterBytes(bytes), ".afterBytes(" + bytes + ")");
    }

    @Override
    public FaultSpec after(Duration duration) {
        return with(trigger.after(Checks.nanos(duration, "duration")), ".after(" + duration + ")");
    }

    @Override
    public FaultSpec matching(Predicate<? super Operation> predicate) {
        return with(trigger.matching(Objects.requireNonNull(predicate, "predicate")), ".matching(...)");
    }

    @Override
    public FaultSpec withProbability(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability must be between 0 and 1: " + probability);
        }
        return with(trigger.withProbability(probability), ".withProbability(" + probability + ")");
    }

    @Override
    public FaultSpec afterBuffered() {
        return with(trigger.withAfterBuffered(), ".afterBuffered()");
    }

    @Override
    public FaultSpec optional() {
        return with(trigger.asOptional(), ".optional()");
    }

    private FaultSpec with(Trigger changed, String call) {
        return new FaultSpec(effect, name + call, failure, argument, period, changed);
    }

    /** True if the fault draws random numbers. */
    boolean isRandom() {
        return effect == Effect.CORRUPT || trigger.probability() < 1;
    }

    Effect effect() {
        return effect;
    }

    /** The number with which the effect was declared; see {@link Verdict} for its meanings. */
    long argument() {
        return argument;
    }

    /** The nanoseconds from one portion of {@link Effect#DRIP} to the next. */
    long period() {
        return period;
    }

    Trigger trigger() {
        return trigger;
    }

    @Nullable
    Supplier<? extends Exception> failure() {
        return failure;
    }

    /** The calls that declare this fault. */
    @Override
    public String toString() {
        return name;
    }
}

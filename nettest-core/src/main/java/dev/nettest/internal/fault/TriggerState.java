package dev.nettest.internal.fault;

import dev.nettest.Operation;
import dev.nettest.internal.sync.Callbacks;
import dev.nettest.internal.sync.Timers;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The counters and the random generator of one fault at one endpoint. Holds no lock while it calls the predicate. */
final class TriggerState {

    private final InstalledFault fault;
    private final Trigger trigger;
    private final long firstNumber;
    private final long firstOffset;
    private final long since;
    private final SplittableRandom rng;

    /** Operations that the predicate accepted. */
    private long considered;

    private long evaluatedNumber = -1;
    private Verdict.@Nullable Hit lastHit;

    /** Operations on which the fault acts. A later evaluation may take back the last of them. */
    private long acted;

    private long actedNumber = -1;

    /** Starts to count before operation {@code number}, at {@code offset} bytes and time {@code now}. */
    TriggerState(InstalledFault fault, long number, long offset, long now, long seed) {
        this.fault = fault;
        this.trigger = fault.spec().trigger();
        this.firstNumber = number;
        this.firstOffset = offset;
        this.since = now;
        this.rng = new SplittableRandom(seed);
    }

    /** Bytes to move before the fault can act; 0 if enough have moved. */
    long bytesLeft(long offset) {
        return Math.max(0, trigger.afterBytes() - (offset - firstOffset));
    }

    /** The time from which the fault can act. */
    long dueFrom() {
        return Timers.deadline(since, trigger.afterNanos());
    }

    Effect.Aspect aspect() {
        return fault.spec().effect().aspect();
    }

    /** The hit on an operation; null if the trigger does not choose it. One number always gets the same hit. */
    Verdict.@Nullable Hit evaluate(long number, long offset, long now, FaultEvaluator.Attempt attempt) {
        if (bytesLeft(offset) > 0 || !Timers.isPast(dueFrom(), now)) {
            return null;
        }
        synchronized (this) {
            if (evaluatedNumber == number) {
                return lastHit;
            }
        }
        boolean accepted = false;
        Throwable thrown = null;
        try {
            accepted = accepts(number, offset, attempt);
        } catch (Throwable e) {
            thrown = e;
        }
        synchronized (this) {
            evaluatedNumber = number;
            if (thrown != null) {
                lastHit = new Verdict.Hit(fault, 0, thrown);
            } else {
                lastHit = accepted && isChosen() ? new Verdict.Hit(fault, random(), null) : null;
            }
            return lastHit;
        }
    }

    private boolean accepts(long number, long offset, FaultEvaluator.Attempt attempt) {
        Predicate<? super Operation> predicate = trigger.predicate();
        if (predicate == null) {
            return true;
        }
        Operation operation = new Operation(
                fault.kind(),
                number - firstNumber + 1,
                offset - firstOffset,
                attempt.length(),
                attempt.caller().localAddress(),
                attempt.caller().remoteAddress());
        return Callbacks.callNested(() -> predicate.test(operation));
    }

    private boolean isChosen() {
        considered++;
        boolean inOrder = (trigger.nth() == 0 || considered == trigger.nth()) && considered % trigger.every() == 0;
        boolean byChance = trigger.probability() == 1 || rng.nextDouble() < trigger.probability();
        return inOrder && byChance && acted < trigger.first();
    }

    private long random() {
        return fault.spec().effect() == Effect.CORRUPT ? rng.nextLong() : 0;
    }

    /** Records whether this fault acts on operation {@code number}. The last call for a number counts. */
    synchronized void setActs(long number, boolean acts) {
        if (acts && actedNumber != number) {
            actedNumber = number;
            acted++;
        } else if (!acts && actedNumber == number) {
            actedNumber = -1;
            acted--;
        }
    }
}

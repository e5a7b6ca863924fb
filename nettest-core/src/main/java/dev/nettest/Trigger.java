package dev.nettest;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which occurrences of an operation a fault acts on. Immutable; {@link FaultTally} counts. */
record Trigger(
        long first,
        long nth,
        long every,
        long afterBytes,
        long afterNanos,
        @Nullable Predicate<? super Operation> predicate,
        double probability,
        boolean afterBuffered,
        boolean optional) {

    static final Trigger ALWAYS = new Trigger(Long.MAX_VALUE, 0, 1, 0, 0, null, 1, false, false);

    Trigger first(long count) {
        return new Trigger(count, nth, every, afterBytes, afterNanos, predicate, probability, afterBuffered, optional);
    }

    Trigger nth(long number) {
        return new Trigger(
                first, number, every, afterBytes, afterNanos, predicate, probability, afterBuffered, optional);
    }

    Trigger every(long count) {
        return new Trigger(first, nth, count, afterBytes, afterNanos, predicate, probability, afterBuffered, optional);
    }

    Trigger afterBytes(long bytes) {
        return new Trigger(first, nth, every, bytes, afterNanos, predicate, probability, afterBuffered, optional);
    }

    Trigger after(long nanos) {
        return new Trigger(first, nth, every, afterBytes, nanos, predicate, probability, afterBuffered, optional);
    }

    Trigger matching(Predicate<? super Operation> test) {
        return new Trigger(first, nth, every, afterBytes, afterNanos, test, probability, afterBuffered, optional);
    }

    Trigger withProbability(double chance) {
        return new Trigger(first, nth, every, afterBytes, afterNanos, predicate, chance, afterBuffered, true);
    }

    Trigger giveWay() {
        return new Trigger(first, nth, every, afterBytes, afterNanos, predicate, probability, true, optional);
    }

    Trigger madeOptional() {
        return new Trigger(first, nth, every, afterBytes, afterNanos, predicate, probability, afterBuffered, true);
    }
}

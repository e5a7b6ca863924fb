package dev.nettest.internal.fault;

import dev.nettest.Operation;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The occurrences of an operation on which a fault acts. Immutable; {@link TriggerState} counts.
 *
 * @param first the most operations to act on
 * @param nth the only operation to act on, from 1; 0 for any
 * @param every acts on every multiple of this number
 * @param afterBytes bytes to move before the first action
 * @param afterNanos time to pass before the first action
 * @param predicate accepts the operations that are counted; null for all
 * @param probability of an action on a counted operation
 * @param afterBuffered true if buffered data comes before the fault
 * @param optional true if the fault may never act
 */
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

    Trigger withAfterBuffered() {
        return new Trigger(first, nth, every, afterBytes, afterNanos, predicate, probability, true, optional);
    }

    Trigger asOptional() {
        return new Trigger(first, nth, every, afterBytes, afterNanos, predicate, probability, afterBuffered, true);
    }
}

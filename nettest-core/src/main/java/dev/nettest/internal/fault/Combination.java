package dev.nettest.internal.fault;

import dev.nettest.internal.fault.Effect.Aspect;
import dev.nettest.internal.sync.Timers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Combines the faults of one operation into a verdict. They are added narrowest scope first, and within a scope in the
 * order of their installation. The first due fault of each {@link Aspect} acts, with three exceptions:
 *
 * <ul>
 *   <li>If a fault decides the result so that no bytes move, no fault limits or corrupts them.
 *   <li>A stalled operation is not delayed.
 *   <li>A fault that comes after buffered data combines with no other: the first of them acts.
 * </ul>
 */
final class Combination {

    /** A due fault, and the number of the operation in its count. */
    private record Due(Verdict.Hit hit, TriggerState state, long number) {}

    private final List<Due> due = new ArrayList<>(2);

    /** True if the one due fault combines with no other. */
    private boolean exclusive;

    private long limit = Long.MAX_VALUE;
    private long reevaluateAt = Timers.NEVER;

    /** Adds a fault whose trigger chose operation {@code number}. */
    void add(Verdict.Hit hit, TriggerState state, long number) {
        if (exclusive || (hit.isAfterBuffered() && !due.isEmpty())) {
            state.setActs(number, false);
        } else {
            exclusive = hit.isAfterBuffered();
            due.add(new Due(hit, state, number));
        }
    }

    /** Adds a fault whose trigger did not choose operation {@code number}, at {@code offset} bytes and {@code now}. */
    void addOther(TriggerState state, long number, long offset, long now) {
        state.setActs(number, false);
        if (exclusive || first(state.aspect()) != null) {
            return;
        }
        if (state.bytesLeft(offset) > 0) {
            limit = Math.min(limit, state.bytesLeft(offset));
        } else if (!Timers.isPast(state.dueFrom(), now)) {
            reevaluateAt = Math.min(reevaluateAt, state.dueFrom());
        }
    }

    /** The verdict. The faults learn if they act. */
    Verdict verdict() {
        if (due.isEmpty()) {
            return Verdict.pass(limit, reevaluateAt);
        }
        Verdict.Hit result = first(Aspect.RESULT);
        Effect effect = result == null ? Effect.PASS : result.effect();
        Verdict.Hit time = effect == Effect.STALL ? null : first(Aspect.TIME);
        Verdict.Hit amount = effect.movesBytes() ? first(Aspect.AMOUNT) : null;
        Verdict.Hit content = effect.movesBytes() ? first(Aspect.CONTENT) : null;
        for (Due each : due) {
            Verdict.Hit hit = each.hit;
            each.state.setActs(each.number, hit == result || hit == time || hit == amount || hit == content);
        }
        return new Verdict(result, time, amount, content, limit, reevaluateAt);
    }

    private Verdict.@Nullable Hit first(Aspect aspect) {
        for (Due each : due) {
            if (each.hit.effect().aspect() == aspect) {
                return each.hit;
            }
        }
        return null;
    }
}

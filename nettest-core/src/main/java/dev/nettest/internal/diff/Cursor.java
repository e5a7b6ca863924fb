package dev.nettest.internal.diff;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in the steps of a lane. A place inside a step is counted in units: bytes of a stream, or operations.
 *
 * <p>One record can stand for millions of operations, so they are not made single ones.
 */
final class Cursor {

    private final List<Step> steps;
    private final boolean bySize;
    private int index;
    private long used;

    /** @param bySize true if the sizes of operations on a stream count, so that its units are operations too */
    Cursor(Lane lane, boolean bySize) {
        this.steps = lane.steps();
        this.bySize = bySize;
        skipEmpty();
    }

    /** The step at this place; null at the end. */
    @Nullable
    Step step() {
        return index < steps.size() ? steps.get(index) : null;
    }

    /** The last steps before this place, at most {@code limit}, the oldest first. */
    List<Step> before(int limit) {
        int end = used > 0 ? index + 1 : index;
        return steps.subList(Math.max(0, end - limit), end);
    }

    /** The units of the current step that are left. */
    long left() {
        Step step = steps.get(index);
        return (isBytewise(step) ? step.bytes() : step.count()) - used;
    }

    void advance(long units) {
        used += units;
        if (left() == 0) {
            index++;
            used = 0;
            skipEmpty();
        }
    }

    /** The number of bytes of the current step before this place. */
    long position() {
        return toBytes(used);
    }

    /** The number of bytes in {@code units} of the current step. */
    long toBytes(long units) {
        Step step = steps.get(index);
        return isBytewise(step) ? units : units * step.size();
    }

    boolean isBytewise(Step step) {
        return step.isStream() && !bySize;
    }

    /** A write of no bytes is no step between bytes. */
    private void skipEmpty() {
        while (index < steps.size()
                && isBytewise(steps.get(index))
                && steps.get(index).bytes() == 0) {
            index++;
        }
    }
}

package dev.nettest.internal.diff;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Compares two lanes step by step, up to the first difference. */
final class LaneDiff {

    /** The equal events that a difference shows. */
    private static final int SHOWN = 4;

    private final Lane firstLane;
    private final Lane secondLane;
    private final Cursor first;
    private final Cursor second;
    private final boolean times;

    /**
     * @param times true if times count
     * @param sizes true if the sizes of operations on a stream count
     */
    LaneDiff(Lane firstLane, Lane secondLane, boolean times, boolean sizes) {
        this.firstLane = firstLane;
        this.secondLane = secondLane;
        this.first = new Cursor(firstLane, sizes);
        this.second = new Cursor(secondLane, sizes);
        this.times = times;
    }

    /** The first difference; null if there is none. */
    @Nullable
    Divergence compare() {
        while (true) {
            Step a = first.step();
            Step b = second.step();
            if (a == null && b == null) {
                return null;
            }
            if (a == null || b == null || !isAlike(a, b)) {
                return divergence(a, b, -1);
            }
            long units = Math.min(first.left(), second.left());
            long length = first.toBytes(units);
            int different = mismatch(a, b, length);
            if (different >= 0) {
                return divergence(a, b, different);
            }
            first.advance(units);
            second.advance(units);
        }
    }

    private boolean isAlike(Step a, Step b) {
        return a.text().equals(b.text())
                && (first.isBytewise(a) || a.size() == b.size())
                && (!times || a.event().time().equals(b.event().time()));
    }

    /** The index of the first different byte among the next {@code length}; -1 if no known bytes differ. */
    private int mismatch(Step a, Step b, long length) {
        long fromA = first.position();
        long fromB = second.position();
        long known = Math.min(length, Math.min(a.known().length - fromA, b.known().length - fromB));
        if (known <= 0) {
            return -1;
        }
        return Arrays.mismatch(
                a.known(), (int) fromA, (int) (fromA + known), b.known(), (int) fromB, (int) (fromB + known));
    }

    /** @param different how many bytes after both places the first different byte is; -1 if none is known */
    private Divergence divergence(@Nullable Step a, @Nullable Step b, long different) {
        return new Divergence(
                firstLane.name(),
                side(firstLane, first, a, different),
                side(secondLane, second, b, different),
                first.before(SHOWN));
    }

    private static Divergence.Side side(Lane lane, Cursor cursor, @Nullable Step step, long different) {
        if (step == null) {
            return new Divergence.Side(null, -1, null);
        }
        long position = cursor.position() + Math.max(0, different);
        long offset = step.isStream() ? lane.start(step) + position : -1;
        return new Divergence.Side(step, offset, different < 0 ? null : Excerpt.of(lane, step, position));
    }
}

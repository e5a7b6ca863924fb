package dev.nettest.internal.fault;

import dev.nettest.internal.sync.Timers;
import org.jspecify.annotations.Nullable;

/** The pace of one endpoint under a fault of {@link Effect#DRIP}. Guarded by the endpoint's lock. */
final class Drip {

    private final InstalledFault fault;
    private final long portion;

    /** The bytes that may move in the present period. */
    private long left;

    /** The instant of the first byte of the present period. */
    private long startedAt;

    /** The instant of the timer for the next period; {@link Timers#NEVER} for none. */
    private long armedAt = Timers.NEVER;

    Drip(InstalledFault fault) {
        this.fault = fault;
        this.portion = fault.spec().argument();
        this.left = portion;
    }

    boolean isOf(@Nullable InstalledFault other) {
        return fault == other;
    }

    /** The bytes that may move at {@code now}. */
    long left(long now) {
        if (now - startedAt >= fault.spec().period()) {
            left = portion;
        }
        return left;
    }

    void moved(long bytes, long now) {
        if (left(now) == portion) {
            startedAt = now;
        }
        left = Math.max(0, left - bytes);
    }

    /** {@code bytes} that were read were put back. */
    void putBack(long bytes) {
        left = Math.min(portion, left + bytes);
    }

    /** True if no byte may move before the next period. */
    boolean isExhausted() {
        return left == 0;
    }

    /** True if a timer for the next period must be started. */
    boolean isTimerDue() {
        return isExhausted() && armedAt == Timers.NEVER;
    }

    /** The caller starts a timer for the returned instant, which calls {@link #begin}. */
    long arm() {
        armedAt = Timers.deadline(startedAt, fault.spec().period());
        return armedAt;
    }

    /** The period of the timer for {@code at} begins, unless it has begun. */
    void begin(long at) {
        if (armedAt == at) {
            armedAt = Timers.NEVER;
            left = isExhausted() ? portion : left;
        }
    }
}

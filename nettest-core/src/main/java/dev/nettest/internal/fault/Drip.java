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

    /** The instant at which the next period begins, if it is awaited; otherwise {@link Timers#NEVER}. */
    long nextPeriod() {
        return isExhausted() ? Timers.deadline(startedAt, fault.spec().period()) : Timers.NEVER;
    }

    /** The next period begins if {@code now} has come. */
    void begin(long now) {
        if (nextPeriod() <= now) {
            left = portion;
        }
    }
}

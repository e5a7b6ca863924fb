package dev.nettest.internal.net;

import dev.nettest.NetworkClock;
import dev.nettest.TraceLevel;
import dev.nettest.internal.event.EventLog;
import dev.nettest.internal.event.EventRecorder;
import dev.nettest.internal.event.EventRing;
import java.util.function.LongSupplier;

/** Makes the recorder of a network. Apart from {@link TraceReader}, which only a network with a read trace needs. */
final class Recorders {

    private Recorders() {}

    /** The recorder of a new network. */
    static EventRecorder of(TraceLevel level, NetworkClock clock) {
        LongSupplier time = time(clock);
        return switch (level) {
            case LAST -> EventRing.small(time, clock.isVirtual());
            case ALL -> EventRing.large(time, false);
            case PAYLOADS -> EventRing.large(time, true);
        };
    }

    /** The recorder of a new network whose trace must be complete. */
    static EventRecorder unbounded(NetworkClock clock) {
        return new EventLog(time(clock));
    }

    /** The time of a virtual clock; otherwise the time since now. */
    private static LongSupplier time(NetworkClock clock) {
        if (clock.isVirtual()) {
            return clock::nanoTime;
        }
        long start = clock.nanoTime();
        return () -> clock.nanoTime() - start;
    }
}

package dev.nettest.internal.time;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides that nothing can happen any more on one virtual clock. That is so if the clock stands, and no thread of the
 * JVM has run for a while or can act by itself. If other threads of the JVM do run, as in parallel tests, it takes
 * longer: all registered threads must wait in the network meanwhile. Used by one thread.
 */
final class HangCheck {

    /** The number of looks without a change, see {@link HangMonitor}: one second. */
    private static final int LOOKS = 10;

    /** The same beside threads that run: ten seconds. */
    private static final int LOOKS_BESIDE_OTHERS = 100;

    private final VirtualClockImpl clock;
    private long changes = VirtualClockImpl.MAY_MOVE;
    private int looks;
    private @Nullable Map<Long, Long> cpuTimes;

    HangCheck(VirtualClockImpl clock) {
        this.clock = clock;
    }

    /** Looks once, and fails all waits on the clock if nothing can end them any more. */
    void look() {
        long now = clock.changesIfItStands();
        if (now == VirtualClockImpl.MAY_MOVE || now != changes) {
            restart(now);
            return;
        }
        looks++;
        if (looks % LOOKS == 0) {
            Map<Long, Long> after = JvmThreads.cpuTimesIfAllWait();
            boolean nothingRan = after != null && after.equals(cpuTimes);
            cpuTimes = after;
            if (nothingRan || (looks >= LOOKS_BESIDE_OTHERS && clock.allCountedThreadsWait())) {
                restart(VirtualClockImpl.MAY_MOVE);
                clock.failHangingWaits();
            }
        } else if (looks == 1) {
            cpuTimes = JvmThreads.cpuTimesIfAllWait();
        }
    }

    private void restart(long now) {
        changes = now;
        looks = 0;
        cpuTimes = null;
    }
}

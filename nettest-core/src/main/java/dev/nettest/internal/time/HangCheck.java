package dev.nettest.internal.time;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides that nothing can happen any more on one virtual clock. That is so if the clock stands, and no thread of the
 * JVM has run for a while or can act by itself. If other threads of the JVM do run, as in parallel tests, it takes
 * longer: all registered threads must wait in the network meanwhile. Used by one thread.
 */
final class HangCheck {

    /** The number of looks without a change, see {@link HangMonitor}: one second. */
    static final int LOOKS = 10;

    /** The same beside threads that run: ten seconds. */
    static final int LOOKS_BESIDE_OTHERS = 100;

    private final LongSupplier changesIfItStands;
    private final BooleanSupplier allCountedThreadsWait;
    private final BooleanSupplier failHangingWaits;
    private long changes = VirtualClockImpl.MAY_MOVE;
    private int looks;
    private @Nullable Map<Long, Long> cpuTimes;

    HangCheck(VirtualClockImpl clock) {
        this(clock::changesIfItStands, clock::allCountedThreadsWait, clock::failHangingWaits);
    }

    /** @param failHangingWaits true if it has freed a thread or completed a stage */
    HangCheck(LongSupplier changesIfItStands, BooleanSupplier allCountedThreadsWait, BooleanSupplier failHangingWaits) {
        this.changesIfItStands = changesIfItStands;
        this.allCountedThreadsWait = allCountedThreadsWait;
        this.failHangingWaits = failHangingWaits;
    }

    /**
     * Looks once, and fails all waits on the clock if nothing can end them any more.
     *
     * @param threads the CPU times of the JVM's threads, like {@link JvmThreads#cpuTimesIfAllWait}
     * @return true if it has freed a thread or completed a stage
     */
    boolean look(Supplier<? extends @Nullable Map<Long, Long>> threads) {
        long now = changesIfItStands.getAsLong();
        if (now == VirtualClockImpl.MAY_MOVE || now != changes) {
            restart(now);
            return false;
        }
        looks++;
        if (looks % LOOKS == 0) {
            Map<Long, Long> after = threads.get();
            boolean nothingRan = after != null && after.equals(cpuTimes);
            cpuTimes = after;
            if (nothingRan || (looks >= LOOKS_BESIDE_OTHERS && allCountedThreadsWait.getAsBoolean())) {
                restart(VirtualClockImpl.MAY_MOVE);
                return failHangingWaits.getAsBoolean();
            }
        } else if (looks == 1) {
            cpuTimes = threads.get();
        }
        return false;
    }

    /** A thread was freed that may act on this clock: whether threads have run is found out anew. */
    void forgetThreads() {
        cpuTimes = null;
    }

    private void restart(long now) {
        changes = now;
        looks = 0;
        cpuTimes = null;
    }
}

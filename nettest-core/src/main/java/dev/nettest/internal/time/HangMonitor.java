package dev.nettest.internal.time;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at all virtual clocks with open networks now and then, in real time. One thread serves the JVM. It starts with
 * the first of these clocks and ends some time after the last network was closed.
 */
final class HangMonitor {

    /** A hang is found after a number of looks without a change, not after a time: a debugger stops all threads. */
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** The number of periods without a clock after which the thread ends. */
    private static final int IDLE_PERIODS = 20;

    private static final Map<VirtualClockImpl, HangCheck> CHECKS = new ConcurrentHashMap<>();
    private static final AtomicBoolean RUNNING = new AtomicBoolean();

    private HangMonitor() {}

    static void add(VirtualClockImpl clock) {
        JvmThreads.prepare();
        CHECKS.computeIfAbsent(clock, HangCheck::new);
        start();
    }

    static void remove(VirtualClockImpl clock) {
        CHECKS.remove(clock);
    }

    private static void start() {
        if (!RUNNING.get() && RUNNING.compareAndSet(false, true)) {
            Thread thread = new Thread(HangMonitor::run, "nettest-hang-monitor");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /**
     * One round: each check looks at its clock, and all of them see the same threads. A check that frees a thread ends
     * the round, because that thread may act on the other clocks.
     *
     * @param threads the CPU times of the JVM's threads; called at most once
     */
    static void look(Collection<HangCheck> checks, Supplier<? extends @Nullable Map<Long, Long>> threads) {
        Supplier<@Nullable Map<Long, Long>> seen = new Seen(threads);
        for (HangCheck check : checks) {
            if (check.look(seen)) {
                checks.forEach(HangCheck::forgetThreads);
                return;
            }
        }
    }

    /** The threads as they were when the first check of a round asked for them. */
    private static final class Seen implements Supplier<@Nullable Map<Long, Long>> {

        private final Supplier<? extends @Nullable Map<Long, Long>> threads;
        private boolean looked;
        private @Nullable Map<Long, Long> times;

        Seen(Supplier<? extends @Nullable Map<Long, Long>> threads) {
            this.threads = threads;
        }

        @Override
        public @Nullable Map<Long, Long> get() {
            if (!looked) {
                looked = true;
                times = threads.get();
            }
            return times;
        }
    }

    private static void run() {
        int idle = 0;
        while (idle < IDLE_PERIODS) {
            LockSupport.parkNanos(CHECKS, PERIOD_NANOS);
            idle = CHECKS.isEmpty() ? idle + 1 : 0;
            look(CHECKS.values(), JvmThreads::cpuTimesIfAllWait);
        }
        RUNNING.set(false);
        if (!CHECKS.isEmpty()) {
            start(); // one was added meanwhile
        }
    }
}

package dev.nettest.internal.time;

import dev.nettest.NetworkClock;
import dev.nettest.internal.sync.Callbacks;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The operating system's clock. Its one thread starts with the first timer and ends when it has been unused for a
 * while.
 */
public final class SystemClock implements NetworkClock {

    private static final long KEEP_ALIVE_SECONDS = 2;

    private final ClockThread thread = new ClockThread();
    private final ScheduledThreadPoolExecutor timers = newTimers(thread);

    private static ScheduledThreadPoolExecutor newTimers(ClockThread clockThread) {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, work -> {
            Runnable run = () -> {
                clockThread.begin();
                work.run();
            };
            Thread thread = new Thread(run, "nettest-clock");
            thread.setDaemon(true);
            return thread;
        });
        timers.setKeepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        timers.allowCoreThreadTimeOut(true);
        timers.setRemoveOnCancelPolicy(true);
        return timers;
    }

    ClockThread thread() {
        return thread;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Timer schedule(long instant, Runnable action) {
        Objects.requireNonNull(action, "action");
        Runnable guarded = () -> Callbacks.runGuarded(action);
        long delay = instant == Long.MAX_VALUE ? Long.MAX_VALUE : instant - nanoTime();
        Future<?> scheduled = timers.schedule(guarded, delay, TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public boolean isVirtual() {
        return false;
    }

    @Override
    public String toString() {
        return "system clock";
    }
}

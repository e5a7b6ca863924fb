package dev.nettest;

import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The operating system's time. Its one thread starts with the first timer and ends when there has been none for a while. */
final class SystemClock implements NetworkClock {

    private static final long IDLE_SECONDS = 2;

    private final Helper helper = new Helper();
    private final ScheduledThreadPoolExecutor timers = newTimers(helper);

    private static ScheduledThreadPoolExecutor newTimers(Helper helper) {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, work -> {
            Runnable helping = () -> {
                helper.begin();
                work.run();
            };
            Thread thread = new Thread(helping, "nettest-clock");
            thread.setDaemon(true);
            return thread;
        });
        timers.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timers.allowCoreThreadTimeOut(true);
        timers.setRemoveOnCancelPolicy(true);
        return timers;
    }

    Helper helper() {
        return helper;
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
        Future<?> scheduled = timers.schedule(action, instant - nanoTime(), TimeUnit.NANOSECONDS);
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

package dev.nettest.internal.time;

import dev.nettest.NetworkClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A clock whose timers the test runs. */
final class HandClock implements NetworkClock {
    final List<Runnable> actions = new ArrayList<>();
    final List<Long> instants = new ArrayList<>();
    boolean virtual;
    boolean runsAtOnce;

    @Nullable
    String refusal;

    int cancelled;
    final AtomicInteger runnable = new AtomicInteger();
    long now = 100;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Instant now() {
        return Instant.EPOCH.plusNanos(now);
    }

    @Override
    public Timer schedule(long instant, Runnable action) {
        instants.add(instant);
        actions.add(action);
        if (runsAtOnce) {
            action.run();
        }
        return () -> cancelled++;
    }

    @Override
    public boolean isVirtual() {
        return virtual;
    }

    @Override
    public void threadRunnable() {
        runnable.incrementAndGet();
    }

    @Override
    public void threadWaiting() {
        runnable.decrementAndGet();
    }

    @Override
    public void checkMayWait(boolean counted) {
        if (refusal != null) {
            throw new IllegalStateException(refusal + " " + counted);
        }
    }
}

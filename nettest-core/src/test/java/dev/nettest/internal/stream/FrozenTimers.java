package dev.nettest.internal.stream;

import dev.nettest.internal.sync.Timers;

/** A clock that stands still, for tests without timers. */
public final class FrozenTimers implements Timers {
    @Override
    public long now() {
        return 0;
    }

    @Override
    public Timer deliver(long at, Runnable arrival) {
        return schedule(at, arrival);
    }

    @Override
    public Timer schedule(long at, Runnable action) {
        return () -> {};
    }

    @Override
    public boolean isVirtual() {
        return true;
    }

    @Override
    public long realTime() {
        return 0;
    }

    @Override
    public void checkMayWait() {}
}

package dev.nettest.internal.stream;

import dev.nettest.internal.sync.Timers;
import java.util.ArrayList;
import java.util.List;

/** A clock that the test sets, and that keeps its timers. */
final class ManualTimers implements Timers {
    final List<Scheduled> all = new ArrayList<>();
    long now;

    @Override
    public long now() {
        return now;
    }

    @Override
    public Timer schedule(long at, Runnable action) {
        Scheduled timer = new Scheduled(at, action);
        all.add(timer);
        return timer;
    }

    @Override
    public Timer deliver(long at, Runnable arrival) {
        return schedule(at, arrival);
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

    List<Long> running() {
        return all.stream()
                .filter(timer -> !timer.cancelled)
                .map(timer -> timer.at)
                .toList();
    }

    /** One timer. A test can run it even if it is cancelled, like a timer that had already begun to fire. */
    static final class Scheduled implements Timers.Timer {
        final long at;
        final Runnable action;
        private boolean cancelled;

        Scheduled(long at, Runnable action) {
            this.at = at;
            this.action = action;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}

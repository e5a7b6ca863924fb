package dev.nettest.kernel;

/** Time that stands, for tests in which nothing waits for it. */
final class StandingTimers implements Timers {
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

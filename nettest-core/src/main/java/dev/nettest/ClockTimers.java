package dev.nettest;

import dev.nettest.kernel.CountedThread;
import dev.nettest.kernel.ThreadWaiter;
import dev.nettest.kernel.Timers;

/** A network's clock as the kernel sees it. */
final class ClockTimers implements Timers {

    private final NetworkClock clock;

    ClockTimers(NetworkClock clock) {
        this.clock = clock;
    }

    @Override
    public long now() {
        return clock.nanoTime();
    }

    @Override
    public Timer schedule(long at, Runnable action) {
        return at == NEVER ? () -> {} : clock.schedule(at, action)::cancel;
    }

    @Override
    public boolean isVirtual() {
        return clock.isVirtual();
    }

    @Override
    public long realTime() {
        return System.nanoTime();
    }

    @Override
    public void checkMayWait() {
        clock.checkMayWait(Thread.currentThread() instanceof CountedThread);
    }

    @Override
    public void threadRunnable() {
        clock.threadRunnable();
    }

    @Override
    public void threadWaiting() {
        clock.threadWaiting();
    }

    /** The instant {@code nanos} from now; {@link #NEVER} for {@link Long#MAX_VALUE}. */
    long in(long nanos) {
        return nanos == NEVER ? NEVER : Timers.deadline(now(), nanos);
    }

    void sleep(long nanos) throws InterruptedException {
        if (Thread.interrupted()
                || (nanos > 0 && ThreadWaiter.sleep(this, in(nanos)) == ThreadWaiter.End.INTERRUPTED)) {
            Thread.interrupted();
            throw new InterruptedException("interrupted in sleep");
        }
    }
}

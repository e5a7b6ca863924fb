package dev.nettest;

import dev.nettest.kernel.ThreadWaiter;
import dev.nettest.kernel.Timers;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A network's clock as the kernel sees it. */
final class ClockTimers implements Timers {

    private final NetworkClock clock;
    private final @Nullable Activity activity;

    /** @param activity of the network that this is for; null where there is none */
    ClockTimers(NetworkClock clock, @Nullable Activity activity) {
        this.clock = clock;
        this.activity = activity;
    }

    @Override
    public long now() {
        return clock.nanoTime();
    }

    @Override
    public Timer schedule(long at, Runnable action) {
        if (at == NEVER) {
            return () -> {};
        }
        if (activity == null || clock.isVirtual()) {
            return clock.schedule(at, action)::cancel;
        }
        return scheduleReal(activity, at, action);
    }

    /** What is due already comes about by itself, and so does what an action does that is under way: as if in flight. */
    private Timer scheduleReal(Activity network, long at, Runnable action) {
        if (at > now()) {
            return clock.schedule(at, () -> {
                network.depart();
                try {
                    action.run();
                } finally {
                    network.arrive();
                }
            })::cancel;
        }
        return fly(network, at, action);
    }

    @Override
    public Timer deliver(long at, Runnable arrival) {
        if (at == NEVER) {
            return () -> {};
        }
        return activity == null ? clock.schedule(at, arrival)::cancel : fly(activity, at, arrival);
    }

    private Timer fly(Activity network, long at, Runnable arrival) {
        network.depart();
        AtomicBoolean over = new AtomicBoolean();
        NetworkClock.Timer timer = clock.schedule(at, () -> {
            if (over.compareAndSet(false, true)) {
                try {
                    arrival.run();
                } finally {
                    network.arrive();
                }
            }
        });
        return () -> {
            timer.cancel();
            if (over.compareAndSet(false, true)) {
                network.arrive();
            }
        };
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
        clock.checkMayWait(Activity.currentIsOn(clock));
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

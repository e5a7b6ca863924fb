package dev.nettest.internal.time;

import dev.nettest.NetworkClock;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.sync.Timers;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A network's clock as the {@link Timers} of the mechanisms. */
public final class ClockTimers implements Timers {

    private final NetworkClock clock;
    private final @Nullable ActivityTracker activity;

    /** @param activity counts the deliveries of a network; null if there is no network */
    public ClockTimers(NetworkClock clock, @Nullable ActivityTracker activity) {
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

    /**
     * In real time, a timer that is due or running counts as a delivery in flight: the network changes without further
     * action.
     */
    private Timer scheduleReal(ActivityTracker network, long at, Runnable action) {
        if (at > now()) {
            return clock.schedule(at, () -> {
                network.deliveryStarted();
                try {
                    action.run();
                } finally {
                    network.deliveryFinished();
                }
            })::cancel;
        }
        return scheduleDelivery(network, at, action);
    }

    @Override
    public Timer deliver(long at, Runnable arrival) {
        if (at == NEVER) {
            return () -> {};
        }
        return activity == null ? clock.schedule(at, arrival)::cancel : scheduleDelivery(activity, at, arrival);
    }

    private Timer scheduleDelivery(ActivityTracker network, long at, Runnable arrival) {
        network.deliveryStarted();
        AtomicBoolean over = new AtomicBoolean();
        NetworkClock.Timer timer = clock.schedule(at, () -> {
            if (over.compareAndSet(false, true)) {
                try {
                    arrival.run();
                } finally {
                    network.deliveryFinished();
                }
            }
        });
        return () -> {
            timer.cancel();
            if (over.compareAndSet(false, true)) {
                network.deliveryFinished();
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
        clock.checkMayWait(ActivityTracker.isCurrentRegisteredOn(clock));
    }

    /** The instant {@code nanos} from now; {@link #NEVER} for {@link Long#MAX_VALUE}. */
    public long in(long nanos) {
        return nanos == NEVER ? NEVER : Timers.deadline(now(), nanos);
    }

    public void sleep(long nanos) throws InterruptedException {
        if (Thread.interrupted()
                || (nanos > 0 && ThreadWaiter.sleep(this, in(nanos)) == ThreadWaiter.WaitResult.INTERRUPTED)) {
            Thread.interrupted();
            throw new InterruptedException("interrupted in sleep");
        }
    }
}

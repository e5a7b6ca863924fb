package dev.nettest.internal.time;

import dev.nettest.NetworkClock;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.sync.Timers;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A network's clock as the {@link Timers} of the mechanisms. */
public final class ClockTimers implements Timers {

    private final NetworkClock clock;
    private final @Nullable ActivityTracker activity;
    private final Set<Delivery> deliveries = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;
    private volatile @Nullable String refusedWait;

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

    /** Runs {@code setup} while a self-advancing clock of the network stands. Other clocks may move meanwhile. */
    public void whileStanding(Runnable setup) {
        SelfAdvancingClock moving = activity == null ? null : activity.selfAdvancing();
        if (moving == null) {
            setup.run();
        } else {
            moving.whileStanding(setup);
        }
    }

    @Override
    public Timer deliver(long at, Runnable arrival) {
        if (at == NEVER) {
            return () -> {};
        }
        return activity == null ? clock.schedule(at, arrival)::cancel : scheduleDelivery(activity, at, arrival);
    }

    private Timer scheduleDelivery(ActivityTracker network, long at, Runnable arrival) {
        Delivery delivery = new Delivery(network, arrival);
        delivery.start(at);
        return delivery;
    }

    /** Cancels the deliveries in flight: their network is closed. Later ones do not start. */
    public void end() {
        ended = true;
        for (Delivery delivery : deliveries) {
            delivery.cancel();
        }
    }

    /** A delivery in flight. Its value is true once it has arrived or was cancelled. */
    private final class Delivery extends AtomicBoolean implements Runnable, Timer {

        private static final long serialVersionUID = 1;

        private final transient ActivityTracker network;
        private final transient Runnable arrival;
        private transient volatile NetworkClock.@Nullable Timer timer;

        Delivery(ActivityTracker network, Runnable arrival) {
            this.network = network;
            this.arrival = arrival;
        }

        void start(long at) {
            network.deliveryStarted();
            deliveries.add(this);
            timer = clock.schedule(at, this);
            if (ended || get()) {
                cancel();
            }
        }

        @Override
        public void run() {
            if (compareAndSet(false, true)) {
                deliveries.remove(this);
                try {
                    arrival.run();
                } finally {
                    network.deliveryFinished();
                }
            }
        }

        @Override
        public void cancel() {
            NetworkClock.Timer running = timer;
            if (running != null) {
                running.cancel();
            }
            if (compareAndSet(false, true)) {
                deliveries.remove(this);
                network.deliveryFinished();
            }
        }
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
        if (activity != null) {
            activity.joinIfWanted();
        }
        try {
            clock.checkMayWait(ActivityTracker.isCurrentRegisteredOn(clock));
        } catch (IllegalStateException e) {
            refusedWait = e.getMessage();
            throw e;
        }
    }

    @Override
    public @Nullable Supplier<AssertionError> failureAfterInterrupt() {
        return activity == null ? null : activity.waits().failureAfterInterrupt();
    }

    /** Why a wait was refused, such as that of an unregistered thread; null if none was. */
    public @Nullable String refusedWait() {
        return refusedWait;
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

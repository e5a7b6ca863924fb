package dev.nettest.internal.sync;

import org.jspecify.annotations.Nullable;

/**
 * The one timer of an object under a monitor, armed for the instant that the object's state gives. It is started and
 * cancelled after the monitor is released, so that the monitor and the clock's lock are never held together.
 */
public abstract class DeferredTimer extends Deferred {

    private final Monitor monitor;
    private final Timers timers;

    /** The instant of the running timer. Written under the monitor. */
    private volatile long armedAt = Timers.NEVER;

    private Timers.@Nullable Timer timer;

    /** True while a thread adjusts the timer; no other thread does so meanwhile. */
    private boolean arming;

    protected DeferredTimer(Monitor monitor, Timers timers) {
        this.monitor = monitor;
        this.timers = timers;
        monitor.enableDeferred();
    }

    /** The instant for which the timer has to be armed; {@link Timers#NEVER} for none. The lock is held. */
    protected abstract long wantedAt();

    /** The instant {@code due} has come, but the state may have changed meanwhile. The lock is held. */
    protected abstract void onDue(long due);

    /** True if the timer for {@code instant} is a delivery in flight. The lock is free. */
    protected boolean isDelivery(long instant) {
        return false;
    }

    /** The instant of the running timer; {@link Timers#NEVER} for none. */
    protected final long armedAt() {
        return armedAt;
    }

    /** Chains this if a timer must be started or cancelled after unlocking. The lock is held. */
    public final @Nullable Deferred chainIfDue(@Nullable Deferred chain) {
        if (arming || wantedAt() == armedAt) {
            return chain;
        }
        arming = true;
        return before(chain);
    }

    /** Replaces the timer until it matches the wanted instant. */
    @Override
    protected final void run() {
        while (disarm()) {
            arm();
        }
    }

    /** Cancels the timer if it does not match the wanted instant; true if so. */
    private boolean disarm() {
        Timers.Timer running = null;
        monitor.lock();
        try {
            long wanted = wantedAt();
            arming = wanted != armedAt;
            if (arming) {
                armedAt = wanted;
                running = timer;
                timer = null;
            }
            return arming;
        } finally {
            monitor.unlock();
            if (running != null) {
                running.cancel();
            }
        }
    }

    /** Starts the timer for {@link #armedAt}, and cancels it if it fired or was replaced before it could be stored. */
    private void arm() {
        long wanted = armedAt; // stable unless the timer fires: no other thread arms while this one does
        if (wanted == Timers.NEVER) {
            return;
        }
        Runnable firing = () -> fire(wanted);
        Timers.Timer started = isDelivery(wanted) ? timers.deliver(wanted, firing) : timers.schedule(wanted, firing);
        boolean late;
        monitor.lock();
        try {
            late = armedAt != wanted;
            timer = late ? null : started;
        } finally {
            monitor.unlock();
        }
        if (late) {
            started.cancel();
        } else if (wanted <= timers.now()) {
            started.cancel();
            fire(wanted); // a clock that moved meanwhile may stand now
        }
    }

    /** The timer for {@code due} fires, even if it was replaced meanwhile. */
    private void fire(long due) {
        monitor.lock();
        try {
            if (armedAt == due) {
                armedAt = Timers.NEVER;
                timer = null;
            }
            onDue(due);
        } finally {
            monitor.leave();
        }
    }
}

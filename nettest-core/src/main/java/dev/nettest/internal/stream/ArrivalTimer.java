package dev.nettest.internal.stream;

import dev.nettest.internal.sync.Deferred;
import dev.nettest.internal.sync.Monitor;
import dev.nettest.internal.sync.Timers;
import org.jspecify.annotations.Nullable;

/**
 * The one timer of an {@link InFlight}, armed for its next event. Timers are started and cancelled after the
 * connection's monitor is released, so that the monitor and the clock's lock are never held together.
 */
final class ArrivalTimer extends Deferred {

    private final InFlight inFlight;
    private final Monitor monitor;
    private final Timers timers;

    /** The instant of the running timer. Written under the monitor. */
    private volatile long armedAt = Timers.NEVER;

    private Timers.@Nullable Timer timer;

    /** True while a thread adjusts the timer; no other thread does so meanwhile. */
    private boolean arming;

    ArrivalTimer(InFlight inFlight, Monitor monitor, Timers timers) {
        this.inFlight = inFlight;
        this.monitor = monitor;
        this.timers = timers;
        monitor.enableDeferred();
    }

    /** Chains this if a timer must be started or cancelled after unlocking. The lock is held. */
    @Nullable
    Deferred chainIfDue(@Nullable Deferred chain) {
        inFlight.updateSilence();
        if (arming || inFlight.nextEvent() == armedAt) {
            return chain;
        }
        arming = true;
        return before(chain);
    }

    /** Replaces the timer until it matches the next event. */
    @Override
    protected void run() {
        while (disarm()) {
            arm();
        }
    }

    /** Cancels the timer if it does not match the next event; true if so. */
    private boolean disarm() {
        Timers.Timer running = null;
        monitor.lock();
        try {
            long wanted = inFlight.nextEvent();
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
        Timers.Timer started =
                wanted == inFlight.silence().at() ? timers.schedule(wanted, firing) : timers.deliver(wanted, firing);
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
            inFlight.receive(timers.now());
        } finally {
            monitor.leave();
        }
    }
}

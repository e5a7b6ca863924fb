package dev.nettest.internal.stream;

import dev.nettest.internal.sync.Timers;

/**
 * The linger time of a writer, and its wait for the ACK of the FIN: {@code SO_LINGER}. Guarded by the connection's
 * monitor.
 */
final class Linger {

    private final Timers timers;

    /** Nanoseconds; 0 if a close resets, negative if it does not wait. */
    private long time = -1;

    /** True while a close waits. */
    private boolean active;

    /** True if the FIN has arrived, and its ACK cannot leave. */
    private boolean ackWithheld;

    /** The instant at which the ACK of the FIN arrives. */
    private long ackAt = Long.MIN_VALUE;

    Linger(Timers timers) {
        this.timers = timers;
    }

    long time() {
        return time;
    }

    void time(long nanos) {
        time = nanos;
    }

    boolean isActive() {
        return active;
    }

    void begin() {
        active = true;
    }

    void end() {
        active = false;
    }

    /** The FIN has arrived; its ACK takes {@code latency}. */
    void finArrived(boolean silent, long latency) {
        ackWithheld = silent;
        ackAt = silent ? Timers.NEVER : Timers.deadline(timers.now(), latency);
    }

    /** ACKs arrive again after {@code latency}. */
    void acksReleased(long latency) {
        if (ackWithheld) {
            finArrived(false, latency);
        }
    }

    /** True if the FIN has arrived, but not its ACK. */
    boolean isFinUnacknowledged() {
        return ackWithheld || (ackAt != Long.MIN_VALUE && ackAt > timers.now());
    }

    /** The instant at which the wait ends; {@link Timers#NEVER} for none. */
    long endsAt() {
        return active && ackAt != Long.MIN_VALUE ? ackAt : Timers.NEVER;
    }

    /** Ends the wait if the ACK has arrived by {@code now}. */
    void receive(long now) {
        if (endsAt() <= now) {
            active = false;
        }
    }
}

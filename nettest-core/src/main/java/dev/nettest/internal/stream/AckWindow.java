package dev.nettest.internal.stream;

import dev.nettest.internal.sync.Timers;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The ACKs of one pipe, in flight from its reader back to its writer. Bytes that were read reduce the send window until
 * their ACK arrives. Guarded by the connection's monitor.
 */
final class AckWindow {

    private final Timers timers;

    /** The route from the reader to the writer; null for no delay. */
    private @Nullable DelayLine route;

    /** Bytes that were read, and whose ACK has not arrived. */
    private long unacknowledged;

    private final ArrayDeque<Arrival> acks = new ArrayDeque<>(0);
    private long lastArrival;
    private boolean held;
    private long heldBytes;

    AckWindow(Timers timers) {
        this.timers = timers;
    }

    void route(@Nullable DelayLine line) {
        route = line;
    }

    /** The travel time of an ACK that leaves now. */
    long latency() {
        return route == null ? 0 : route.latency();
    }

    boolean isHeld() {
        return held;
    }

    /** True if no ACK arrives. */
    boolean isSilent() {
        return held || (route != null && route.losesAll());
    }

    /** Bytes that were read, and whose ACK has not arrived by now. */
    long unacknowledged() {
        if (!acks.isEmpty()) {
            receive(timers.now());
        }
        return unacknowledged;
    }

    /** The reader took {@code count} bytes and sends their ACK. */
    void acknowledge(long count) {
        if (held) {
            unacknowledged += count;
            heldBytes += count;
            return;
        }
        DelayLine line = route;
        if (line == null && acks.isEmpty()) {
            return;
        }
        long now = timers.now();
        lastArrival = Math.max(lastArrival, line == null ? now : Timers.deadline(now, line.latency()));
        if (lastArrival > now && count > 0) {
            unacknowledged += count;
            Arrival.add(acks, lastArrival, count, false, false);
        }
    }

    /** Holds ACKs from now on, or releases the held ones. */
    void hold(boolean now) {
        if (held && !now) {
            held = false;
            long count = heldBytes;
            heldBytes = 0;
            unacknowledged -= count;
            acknowledge(count);
        }
        held = now;
    }

    /** Credits the ACKs that have arrived by {@code now}. */
    void receive(long now) {
        while (!acks.isEmpty() && acks.getFirst().at <= now) {
            unacknowledged -= acks.removeFirst().bytes;
        }
    }

    /** The instant at which the next ACK arrives; {@link Timers#NEVER} for none. */
    long nextArrival() {
        return acks.isEmpty() ? Timers.NEVER : acks.getFirst().at;
    }
}

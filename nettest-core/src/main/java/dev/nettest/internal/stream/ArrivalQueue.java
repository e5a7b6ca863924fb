package dev.nettest.internal.stream;

import dev.nettest.internal.sync.Timers;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The segments of one direction that have an arrival time, in the order in which they arrive. */
final class ArrivalQueue {

    private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>(4);

    /** The arrival time of the newest segment. */
    private long last;

    boolean isEmpty() {
        return arrivals.isEmpty();
    }

    /** Appends segments that arrive at {@code at}, or with those before if that is later. Returns the last ones. */
    Arrival add(long at, long bytes, boolean fin, boolean reset) {
        last = arrivals.isEmpty() ? at : Math.max(last, at);
        return Arrival.add(arrivals, last, bytes, fin, reset);
    }

    /** The arrival time of the newest segment that was added. */
    long last() {
        return last;
    }

    /** The next arrival; {@link Timers#NEVER} for none. */
    long nextAt() {
        return arrivals.isEmpty() ? Timers.NEVER : arrivals.getFirst().at;
    }

    /** Removes the oldest segments if they have arrived by {@code now}; null if they have not. */
    @Nullable
    Arrival poll(long now) {
        return nextAt() <= now && !arrivals.isEmpty() ? arrivals.removeFirst() : null;
    }

    /** Moves all segments to {@code hold}. */
    void moveTo(Hold hold) {
        for (Arrival arrival : arrivals) {
            hold.add(arrival.bytes, arrival.fin);
            hold.reset |= arrival.reset;
        }
        arrivals.clear();
    }

    /** Moves to {@code hold} the segments that leave after {@code now}, and those behind them. */
    void moveUnsentTo(Hold hold, long now) {
        boolean unsent = false;
        for (var next = arrivals.iterator(); next.hasNext(); ) {
            Arrival arrival = next.next();
            unsent |= arrival.departure > now;
            if (unsent) {
                hold.add(arrival.bytes, arrival.fin);
                next.remove();
            }
        }
    }

    /** Takes the newest {@code count} bytes out of the segments, at most as many as they have. */
    void withdraw(long count) {
        long left = count;
        for (var newest = arrivals.descendingIterator(); left > 0 && newest.hasNext(); ) {
            Arrival arrival = newest.next();
            long taken = Math.min(left, arrival.bytes);
            arrival.bytes -= taken;
            left -= taken;
        }
    }

    void clear() {
        arrivals.clear();
    }
}

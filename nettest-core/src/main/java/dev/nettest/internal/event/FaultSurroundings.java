package dev.nettest.internal.event;

import java.util.ArrayList;
import java.util.List;

/**
 * The events around the first faults that fired. A record that is full asks it for each event that it would drop. The
 * last faults need no place here, because the end of a record has them.
 */
final class FaultSurroundings {

    /** The events kept on each side of a fault. */
    private static final long REACH = 8;

    private static final int FAULTS = 32;

    private final List<Long> faults = new ArrayList<>(); // guarded by this
    private final List<Event> kept = new ArrayList<>(); // guarded by this

    /** The last number that is kept; -1 before the first fault. Read without the lock, for speed. */
    private volatile long end = -1;

    /** A fault fired, as the event of this number. */
    synchronized void fired(long number) {
        if (faults.size() < FAULTS) {
            faults.add(number);
            end = Math.max(end, number + REACH);
        }
    }

    /** False for most events that are not near a fault. */
    boolean mayConcern(long number) {
        return number >= 0 && number <= end;
    }

    /** Keeps {@code event} if it is near a fault. Call it once for each event. */
    synchronized void keep(Event event) {
        for (long fault : faults) {
            if (Math.abs(event.number() - fault) <= REACH) {
                kept.add(event);
                return;
            }
        }
    }

    /** The kept events with numbers below {@code number}, in order. */
    synchronized List<Event> keptBefore(long number) {
        return kept.stream().filter(event -> event.number() < number).toList();
    }
}

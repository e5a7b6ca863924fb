package dev.nettest.internal.event;

import dev.nettest.TracePayload;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All events of a network, up to a number. If that is reached, the oldest events make room for new ones, but those
 * around the first faults stay.
 */
public final class EventLog implements EventRecorder {

    /** The most events. */
    public static final int SIZE = 100_000;

    /** The bytes that an event keeps without whole payloads. */
    public static final int EXCERPT = 64;

    /** The most bytes of all whole payloads. */
    static final int PAYLOADS = 64 * 1024 * 1024;

    private final LongSupplier clock;
    private final int size;
    private final int perEvent;
    private final FaultSurroundings surroundings = new FaultSurroundings();
    private final ArrayDeque<Event> events = new ArrayDeque<>(); // guarded by this
    private long next; // guarded by this
    private long payloads; // guarded by this
    private long dropped; // guarded by this

    /**
     * @param size the most events
     * @param perEvent the bytes that an event keeps: {@link #EXCERPT}, or {@code Integer.MAX_VALUE} for all
     */
    public EventLog(LongSupplier clock, int size, int perEvent) {
        this.clock = clock;
        this.size = size;
        this.perEvent = perEvent;
    }

    @Override
    public boolean isComplete() {
        return true;
    }

    @Override
    public void record(EventKind kind, EventSubject subject, long value, @Nullable Object detail) {
        add(kind, subject, value, detail, TracePayload.EMPTY);
    }

    @Override
    public synchronized void record(
            EventKind kind, EventSubject subject, long value, @Nullable Object detail, ByteBuffer bytes, int from) {
        long free = Math.max(0, PAYLOADS - payloads);
        byte[] copy = new byte[(int) Math.min(Math.min(value, perEvent), Math.max(EXCERPT, free))];
        bytes.get(from, copy);
        add(kind, subject, value, detail, new TracePayload(copy, value));
        payloads += copy.length;
    }

    private synchronized void add(
            EventKind kind, EventSubject subject, long value, @Nullable Object detail, TracePayload payload) {
        long number = next++;
        if (kind == EventKind.FAULT) {
            surroundings.fired(number);
        }
        events.add(new Event(number, kind, subject, value, 1, clock.getAsLong(), payload, detail));
        if (events.size() > size) {
            Event oldest = events.remove();
            payloads -= oldest.payload().kept();
            dropped++;
            if (surroundings.mayConcern(oldest.number())) {
                surroundings.keep(oldest);
            }
        }
    }

    @Override
    public synchronized List<Event> events() {
        List<Event> all = new ArrayList<>(surroundings.keptBefore(Long.MAX_VALUE));
        all.addAll(events);
        return all;
    }

    @Override
    public synchronized @Nullable Event latest(Predicate<? super Event> condition) {
        for (var newest = events.descendingIterator(); newest.hasNext(); ) {
            Event event = newest.next();
            if (condition.test(event)) {
                return event;
            }
        }
        return null;
    }

    @Override
    public synchronized long omitted() {
        return dropped - surroundings.keptBefore(Long.MAX_VALUE).size();
    }
}

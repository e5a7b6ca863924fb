package dev.nettest.internal.event;

import dev.nettest.TracePayload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All events of a network, without a bound: for short runs that are compared event by event. */
public final class EventLog implements EventRecorder {

    private final LongSupplier clock;
    private final List<Event> events = new ArrayList<>(); // guarded by this

    public EventLog(LongSupplier clock) {
        this.clock = clock;
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
    public void record(
            EventKind kind, EventSubject subject, long value, @Nullable Object detail, ByteBuffer bytes, int from) {
        byte[] excerpt = new byte[(int) Math.min(value, EventRing.LARGE_EXCERPT)];
        bytes.get(from, excerpt);
        add(kind, subject, value, detail, new TracePayload(excerpt, value));
    }

    private synchronized void add(
            EventKind kind, EventSubject subject, long value, @Nullable Object detail, TracePayload payload) {
        events.add(new Event(events.size(), kind, subject, value, 1, clock.getAsLong(), payload, detail));
    }

    @Override
    public synchronized List<Event> events() {
        return new ArrayList<>(events);
    }

    @Override
    public synchronized @Nullable Event latest(Predicate<? super Event> condition) {
        for (int i = events.size() - 1; i >= 0; i--) {
            if (condition.test(events.get(i))) {
                return events.get(i);
            }
        }
        return null;
    }

    @Override
    public long omitted() {
        return 0;
    }
}

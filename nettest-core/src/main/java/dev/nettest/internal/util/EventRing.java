package dev.nettest.internal.util;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * A lock-free ring of the last events of a network, without contents and times. A writer takes a number and fills its
 * slot. An event is lost if another writer uses the slot at that moment. A reader skips a slot that is overwritten
 * while it reads.
 */
public final class EventRing {

    /** A power of two, so that a mask gives the slot of a number. */
    private static final int SIZE = 64;

    private static final int KINDS = 256;

    /** In place of a slot's number while a writer fills it. */
    private static final long BUSY = -1;

    private final AtomicLong next = new AtomicLong();
    private final AtomicLongArray slots = new AtomicLongArray(3 * SIZE);

    /** The kinds of event. */
    public enum Kind {
        LISTEN(0),
        CONNECT(1),
        ACCEPT(2),
        READ(3),
        WRITE(4),
        SHUTDOWN_INPUT(5),
        SHUTDOWN_OUTPUT(6),
        CLOSE(7),
        RESET(8),
        BIND(9),
        SEND(10),
        RECEIVE(11),
        DROP(12);

        private static final Kind[] BY_CODE = values();

        /** The index in {@link #BY_CODE}; the ring stores it. */
        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    /** Receives every event, on the thread that records it. Must be quick. */
    @FunctionalInterface
    public interface Sink {
        void record(Kind kind, long subject, long value);
    }

    private final @Nullable Sink sink;

    /** @param sink receives every event; null for none */
    public EventRing(@Nullable Sink sink) {
        this.sink = sink;
    }

    /** One event: its number, its kind, its subject, and its number of bytes. */
    public record Event(long number, Kind kind, long subject, long value) {}

    /** Records an event, and passes it to the sink. */
    public void record(Kind kind, long subject, long value) {
        if (sink != null) {
            sink.record(kind, subject, value);
        }
        long number = next.getAndIncrement();
        int slot = 3 * (int) (number & (SIZE - 1));
        long head = number * KINDS + kind.code;
        long before = slots.getAcquire(slot);
        if (before == BUSY || before > head || !slots.compareAndSet(slot, before, BUSY)) {
            return;
        }
        slots.setOpaque(slot + 1, subject);
        slots.setOpaque(slot + 2, value);
        slots.setRelease(slot, head);
    }

    /** The events in the ring, oldest first. */
    public List<Event> last() {
        List<Event> events = new ArrayList<>();
        long end = next.get();
        for (long number = Math.max(0, end - SIZE); number < end; number++) {
            Event event = read(number);
            if (event != null) {
                events.add(event);
            }
        }
        return events;
    }

    private @Nullable Event read(long number) {
        int slot = 3 * (int) (number & (SIZE - 1));
        long head = slots.getAcquire(slot);
        long subject = slots.getOpaque(slot + 1);
        long value = slots.getOpaque(slot + 2);
        VarHandle.acquireFence();
        boolean intact = head >= 0 && head / KINDS == number && slots.get(slot) == head;
        return intact ? new Event(number, Kind.BY_CODE[(int) (head % KINDS)], subject, value) : null;
    }
}

package dev.nettest.kernel;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The last things that happened on a network, without bytes and without times, in memory that is laid out once. A writer
 * draws a number and fills its slot; a slot that is being overwritten while it is read is left out, and so is an event whose slot
 * another writer, a whole round behind or ahead, has just then.
 */
public final class EventRing {

    /** Power of two, so that a number's slot is a mask away. */
    private static final int SIZE = 64;

    private static final int KINDS = 256;

    /** In place of a slot's number: somebody is filling it. */
    private static final long BUSY = -1;

    private final AtomicLong next = new AtomicLong();
    private final AtomicLongArray slots = new AtomicLongArray(3 * SIZE);

    /** What can happen. */
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

        /** Its place in {@link #BY_CODE}, as the ring stores it. */
        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    /** Is told of every event, when it happens, by whom it happens to; must be quick. */
    @FunctionalInterface
    public interface Sink {
        void record(Kind kind, long subject, long value);
    }

    private final @Nullable Sink sink;

    public EventRing() {
        this(null);
    }

    /** @param sink is told of every event */
    public EventRing(@Nullable Sink sink) {
        this.sink = sink;
    }

    /** One event: its number, what happened, to whom, and how many bytes or which outcome. */
    public record Event(long number, Kind kind, long subject, long value) {}

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

    /** The events that the ring still holds, oldest first. */
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

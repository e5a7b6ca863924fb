package dev.nettest.internal.util;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A lock-free ring of the last events of a network. Recording allocates nothing. A writer takes a number and fills its
 * slot, or adds to the last event if it is equal. An event is lost if another writer uses the slot at that moment. A
 * reader skips a slot that is overwritten while it reads.
 */
public final class EventRing {

    /** The bytes of a transfer that an event keeps. */
    static final int EXCERPT = 24;

    /** A power of two, so that a mask gives the slot of a number. */
    static final int SIZE = 128;

    private static final int KINDS = 256;

    /** In place of a slot's number while a writer fills it. */
    private static final long BUSY = -1;

    // the fields of a slot
    private static final int VALUE = 1;
    private static final int COUNT = 2;
    private static final int TIME = 3;
    private static final int BYTES = 4;
    private static final int STRIDE = BYTES + EXCERPT / Long.BYTES;

    /** Access to the number of a slot, which orders its other fields: they are written and read plainly. */
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private final AtomicLong next = new AtomicLong();
    private final long[] slots = new long[STRIDE * SIZE];

    /** The subject and the detail of each slot. */
    private final @Nullable Object[] objects = new Object[2 * SIZE];

    private final @Nullable LongSupplier clock;
    private final @Nullable Sink sink;

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

    /** A socket, as the subject of events. */
    public interface Subject {

        /** Identifies it among all runs with the same seed. */
        long eventId();

        /** Its addresses and hosts. */
        String eventName();
    }

    /** Receives every event, on the thread that records it, perhaps under a lock of the subject. Must be quick. */
    @FunctionalInterface
    public interface Sink {
        void record(Kind kind, Subject subject, long value);
    }

    /**
     * @param clock the time of an event; null for none
     * @param sink receives every event; null for none
     */
    public EventRing(@Nullable LongSupplier clock, @Nullable Sink sink) {
        this.clock = clock;
        this.sink = sink;
    }

    /**
     * One event, or several equal ones in a row.
     *
     * @param value the bytes of each
     * @param count the number of equal events
     * @param time the time of the first, in nanoseconds; 0 without a clock
     * @param excerpt the first bytes that were sent, at most 24, as ISO 8859-1; empty if none are kept
     * @param detail more about it, with a text for the report; null for none
     */
    public record Event(
            long number,
            Kind kind,
            Subject subject,
            long value,
            long count,
            long time,
            String excerpt,
            @Nullable Object detail) {}

    /** Records an event, and passes it to the sink. */
    public void record(Kind kind, Subject subject, long value, @Nullable Object detail) {
        if (sink != null) {
            sink.record(kind, subject, value);
        }
        if (!repeat(kind, subject, value, detail, null, 0)) {
            append(kind, subject, value, detail, null, 0);
        }
    }

    /** Records a transfer of {@code value} bytes, which begin in {@code bytes} at the index {@code from}. */
    public void record(Kind kind, Subject subject, long value, @Nullable Object detail, ByteBuffer bytes, int from) {
        if (sink != null) {
            sink.record(kind, subject, value);
        }
        if (!repeat(kind, subject, value, detail, bytes, from)) {
            append(kind, subject, value, detail, bytes, from);
        }
    }

    private void append(
            Kind kind, Subject subject, long value, @Nullable Object detail, @Nullable ByteBuffer bytes, int from) {
        long number = next.getAndIncrement();
        int index = (int) (number & (SIZE - 1));
        int slot = STRIDE * index;
        long head = number * KINDS + kind.code;
        long before = (long) LONGS.getAcquire(slots, slot);
        if (before == BUSY || before > head || !LONGS.compareAndSet(slots, slot, before, BUSY)) {
            return;
        }
        slots[slot + VALUE] = value;
        slots[slot + COUNT] = 1;
        slots[slot + TIME] = clock == null ? 0 : clock.getAsLong();
        put(2 * index, subject);
        put(2 * index + 1, detail);
        if (bytes != null) {
            putBytes(slot, 0, bytes, from, (int) Math.min(value, EXCERPT));
        }
        LONGS.setRelease(slots, slot, head);
    }

    /** The garbage collector has to note each write of a reference, and many slots get the one that they have. */
    private void put(int index, @Nullable Object object) {
        if (objects[index] != object) {
            objects[index] = object;
        }
    }

    /** Counts one more of the last event if this one is equal to it. */
    private boolean repeat(
            Kind kind, Subject subject, long value, @Nullable Object detail, @Nullable ByteBuffer bytes, int from) {
        long number = next.get() - 1;
        int index = (int) (number & (SIZE - 1));
        int slot = STRIDE * index;
        long head = number * KINDS + kind.code;
        if ((long) LONGS.getAcquire(slots, slot) != head
                || objects[2 * index] != subject
                || slots[slot + VALUE] != value
                || objects[2 * index + 1] != detail
                || !LONGS.compareAndSet(slots, slot, head, BUSY)) {
            return false;
        }
        long count = slots[slot + COUNT];
        long at = count * value;
        if (bytes != null && at < EXCERPT) {
            putBytes(slot, (int) at, bytes, from, (int) Math.min(value, EXCERPT - at));
        }
        slots[slot + COUNT] = count + 1;
        LONGS.setRelease(slots, slot, head);
        return true;
    }

    // ---- the bytes of a slot, first byte first

    private void putBytes(int slot, int at, ByteBuffer bytes, int from, int count) {
        int put = 0;
        if (at == 0) {
            boolean bigEndian = bytes.order() == ByteOrder.BIG_ENDIAN;
            for (; put + Long.BYTES <= count; put += Long.BYTES) {
                long eight = bytes.getLong(from + put);
                slots[slot + BYTES + put / Long.BYTES] = bigEndian ? eight : Long.reverseBytes(eight);
            }
        }
        for (; put < count; put++) {
            putByte(slot, at + put, bytes.get(from + put));
        }
    }

    private void putByte(int slot, int at, byte value) {
        int field = slot + BYTES + at / Long.BYTES;
        int shift = Long.SIZE - Byte.SIZE * (1 + at % Long.BYTES);
        slots[field] = (slots[field] & ~(0xFFL << shift)) | ((value & 0xFFL) << shift);
    }

    private String bytes(int slot, long moved) {
        byte[] bytes = new byte[(int) Math.min(moved, EXCERPT)];
        for (int i = 0; i < bytes.length; i++) {
            int shift = Long.SIZE - Byte.SIZE * (1 + i % Long.BYTES);
            bytes[i] = (byte) (slots[slot + BYTES + i / Long.BYTES] >>> shift);
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    // ---- reading

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
        int index = (int) (number & (SIZE - 1));
        int slot = STRIDE * index;
        long head = (long) LONGS.getAcquire(slots, slot);
        if (head < 0 || head / KINDS != number || !(objects[2 * index] instanceof Subject subject)) {
            return null;
        }
        Kind kind = Kind.BY_CODE[(int) (head % KINDS)];
        long value = slots[slot + VALUE];
        long count = slots[slot + COUNT];
        boolean transfer = kind == Kind.WRITE || kind == Kind.SEND;
        Event event = new Event(
                number,
                kind,
                subject,
                value,
                count,
                slots[slot + TIME],
                bytes(slot, transfer ? Math.min(EXCERPT, value) * Math.min(EXCERPT, count) : 0),
                objects[2 * index + 1]);
        VarHandle.acquireFence();
        return (long) LONGS.getVolatile(slots, slot) == head && slots[slot + COUNT] == count ? event : null;
    }
}

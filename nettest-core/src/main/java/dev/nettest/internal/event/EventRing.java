package dev.nettest.internal.event;

import dev.nettest.TracePayload;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A lock-free ring of the last events of a network. Recording allocates nothing once the ring has its full size, except
 * for whole payloads. A writer takes a number and fills its slot. An event is lost if another writer uses the slot at
 * that moment. A reader skips a slot that is overwritten while it reads.
 *
 * <p>A small ring is always there: it joins equal events in a row, and asks the clock seldom. A large one keeps each
 * event with its time. The events around the first faults are copied before they are overwritten; see
 * {@link FaultSurroundings}.
 */
public final class EventRing implements EventRecorder {

    /** The slots of a small ring. All sizes are powers of two, so that a mask gives the slot of a number. */
    static final int SMALL = 256;

    /** The slots of a large ring. */
    static final int LARGE = 128 * 1024;

    /** The bytes of a transfer that an event of a small ring keeps. */
    static final int SMALL_EXCERPT = 24;

    /** The bytes of a transfer that an event of a large ring keeps in its slot. */
    static final int LARGE_EXCERPT = 64;

    /** The most bytes of all whole payloads. */
    static final int PAYLOADS = 64 * 1024 * 1024;

    /** The slots that are allocated together, a power of two. A small test needs no more. */
    private static final int CHUNK = 32;

    private static final int KINDS = 256;

    /** In place of a slot's number while a writer fills it. */
    private static final long BUSY = -1;

    // the fields of a slot
    private static final int VALUE = 1;
    private static final int COUNT = 2;
    private static final int TIME = 3;
    private static final int BYTES = 4;

    /** Access to the number of a slot, which orders its other fields: they are written and read plainly. */
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private final AtomicLong next = new AtomicLong();
    private final @Nullable Chunk[] chunks;
    private final LongSupplier clock;
    private final int size;
    private final int excerpt;
    private final int stride;

    /** True if it keeps each event, and false if it joins equal ones in a row. */
    private final boolean complete;

    /** True if every event has its time. */
    private final boolean timesAll;

    private final boolean keepsPayloads;

    /** The bytes of the whole payloads in the slots. */
    private final AtomicLong payloads = new AtomicLong();

    private final FaultSurroundings surroundings = new FaultSurroundings();

    /** Successive slots, the subject and the detail of each, and the payload if the slot has only a part of it. */
    private static final class Chunk {
        final long[] slots;
        final @Nullable Object[] objects = new Object[2 * CHUNK];
        final byte[] @Nullable [] payloads;

        Chunk(int stride, boolean keepsPayloads) {
            slots = new long[stride * CHUNK];
            payloads = new byte[keepsPayloads ? CHUNK : 0][];
        }
    }

    private EventRing(
            LongSupplier clock, int size, int excerpt, boolean complete, boolean timesAll, boolean keepsPayloads) {
        this.clock = clock;
        this.size = size;
        this.excerpt = excerpt;
        this.stride = BYTES + excerpt / Long.BYTES;
        this.complete = complete;
        this.timesAll = timesAll;
        this.keepsPayloads = keepsPayloads;
        this.chunks = new Chunk[size / CHUNK];
    }

    /**
     * A ring that joins equal events in a row.
     *
     * @param clock the time of an event
     * @param timesAll true to ask it for each event, because that costs nothing; otherwise only for rare ones
     */
    public static EventRing small(LongSupplier clock, boolean timesAll) {
        return new EventRing(clock, SMALL, SMALL_EXCERPT, false, timesAll, false);
    }

    /**
     * A ring that keeps each event, with its time.
     *
     * @param keepsPayloads true to keep whole payloads, up to a number of bytes
     */
    public static EventRing large(LongSupplier clock, boolean keepsPayloads) {
        return ofSize(LARGE, clock, keepsPayloads);
    }

    /** @param size a power of two */
    static EventRing ofSize(int size, LongSupplier clock, boolean keepsPayloads) {
        return new EventRing(clock, size, LARGE_EXCERPT, true, true, keepsPayloads);
    }

    @Override
    public boolean isComplete() {
        return complete;
    }

    @Override
    public void record(EventKind kind, EventSubject subject, long value, @Nullable Object detail) {
        if (complete || !repeat(kind, subject, value, detail, null, 0)) {
            append(kind, subject, value, detail, null, 0);
        }
    }

    @Override
    public void record(
            EventKind kind, EventSubject subject, long value, @Nullable Object detail, ByteBuffer bytes, int from) {
        if (complete || !repeat(kind, subject, value, detail, bytes, from)) {
            append(kind, subject, value, detail, bytes, from);
        }
    }

    private void append(
            EventKind kind,
            EventSubject subject,
            long value,
            @Nullable Object detail,
            @Nullable ByteBuffer bytes,
            int from) {
        long number = next.getAndIncrement();
        if (kind == EventKind.FAULT) {
            surroundings.fired(number);
        }
        if (surroundings.mayConcern(number - size)) {
            keep(number - size);
        }
        Chunk chunk = chunk(number);
        int index = (int) (number & (CHUNK - 1));
        long[] slots = chunk.slots;
        int slot = stride * index;
        long head = number * KINDS + kind.code();
        long before = (long) LONGS.getAcquire(slots, slot);
        if (before == BUSY || before > head || !LONGS.compareAndSet(slots, slot, before, BUSY)) {
            return;
        }
        slots[slot + VALUE] = value;
        slots[slot + COUNT] = 1;
        slots[slot + TIME] = timesAll || kind.isRare() ? clock.getAsLong() : Event.UNTIMED;
        put(chunk.objects, 2 * index, subject);
        put(chunk.objects, 2 * index + 1, detail);
        if (bytes != null) {
            putBytes(slots, slot, 0, bytes, from, (int) Math.min(value, excerpt));
        }
        if (keepsPayloads) {
            putPayload(chunk.payloads, index, bytes, from, value);
        }
        LONGS.setRelease(slots, slot, head);
    }

    private Chunk chunk(long number) {
        int index = (int) (number & (size - 1)) / CHUNK;
        Chunk chunk = chunks[index];
        return chunk == null ? newChunk(index) : chunk;
    }

    private synchronized Chunk newChunk(int index) {
        Chunk chunk = chunks[index];
        if (chunk == null) {
            chunk = new Chunk(stride, keepsPayloads);
            chunks[index] = chunk;
        }
        return chunk;
    }

    private void keep(long number) {
        Event event = read(number);
        if (event != null) {
            surroundings.keep(event);
        }
    }

    /** The garbage collector has to note each write of a reference, and many slots get the one that they have. */
    private static void put(@Nullable Object[] objects, int index, @Nullable Object object) {
        if (objects[index] != object) {
            objects[index] = object;
        }
    }

    /** Counts one more of the last event if this one is equal to it. */
    private boolean repeat(
            EventKind kind,
            EventSubject subject,
            long value,
            @Nullable Object detail,
            @Nullable ByteBuffer bytes,
            int from) {
        long number = next.get() - 1;
        if (number < 0) {
            return false;
        }
        Chunk chunk = chunk(number);
        int index = (int) (number & (CHUNK - 1));
        long[] slots = chunk.slots;
        int slot = stride * index;
        long head = number * KINDS + kind.code();
        if ((long) LONGS.getAcquire(slots, slot) != head
                || chunk.objects[2 * index] != subject
                || slots[slot + VALUE] != value
                || chunk.objects[2 * index + 1] != detail
                || !LONGS.compareAndSet(slots, slot, head, BUSY)) {
            return false;
        }
        long count = slots[slot + COUNT];
        long at = count * value;
        if (bytes != null && at < excerpt) {
            putBytes(slots, slot, (int) at, bytes, from, (int) Math.min(value, excerpt - at));
        }
        slots[slot + COUNT] = count + 1;
        LONGS.setRelease(slots, slot, head);
        return true;
    }

    // ---- the bytes of a slot, first byte first

    private static void putBytes(long[] slots, int slot, int at, ByteBuffer bytes, int from, int count) {
        int put = 0;
        if (at == 0) {
            boolean bigEndian = bytes.order() == ByteOrder.BIG_ENDIAN;
            for (; put + Long.BYTES <= count; put += Long.BYTES) {
                long eight = bytes.getLong(from + put);
                slots[slot + BYTES + put / Long.BYTES] = bigEndian ? eight : Long.reverseBytes(eight);
            }
        }
        for (; put < count; put++) {
            putByte(slots, slot, at + put, bytes.get(from + put));
        }
    }

    private static void putByte(long[] slots, int slot, int at, byte value) {
        int field = slot + BYTES + at / Long.BYTES;
        int shift = Long.SIZE - Byte.SIZE * (1 + at % Long.BYTES);
        slots[field] = (slots[field] & ~(0xFFL << shift)) | ((value & 0xFFL) << shift);
    }

    /** Keeps the bytes for which the slot has no space, as long as all kept ones have their bound. */
    private void putPayload(byte[] @Nullable [] target, int index, @Nullable ByteBuffer bytes, int from, long count) {
        byte[] before = target[index];
        if (before != null) {
            payloads.addAndGet(-before.length);
            target[index] = null;
        }
        if (bytes == null || count <= excerpt) {
            return;
        }
        int kept = (int) Math.min(count, PAYLOADS - payloads.get());
        if (kept > excerpt) {
            byte[] copy = new byte[kept];
            bytes.get(from, copy);
            payloads.addAndGet(kept);
            target[index] = copy;
        }
    }

    private TracePayload payload(Chunk chunk, int index, long count) {
        byte[] whole = keepsPayloads ? chunk.payloads[index] : null;
        if (whole != null) {
            return new TracePayload(whole, Math.max(count, whole.length));
        }
        byte[] bytes = new byte[(int) Math.min(count, excerpt)];
        for (int i = 0; i < bytes.length; i++) {
            int shift = Long.SIZE - Byte.SIZE * (1 + i % Long.BYTES);
            bytes[i] = (byte) (chunk.slots[stride * index + BYTES + i / Long.BYTES] >>> shift);
        }
        return new TracePayload(bytes, count);
    }

    // ---- reading

    @Override
    public List<Event> events() {
        long end = next.get();
        List<Event> events = new ArrayList<>(surroundings.keptBefore(end - size));
        for (long number = Math.max(0, end - size); number < end; number++) {
            Event event = read(number);
            if (event != null) {
                events.add(event);
            }
        }
        return events;
    }

    @Override
    public @Nullable Event latest(Predicate<? super Event> condition) {
        long end = next.get();
        for (long number = end - 1; number >= Math.max(0, end - size); number--) {
            Event event = read(number);
            if (event != null && condition.test(event)) {
                return event;
            }
        }
        return null;
    }

    @Override
    public long omitted() {
        long overwritten = Math.max(0, next.get() - size);
        return overwritten - surroundings.keptBefore(overwritten).size();
    }

    private @Nullable Event read(long number) {
        Chunk chunk = chunk(number);
        int index = (int) (number & (CHUNK - 1));
        long[] slots = chunk.slots;
        int slot = stride * index;
        long head = (long) LONGS.getAcquire(slots, slot);
        if (head < 0 || head / KINDS != number || !(chunk.objects[2 * index] instanceof EventSubject subject)) {
            return null;
        }
        EventKind kind = EventKind.ofCode((int) (head % KINDS));
        long value = slots[slot + VALUE];
        long count = slots[slot + COUNT];
        Event event = new Event(
                number,
                kind,
                subject,
                value,
                count,
                slots[slot + TIME],
                kind.hasPayload() ? payload(chunk, index, value * count) : TracePayload.EMPTY,
                chunk.objects[2 * index + 1]);
        VarHandle.acquireFence();
        return (long) LONGS.getVolatile(slots, slot) == head && slots[slot + COUNT] == count ? event : null;
    }
}

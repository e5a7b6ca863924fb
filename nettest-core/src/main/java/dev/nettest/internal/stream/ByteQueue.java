package dev.nettest.internal.stream;

import dev.nettest.internal.stream.SegmentPool.Segment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in the order they were written, in segments that come from a pool and return to it. It has no capacity of its
 * own: the caller checks that first. Guarded by its owner's lock.
 */
class ByteQueue {

    private final SegmentPool pool;
    private @Nullable Segment head;
    private @Nullable Segment tail;
    private long size;

    ByteQueue(SegmentPool pool) {
        this.pool = pool;
    }

    long size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Appends the next {@code count} bytes of {@code source}. */
    void write(ByteBuffer source, int count) {
        int left = count;
        while (left > 0) {
            Segment last = tail;
            if (last == null || last.freeSpace() == 0) {
                last = append(pool.take());
            }
            int step = Math.min(left, last.freeSpace());
            source.get(last.bytes, last.end, step);
            last.end += step;
            left -= step;
        }
        size += count;
    }

    /** Moves the first {@code count} bytes, which must be queued, to {@code target}. */
    void read(ByteBuffer target, int count) {
        int left = count;
        while (left > 0) {
            Segment first = present(head);
            int step = Math.min(left, first.size());
            target.put(first.bytes, first.start, step);
            first.start += step;
            left -= step;
            if (first.size() == 0) {
                removeHead(first);
            }
        }
        size -= count;
    }

    /** Puts all of {@code source} in front of everything queued. */
    void unread(ByteBuffer source) {
        int count = source.remaining();
        Segment before = null;
        Segment rest = head;
        for (int left = count; left > 0; ) {
            Segment segment = pool.take();
            int step = Math.min(left, segment.freeSpace());
            source.get(segment.bytes, 0, step);
            segment.end = step;
            left -= step;
            if (before == null) {
                head = segment;
            } else {
                before.next = segment;
            }
            segment.next = rest;
            before = segment;
        }
        if (rest == null && before != null) {
            tail = before;
        }
        size += count;
    }

    /** Removes the last {@code count} bytes, which must be queued. */
    void withdraw(long count) {
        if (count == 0) {
            return;
        }
        long keep = size - count;
        if (keep == 0) {
            clear();
            return;
        }
        Segment segment = present(head);
        for (long passed = segment.size(); passed < keep; passed += segment.size()) {
            segment = present(segment.next);
        }
        long before = 0;
        for (Segment s = present(head); s != segment; s = present(s.next)) {
            before += s.size();
        }
        segment.end = segment.start + (int) (keep - before);
        release(segment.next);
        segment.next = null;
        tail = segment;
        size = keep;
    }

    /** The number of bytes through the first {@code delimiter}, inclusive; -1 if there is none. */
    long lengthThrough(byte delimiter) {
        long passed = 0;
        for (Segment segment = head; segment != null; segment = segment.next) {
            for (int i = segment.start; i < segment.end; i++) {
                if (segment.bytes[i] == delimiter) {
                    return passed + (i - segment.start) + 1;
                }
            }
            passed += segment.size();
        }
        return -1;
    }

    /** Inverts one bit of the byte {@code fromEnd} places before the last one. */
    void flipBit(long fromEnd, int bit) {
        long index = size - 1 - fromEnd;
        Segment segment = present(head);
        while (index >= segment.size()) {
            index -= segment.size();
            segment = present(segment.next);
        }
        segment.bytes[segment.start + (int) index] ^= (byte) (1 << bit);
    }

    void clear() {
        release(head);
        head = null;
        tail = null;
        size = 0;
    }

    private Segment append(Segment segment) {
        if (tail == null) {
            head = segment;
        } else {
            tail.next = segment;
        }
        tail = segment;
        return segment;
    }

    private void removeHead(Segment first) {
        head = first.next;
        if (head == null) {
            tail = null;
        }
        pool.give(first);
    }

    private void release(@Nullable Segment from) {
        Segment segment = from;
        while (segment != null) {
            Segment next = segment.next;
            pool.give(segment);
            segment = next;
        }
    }

    private static Segment present(@Nullable Segment segment) {
        if (segment == null) {
            throw new AssertionError("fewer bytes queued than asked for");
        }
        return segment;
    }
}

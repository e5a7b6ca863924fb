package dev.nettest.internal.stream;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Drained segments for reuse by all queues of a network. Steady traffic therefore allocates nothing, and an idle
 * connection holds no segment. Thread-safe.
 */
public final class SegmentPool {

    /** Bytes in a segment. */
    static final int SEGMENT_SIZE = 8 * 1024;

    /** Segments kept: enough for one receive buffer of the default size, 4 MiB. */
    private static final int KEPT = 512;

    private final AtomicReferenceArray<@Nullable Segment> kept = new AtomicReferenceArray<>(KEPT);

    /**
     * The approximate top of the stack. Only a hint: the atomic exchange of a slot decides which thread gets its
     * segment.
     */
    private int top;

    Segment take() {
        for (int i = Math.min(top, KEPT - 1); i >= 0; i--) {
            if (kept.getPlain(i) != null) {
                Segment segment = kept.getAndSet(i, null);
                if (segment != null) {
                    top = i;
                    return segment;
                }
            }
        }
        return new Segment();
    }

    void give(Segment segment) {
        segment.start = 0;
        segment.end = 0;
        segment.next = null;
        for (int i = top; i < KEPT; i++) {
            if (kept.getPlain(i) == null && kept.compareAndSet(i, null, segment)) {
                top = i + 1;
                return;
            }
        }
    }

    /** A run of bytes, {@code start} to {@code end}, and the segment after it. */
    static final class Segment {

        final byte[] bytes = new byte[SEGMENT_SIZE];
        int start;
        int end;

        @Nullable
        Segment next;

        int size() {
            return end - start;
        }

        int freeSpace() {
            return SEGMENT_SIZE - end;
        }
    }
}

package dev.nettest.kernel;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A few drained segments, shared by all queues of a network, so that steady traffic allocates nothing and an idle
 * connection holds nothing. Any thread may call it.
 */
public final class SegmentPool {

    /** Bytes in a segment. */
    static final int SEGMENT_SIZE = 8 * 1024;

    /** Segments kept: a full buffer of the default size. */
    private static final int KEPT = 512;

    private final AtomicReferenceArray<@Nullable Segment> kept = new AtomicReferenceArray<>(KEPT);

    /** Where the stack of segments about ends: a mere hint, since a slot's own exchange decides who has its segment. */
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

        int room() {
            return SEGMENT_SIZE - end;
        }
    }
}

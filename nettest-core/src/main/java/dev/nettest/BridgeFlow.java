package dev.nettest;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One direction of a bridged connection: at most a buffer of bytes that were taken here and are not delivered there yet. */
final class BridgeFlow {

    /** Says how many bytes it moved, 0 where none moves now; a source says -1 at its end. */
    @FunctionalInterface
    interface Transfer {
        int move(ByteBuffer buffer) throws IOException;
    }

    /** Tells the far side that nothing more comes. */
    @FunctionalInterface
    interface Finish {
        void run() throws IOException;
    }

    private final BridgeBuffers buffers;
    private final Transfer source;
    private final Transfer sink;
    private final Finish finish;

    /** Flipped for the sink; null where nothing is under way. */
    private @Nullable ByteBuffer pending;

    private boolean ended;
    private boolean over;

    BridgeFlow(BridgeBuffers buffers, Transfer source, Transfer sink, Finish finish) {
        this.buffers = buffers;
        this.source = source;
        this.sink = sink;
        this.finish = finish;
    }

    /** Moves a buffer on as far as it goes without waiting; says whether anything moved. */
    boolean advance() throws IOException {
        if (over) {
            return false;
        }
        boolean moved = false;
        if (pending == null && !ended) {
            moved = fill();
        }
        ByteBuffer buffer = pending;
        if (buffer != null) {
            moved |= drain(buffer);
        }
        if (ended && pending == null) {
            over = true;
            finish.run();
            moved = true;
        }
        return moved;
    }

    private boolean fill() throws IOException {
        ByteBuffer buffer = buffers.take();
        int count = 0;
        try {
            count = source.move(buffer);
        } finally {
            if (count <= 0) {
                buffers.giveBack(buffer);
            }
        }
        if (count > 0) {
            pending = buffer.flip();
        }
        ended = count < 0;
        return count != 0;
    }

    private boolean drain(ByteBuffer buffer) throws IOException {
        int before = buffer.remaining();
        while (buffer.hasRemaining() && sink.move(buffer) > 0) {
            // on, as far as it goes
        }
        int left = buffer.remaining();
        if (left == 0) {
            release();
        }
        return left < before;
    }

    /** It can go no further. */
    void abandon() {
        over = true;
    }

    /** Gives its buffer back. */
    void release() {
        if (pending != null) {
            buffers.giveBack(pending);
            pending = null;
        }
    }

    /** Whether it waits for its source to have something. */
    boolean wantsMore() {
        return !over && pending == null;
    }

    /** Whether it waits for its sink to take something. */
    boolean wantsRoom() {
        return !over && pending != null;
    }

    boolean hasPending() {
        return pending != null;
    }

    /** Whether nothing more will move. */
    boolean isOver() {
        return over;
    }
}

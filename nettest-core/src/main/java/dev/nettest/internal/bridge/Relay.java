package dev.nettest.internal.bridge;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One direction of a bridged connection: at most one buffer of bytes that were read and are not written yet. */
final class Relay {

    /**
     * A read or a write that never waits: returns the number of bytes, 0 if it would wait, -1 at the end of a source.
     */
    @FunctionalInterface
    interface Transfer {
        int move(ByteBuffer buffer) throws IOException;
    }

    /** Sends the end of the stream to the far side. */
    @FunctionalInterface
    interface Finish {
        void run() throws IOException;
    }

    private final BufferPool buffers;
    private final Transfer source;
    private final Transfer sink;
    private final Finish finish;

    /** Flipped for the sink; null if there are no bytes to write. */
    private @Nullable ByteBuffer pending;

    private boolean sourceEnded;
    private boolean finished;

    Relay(BufferPool buffers, Transfer source, Transfer sink, Finish finish) {
        this.buffers = buffers;
        this.source = source;
        this.sink = sink;
        this.finish = finish;
    }

    /** Moves bytes as far as possible without waiting; returns true if any byte or the end of the stream moved. */
    boolean advance() throws IOException {
        if (finished) {
            return false;
        }
        boolean moved = false;
        if (pending == null && !sourceEnded) {
            moved = fill();
        }
        ByteBuffer buffer = pending;
        if (buffer != null) {
            moved |= drain(buffer);
        }
        if (sourceEnded && pending == null) {
            finished = true;
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
        sourceEnded = count < 0;
        return count != 0;
    }

    private boolean drain(ByteBuffer buffer) throws IOException {
        int before = buffer.remaining();
        while (buffer.hasRemaining() && sink.move(buffer) > 0) {
            // until the sink would wait
        }
        int left = buffer.remaining();
        if (left == 0) {
            release();
        }
        return left < before;
    }

    /** Stops for good after a failure. */
    void stop() {
        finished = true;
    }

    /** Returns the buffer to the pool. */
    void release() {
        if (pending != null) {
            buffers.giveBack(pending);
            pending = null;
        }
    }

    /** True if it waits for bytes from the source. */
    boolean awaitsSource() {
        return !finished && pending == null;
    }

    /** True if it waits for free space in the sink. */
    boolean awaitsSink() {
        return !finished && pending != null;
    }

    boolean hasPending() {
        return pending != null;
    }

    /** True if nothing more will move. */
    boolean isFinished() {
        return finished;
    }
}

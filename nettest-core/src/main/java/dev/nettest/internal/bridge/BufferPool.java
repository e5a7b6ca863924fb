package dev.nettest.internal.bridge;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Buffers of one event loop. A connection has one only while bytes are in flight through it. */
final class BufferPool {

    static final int SIZE = 64 * 1024;
    private static final int MAX_KEPT = 16;

    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>(MAX_KEPT);

    ByteBuffer take() {
        ByteBuffer buffer = free.poll();
        return buffer == null ? ByteBuffer.allocate(SIZE) : buffer.clear();
    }

    void giveBack(ByteBuffer buffer) {
        if (free.size() < MAX_KEPT) {
            free.push(buffer);
        }
    }
}

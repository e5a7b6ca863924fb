package dev.nettest;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Buffers that a bridge's thread uses again: only a connection with bytes under way has one. */
final class BridgeBuffers {

    static final int SIZE = 64 * 1024;
    private static final int MOST_KEPT = 16;

    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>(MOST_KEPT);

    ByteBuffer take() {
        ByteBuffer buffer = free.poll();
        return buffer == null ? ByteBuffer.allocate(SIZE) : buffer.clear();
    }

    void giveBack(ByteBuffer buffer) {
        if (free.size() < MOST_KEPT) {
            free.push(buffer);
        }
    }
}

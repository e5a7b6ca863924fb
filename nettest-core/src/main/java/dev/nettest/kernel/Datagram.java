package dev.nettest.kernel;

import java.net.SocketAddress;
import java.nio.ByteBuffer;

/** One datagram in a queue: bytes that belong together, and who sent them. Used again when it was received. */
final class Datagram {

    /** What Linux 6.18 takes for the head of a small one: {@code struct sk_buff}, and the smallest piece of memory for bytes. */
    private static final int SMALL = 576;

    private static final int HEAD = 256;

    /** Headers, alignment and {@code struct skb_shared_info}, which lie in the same piece of memory as the bytes. */
    private static final int BESIDES = 379;

    /** The largest piece; what needs more lies in pages beside a small head. */
    private static final int LARGEST_PIECE = 1 << 14;

    private byte[] bytes;
    private int size;
    private SocketAddress sender;

    /** Whether a fault has acted on it, so that none is asked about it again. */
    boolean judged;

    Datagram(SocketAddress sender, ByteBuffer source) {
        this.size = source.remaining();
        this.bytes = new byte[size];
        this.sender = sender;
        source.get(source.position(), bytes);
    }

    /** Takes another in, and consumes nothing of {@code source}. */
    void refill(SocketAddress sender, ByteBuffer source) {
        int wanted = source.remaining();
        if (bytes.length < wanted) {
            bytes = new byte[wanted];
        }
        source.get(source.position(), bytes, 0, wanted);
        this.size = wanted;
        this.sender = sender;
        this.judged = false;
    }

    /** Copies as much as there is room for. */
    int copyTo(ByteBuffer target) {
        int count = Math.min(size, target.remaining());
        target.put(bytes, 0, count);
        return count;
    }

    Datagram copy() {
        return new Datagram(sender, ByteBuffer.wrap(bytes, 0, size));
    }

    /** Inverts a bit of the first {@code most} bytes. */
    void corrupt(int most, long dice) {
        int within = Math.min(size, most);
        if (within > 0) {
            int bit = (int) Long.remainderUnsigned(dice, 8L * within);
            bytes[bit >> 3] ^= (byte) (1 << (bit & 7));
        }
    }

    int size() {
        return size;
    }

    int room() {
        return bytes.length;
    }

    SocketAddress sender() {
        return sender;
    }

    /** What one of so many bytes takes of a receive buffer: the memory it needs, as measured on Linux 6.18. */
    static int cost(int size) {
        int needed = size + BESIDES;
        if (needed <= SMALL) {
            return SMALL + HEAD;
        }
        if (needed > LARGEST_PIECE) {
            return SMALL + HEAD + size;
        }
        int piece = Integer.highestOneBit(needed);
        return (piece == needed ? piece : piece << 1) + HEAD;
    }
}

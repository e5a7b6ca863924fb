package dev.nettest.internal.datagram;

import dev.nettest.internal.fault.PendingVerdict;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One datagram in a receive buffer: its bytes and its sender. Reused after it was received. */
final class Datagram {

    /** The smallest block for the bytes of a datagram, as measured on Linux 6.18. */
    private static final int SMALLEST_BLOCK = 576;

    /** {@code struct sk_buff}, as measured on Linux 6.18. */
    private static final int SK_BUFF = 256;

    /** Headers, alignment and {@code struct skb_shared_info}, which share the block with the bytes. */
    private static final int OVERHEAD = 379;

    /** The largest block. Larger datagrams use pages beside a smallest block. */
    private static final int LARGEST_BLOCK = 1 << 14;

    private byte[] bytes;
    private int size;
    private SocketAddress sender;

    /** True if a fault has acted on it; no other fault is evaluated for it. */
    boolean evaluated;

    Datagram(SocketAddress sender, ByteBuffer source) {
        this.size = source.remaining();
        this.bytes = new byte[size];
        this.sender = sender;
        source.get(source.position(), bytes);
    }

    /** Replaces the content. Consumes nothing of {@code source}. */
    void refill(SocketAddress sender, ByteBuffer source) {
        int wanted = source.remaining();
        if (bytes.length < wanted) {
            bytes = new byte[wanted];
        }
        source.get(source.position(), bytes, 0, wanted);
        this.size = wanted;
        this.sender = sender;
        this.evaluated = false;
    }

    /** Copies the bytes that fit. */
    int copyTo(ByteBuffer target) {
        int count = Math.min(size, target.remaining());
        target.put(bytes, 0, count);
        return count;
    }

    List<Datagram> copies(long count) {
        List<Datagram> copies = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            copies.add(new Datagram(sender, ByteBuffer.wrap(bytes, 0, size)));
        }
        return copies;
    }

    /** Inverts one of the first {@code limit} bytes' bits, chosen by {@code random}. */
    void corrupt(int limit, long random) {
        int within = Math.min(size, limit);
        if (within > 0) {
            int bit = (int) Long.remainderUnsigned(random, 8L * within);
            bytes[bit >> 3] ^= (byte) (1 << (bit & 7));
        }
    }

    /** Inverts a bit of the first {@code limit} bytes if a fault says so. */
    void corrupt(int limit, PendingVerdict verdict) {
        if (verdict.corrupts()) {
            corrupt(limit, verdict.decided().random());
        }
    }

    int size() {
        return size;
    }

    int capacity() {
        return bytes.length;
    }

    SocketAddress sender() {
        return sender;
    }

    /** The receive buffer memory of a datagram of {@code size} bytes, as measured on Linux 6.18. */
    static int truesize(int size) {
        int needed = size + OVERHEAD;
        if (needed <= SMALLEST_BLOCK) {
            return SMALLEST_BLOCK + SK_BUFF;
        }
        if (needed > LARGEST_BLOCK) {
            return SMALLEST_BLOCK + SK_BUFF + size;
        }
        int power = Integer.highestOneBit(needed);
        return (power == needed ? power : power << 1) + SK_BUFF;
    }
}

package dev.nettest.internal.datagram;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The datagrams that wait to be received. Its capacity bounds their memory ({@code truesize}), as on Linux. */
final class ReceiveBuffer {

    /** The most received datagrams that are kept for reuse. */
    private static final int SPARES = 16;

    /** The largest datagram that is kept for reuse. */
    private static final int SPARE_SIZE = 2048;

    /** Linux returns freed memory to the buffer when it exceeds a quarter of the capacity. */
    private static final int RELEASE_FRACTION = 4;

    private final ArrayDeque<Datagram> queue = new ArrayDeque<>(4);
    private final ArrayDeque<Datagram> spares = new ArrayDeque<>(0);
    private int capacity;

    /** The memory of the queued datagrams and of those received but not yet released. */
    private long used;

    /**
     * The datagrams left in the batch that the reader has taken over. Linux takes over all queued datagrams at once.
     */
    private int batch;

    /** The memory of the received datagrams, released in portions and at the end of a batch. */
    private long unreleased;

    private long bytes;

    ReceiveBuffer(int capacity) {
        this.capacity = capacity;
    }

    /** Queues a copy of the remaining bytes of {@code source}; null if there is no free space. Consumes nothing. */
    @Nullable
    Datagram offer(SocketAddress sender, ByteBuffer source) {
        int cost = Datagram.truesize(source.remaining());
        if (capacity != DatagramSocketQueue.UNLIMITED
                && used > 0
                && used + cost > capacity) { // an empty buffer takes any datagram
            return null;
        }
        Datagram datagram = spares.poll();
        if (datagram == null) {
            datagram = new Datagram(sender, source);
        } else {
            datagram.refill(sender, source);
        }
        used += cost;
        bytes += datagram.size();
        queue.add(datagram);
        return datagram;
    }

    /** The first datagram; null if there is none. */
    @Nullable
    Datagram peek() {
        return queue.peek();
    }

    /** The size of the first datagram; -1 if there is none. */
    int firstSize() {
        Datagram first = queue.peek();
        return first == null ? -1 : first.size();
    }

    /** Removes and returns the first datagram; null if there is none. */
    @Nullable
    Datagram poll() {
        if (batch == 0) {
            batch = queue.size();
        }
        Datagram first = queue.poll();
        if (first != null) {
            batch--;
            unreleased += Datagram.truesize(first.size());
            bytes -= first.size();
            if (batch == 0 || unreleased >= capacity / RELEASE_FRACTION) {
                used -= unreleased;
                unreleased = 0;
            }
        }
        return first;
    }

    /** Puts a datagram that a fault has acted on in front of the queue, whatever the free space. */
    void putFirst(Datagram datagram) {
        datagram.evaluated = true;
        used += Datagram.truesize(datagram.size());
        bytes += datagram.size();
        batch++;
        queue.addFirst(datagram);
    }

    /** Keeps a received datagram for reuse. */
    void recycle(Datagram datagram) {
        if (spares.size() < SPARES && datagram.capacity() <= SPARE_SIZE) {
            spares.push(datagram);
        }
    }

    void clear() {
        queue.clear();
        spares.clear();
        batch = 0;
        unreleased = 0;
        used = 0;
        bytes = 0;
    }

    int capacity() {
        return capacity;
    }

    void capacity(int capacity) {
        this.capacity = capacity;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    int size() {
        return queue.size();
    }

    /** The payload bytes of the queued datagrams. */
    long bytes() {
        return bytes;
    }
}

package dev.nettest.kernel;

/**
 * One direction of a stream: the bytes that were written and not read yet, how many there may be, and whether the writer
 * sent FIN. Guarded by the connection's monitor.
 */
final class Half extends ByteQueue {

    /** The receive buffer's size in bytes; 0 for a rendezvous, {@link End#UNLIMITED} for none. */
    int capacity;

    /** Bytes ever accepted from the writer, and ever delivered to the reader. */
    long written;

    long read;

    /** The writer sent FIN: after the queued bytes comes end of stream. */
    boolean finished;

    Half(SegmentPool pool, int capacity) {
        super(pool);
        this.capacity = capacity;
    }

    /** How many bytes a write may add now. */
    long room() {
        if (capacity == 0) {
            return isEmpty() ? Long.MAX_VALUE : 0;
        }
        return capacity == End.UNLIMITED ? Long.MAX_VALUE : capacity - size();
    }

    boolean isDrained() {
        return read == written;
    }
}

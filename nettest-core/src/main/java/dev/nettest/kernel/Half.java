package dev.nettest.kernel;

import java.nio.ByteBuffer;

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

    /**
     * Where the last urgent byte stands, as a count of bytes before it since the beginning; -1 where it was passed, or never was. A read
     * stops before it.
     */
    long mark = -1;

    /** Whether the urgent byte is read as any other, as {@code SO_OOBINLINE} has it; otherwise it is left out. */
    boolean urgentInline;

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

    // ---- urgent data, as Linux has it in tcp_check_urg and tcp_recvmsg_locked

    /** The next byte is urgent; an earlier one becomes ordinary, unless it is the next to be read, which is then gone. */
    void markUrgent() {
        if (stopsAtMark() && !isEmpty()) {
            drop();
        }
        mark = read + size();
    }

    /** Has a read begin behind the urgent byte, if that is next and not read as any other. */
    void passMark() {
        if (stopsAtMark()) {
            drop();
            mark = -1;
        }
    }

    private boolean stopsAtMark() {
        return mark >= 0 && mark == read && !urgentInline;
    }

    private void drop() {
        read(ByteBuffer.allocate(1), 1);
        read++;
    }

    /** How many of {@code count} bytes a read gets that stops before the mark, or has it behind it from now on. */
    int upToMark(int count) {
        if (mark > read) {
            return (int) Math.min(count, mark - read);
        }
        mark = -1;
        return count;
    }

    /** Whether there is a byte for a read; an urgent one alone is none. */
    boolean hasBytes() {
        return mark < 0 ? !isEmpty() : size() > (stopsAtMark() ? 1 : 0);
    }

    /** Bytes to read, as {@code FIONREAD} tells: up to the mark, beyond it only where the urgent byte is read as any other. */
    long available() {
        return mark < 0 || urgentInline ? size() : mark - read;
    }

    @Override
    void clear() {
        super.clear();
        mark = -1;
    }
}

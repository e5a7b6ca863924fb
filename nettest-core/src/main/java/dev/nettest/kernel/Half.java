package dev.nettest.kernel;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a stream: the bytes that were written and not read yet, how many there may be, and whether the writer
 * sent FIN. Where the way takes time, or delivery is withheld, a {@link Transit} knows what of it has not arrived: that takes up
 * room, and is not there to be read. Guarded by the connection's monitor.
 */
final class Half extends ByteQueue {

    /** The receive buffer's size in bytes; 0 for a rendezvous, {@link End#UNLIMITED} for none. */
    int capacity;

    /** Bytes ever accepted from the writer, and ever delivered to the reader. */
    long written;

    long read;

    /** The writer sent FIN: after the queued bytes comes end of stream. */
    private boolean finSent;

    /** What is under way; null where everything arrives as it is written. */
    private @Nullable Transit transit;

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
        long taken = transit == null ? size() : size() + transit.unacknowledged();
        if (capacity == 0) {
            return taken == 0 ? Long.MAX_VALUE : 0;
        }
        return capacity == End.UNLIMITED ? Long.MAX_VALUE : capacity - taken;
    }

    /** Bytes ever read, as far as the writer knows. */
    long acknowledged() {
        return transit == null ? read : read - transit.unacknowledged();
    }

    /** The reader took {@code count} bytes out. */
    void consumed(int count) {
        read += count;
        if (transit != null) {
            transit.acknowledge(count);
        }
    }

    // ---- what has arrived

    /** Bytes that can be read. */
    long arrived() {
        return transit != null && transit.isFrozen() ? 0 : present();
    }

    /** Bytes that are there, whether they can be read or not. */
    private long present() {
        return transit == null ? size() : Math.max(0, size() - transit.bytes());
    }

    /** Whether the FIN has arrived; there may be bytes before it. */
    boolean isFinished() {
        return finSent && (transit == null || !(transit.hasFin() || transit.isFrozen()));
    }

    void sendFin() {
        if (!finSent) {
            finSent = true;
            if (transit != null) {
                transit.sendFin();
            }
        }
    }

    /** Bytes were added. */
    void sent(int count) {
        written += count;
        if (transit != null) {
            transit.send(count);
        }
    }

    // ---- what is under way

    @Nullable
    Transit transit() {
        return transit;
    }

    Transit transit(End reader, Timers timers) {
        if (transit == null) {
            transit = new Transit(this, reader, timers);
        }
        return transit;
    }

    /** Whether what is written now arrives later. */
    boolean delays() {
        return transit != null && transit.delays();
    }

    /** What is under way gets lost. */
    void lose() {
        if (transit != null) {
            finSent &= !transit.lose();
        }
        mark = mark < read + size() ? mark : -1;
    }

    /** The reader closed; whether bytes that had arrived were not read. */
    boolean abandon() {
        boolean unread = present() > 0;
        clear();
        return unread;
    }

    @Override
    void withdraw(long count) {
        super.withdraw(count);
        if (transit != null) {
            transit.withdrawn(count);
        }
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
        if (stopsAtMark() && arrived() > 0) {
            drop();
            mark = -1;
        }
    }

    private boolean stopsAtMark() {
        return mark >= 0 && mark == read && !urgentInline;
    }

    private void drop() {
        read(ByteBuffer.allocate(1), 1);
        consumed(1);
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
        return arrived() > (stopsAtMark() ? 1 : 0);
    }

    /** Bytes to read, as {@code FIONREAD} tells: up to the mark, beyond it only where the urgent byte is read as any other. */
    long available() {
        return mark < 0 || urgentInline ? arrived() : Math.min(arrived(), mark - read);
    }

    @Override
    void clear() {
        super.clear();
        mark = -1;
    }
}

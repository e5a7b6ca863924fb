package dev.nettest.internal.stream;

import dev.nettest.internal.sync.Monitor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a stream: the bytes that were written and not read yet, its capacity, and the FIN. If a route delays
 * or holds segments, {@link InFlight} counts the bytes that have not arrived: they take up space, but cannot be read.
 * Guarded by the connection's monitor.
 */
final class Pipe extends ByteQueue {

    /** The receive buffer's size in bytes; 0 for a rendezvous, {@link StreamEndpoint#UNLIMITED} for no bound. */
    int capacity;

    /** The count of bytes accepted from the writer since the start. */
    long written;

    /** The count of bytes delivered to the reader since the start. */
    long read;

    /** How many of the next bytes the reader has had already, and put back. A close does not count them as unread. */
    private int putBack;

    /** The writer sent FIN: end of stream follows the queued bytes. */
    private boolean finSent;

    /** The writer has a FIN to send once there is free space: it stands behind bytes that are not sent yet. */
    private boolean finWaits;

    /** The last write had more bytes than fitted. */
    boolean overrun;

    /** The segments in flight; null if everything arrives as it is written. */
    private @Nullable InFlight inFlight;

    /**
     * The position of the last urgent byte, as the count of bytes before it since the start; -1 if there was none or it
     * was passed. A read stops before it.
     */
    long urgentMark = -1;

    /** True if the urgent byte is read like any other ({@code SO_OOBINLINE}); otherwise it is skipped. */
    boolean urgentInline;

    Pipe(SegmentPool pool, int capacity) {
        super(pool);
        this.capacity = capacity;
    }

    /** The send window: how many bytes a write may add now. */
    long freeSpace() {
        long taken = inFlight == null ? size() : size() + inFlight.unacknowledged();
        if (capacity == 0) {
            return taken == 0 ? Long.MAX_VALUE : 0;
        }
        return capacity == StreamEndpoint.UNLIMITED ? Long.MAX_VALUE : capacity - taken;
    }

    /** The count of bytes read since the start, as far as ACKs have told the writer. */
    long acknowledged() {
        return inFlight == null ? read : read - inFlight.unacknowledged();
    }

    /** The reader took {@code count} bytes out. */
    void consumed(int count) {
        read += count;
        putBack = Math.max(0, putBack - count);
        if (inFlight != null) {
            inFlight.acknowledge(count);
        }
        sendWaitingFin();
    }

    /** The reader puts bytes that it took out in front of the queued ones. */
    @Override
    void unread(ByteBuffer bytes) {
        int count = bytes.remaining();
        super.unread(bytes);
        read -= count;
        putBack = Math.addExact(putBack, count);
    }

    // ---- arrived bytes

    /** Bytes that can be read. */
    long arrived() {
        return inFlight != null && inFlight.suspendsDelivery() ? 0 : present();
    }

    /** Bytes that have arrived, including those whose delivery is suspended. */
    private long present() {
        return inFlight == null ? size() : Math.max(0, size() - inFlight.bytes());
    }

    /** The bytes that have arrived and that the reader never took out. */
    long neverRead() {
        return Math.max(0, present() - putBack);
    }

    /** True if the FIN has arrived; bytes may be queued before it. */
    boolean isFinished() {
        return finSent && (inFlight == null || !(inFlight.hasFin() || inFlight.suspendsDelivery()));
    }

    /** True if the writer sent FIN, which may be in flight. */
    boolean isFinSent() {
        return finSent;
    }

    /**
     * Sends FIN, or lets it wait while the pipe is full and the last write had more bytes than fitted. These stand for
     * the unsent bytes in a send buffer. An RST discards them, and the FIN behind them.
     */
    void sendFin() {
        finWaits = !finSent;
        sendWaitingFin();
    }

    /** True if the FIN was sent or waits; it may be in flight. */
    boolean hasFin() {
        return finSent || finWaits;
    }

    /** True if the writer has got the ACK of its FIN. */
    boolean isEndAcknowledged() {
        return finSent
                && (inFlight == null || !(inFlight.hasFin() || inFlight.linger().isFinUnacknowledged()));
    }

    /** Sends the waiting FIN if there is free space. */
    void sendWaitingFin() {
        if (finWaits && !(overrun && freeSpace() <= 0)) {
            finWaits = false;
            finSent = true;
            if (inFlight != null) {
                inFlight.sendFin();
            }
        }
    }

    /** The connection is reset: a FIN that waits is never sent. */
    void discardWaitingFin() {
        finWaits = false;
    }

    /** The writer added {@code count} bytes, which now travel. */
    void sent(int count) {
        written += count;
        if (inFlight != null) {
            inFlight.send(count);
        }
    }

    // ---- in flight

    @Nullable
    InFlight inFlight() {
        return inFlight;
    }

    /** The segments in flight, counted from now on. */
    InFlight inFlight(StreamState reader, Monitor monitor, TcpTimeouts timeouts) {
        if (inFlight == null) {
            inFlight = new InFlight(this, reader, monitor, timeouts);
        }
        return inFlight;
    }

    /** True if bytes that are written now arrive later. */
    boolean delays() {
        return inFlight != null && inFlight.delays();
    }

    /** Loses the segments in flight. */
    void lose() {
        if (inFlight != null) {
            inFlight.drop();
        }
    }

    /** The last {@code count} bytes were lost in flight, and perhaps the FIN behind them. */
    void lost(long count, boolean withFin) {
        super.withdraw(Math.min(count, size()));
        finSent &= !withFin;
        finWaits = false;
        urgentMark = urgentMark < read + size() ? urgentMark : -1;
    }

    /** The reader closed. True if bytes had arrived and were never read. ACKs tell the writer of the free space. */
    boolean discardUnread() {
        boolean unread = neverRead() > 0;
        long discarded = size();
        clear();
        if (inFlight != null) {
            inFlight.acknowledge(discarded);
        }
        return unread;
    }

    @Override
    void withdraw(long count) {
        super.withdraw(count);
        if (inFlight != null) {
            inFlight.withdrawn(count);
        }
        sendWaitingFin();
    }

    boolean isDrained() {
        return read == written;
    }

    // ---- urgent data, like Linux in tcp_check_urg and tcp_recvmsg_locked

    /**
     * Marks the next byte as urgent. An earlier urgent byte becomes ordinary; if it is the next to be read, it is
     * dropped.
     */
    void markUrgent() {
        if (stopsAtMark() && !isEmpty()) {
            dropFirst();
        }
        urgentMark = read + size();
    }

    /** Makes a read begin behind the urgent byte, if that is next and not inline. */
    void skipUrgentByte() {
        if (stopsAtMark() && arrived() > 0) {
            dropFirst();
            urgentMark = -1;
        }
    }

    private boolean stopsAtMark() {
        return urgentMark >= 0 && urgentMark == read && !urgentInline;
    }

    private void dropFirst() {
        read(ByteBuffer.allocate(1), 1);
        consumed(1);
    }

    /**
     * How many of {@code count} bytes come before the mark. If none do, the read passes the mark and gets all of them.
     */
    int upToUrgentMark(int count) {
        if (urgentMark > read) {
            return (int) Math.min(count, urgentMark - read);
        }
        urgentMark = -1;
        return count;
    }

    /** True if a read gets at least one byte; an urgent byte that is not inline does not count. */
    boolean hasBytes() {
        return arrived() > (stopsAtMark() ? 1 : 0);
    }

    /** The bytes that {@code FIONREAD} counts: those before the mark, or all if the urgent byte is inline. */
    long available() {
        return urgentMark < 0 || urgentInline ? arrived() : Math.min(arrived(), urgentMark - read);
    }

    @Override
    void clear() {
        super.clear();
        putBack = 0;
        urgentMark = -1;
        sendWaitingFin();
    }
}

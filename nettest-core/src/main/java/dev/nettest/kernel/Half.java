package dev.nettest.kernel;

import java.nio.ByteBuffer;

/**
 * One direction of a stream: the bytes that were written and not read yet, how many there may be, and whether the writer
 * sent FIN. Delivery can be withheld: then what is written is on its way, and takes up room, but is not there to be read. Guarded
 * by the connection's monitor.
 */
final class Half extends ByteQueue {

    /** The receive buffer's size in bytes; 0 for a rendezvous, {@link End#UNLIMITED} for none. */
    int capacity;

    /** Bytes ever accepted from the writer, and ever delivered to the reader. */
    long written;

    long read;

    /** Whether what is sent stays on its way, and how much of the end of the queue does. */
    private boolean held;

    private long inFlight;

    /** The writer sent FIN: after the queued bytes comes end of stream. */
    private boolean finSent;

    private boolean finInFlight;

    /** An RST is on its way, to the reader; or is due, to the writer, when what was sent comes to an end that is closed. */
    private boolean resetInFlight;

    private boolean unanswered;

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

    // ---- what has arrived

    /** Bytes that can be read. */
    long arrived() {
        return size() - inFlight;
    }

    /** Whether the FIN has arrived; there may be bytes before it. */
    boolean isFinished() {
        return finSent && !finInFlight;
    }

    void sendFin() {
        finInFlight |= held && !finSent;
        finSent = true;
    }

    /** Bytes were added. */
    void sent(int count) {
        written += count;
        if (held) {
            inFlight += count;
        }
    }

    // ---- withholding

    boolean isHeld() {
        return held;
    }

    /** @param everything whether what has arrived, and was not read, is withheld too */
    void hold(boolean everything) {
        held = true;
        if (everything) {
            inFlight = size();
            finInFlight = finSent;
        }
    }

    /** Lets everything arrive; whether there were bytes. */
    boolean release() {
        boolean arriving = inFlight > 0;
        held = false;
        inFlight = 0;
        finInFlight = false;
        return arriving;
    }

    /** What is on its way gets lost. */
    void lose() {
        withdraw(inFlight);
        mark = mark < read + size() ? mark : -1;
        finSent &= !finInFlight;
        finInFlight = false;
        resetInFlight = false;
    }

    /** An RST is sent to the reader; whether it is withheld. */
    boolean withholdsReset() {
        resetInFlight |= held;
        return held;
    }

    /** The reader closed; whether bytes that had arrived were not read. */
    boolean abandon() {
        boolean unread = arrived() > 0;
        unanswered |= inFlight > 0;
        clear();
        return unread;
    }

    /** Whether an RST to the reader was withheld; asked once, after the release. */
    boolean takeReset() {
        boolean reset = resetInFlight;
        resetInFlight = false;
        return reset;
    }

    /** Whether bytes came to an end that was closed meanwhile; asked once, after the release. */
    boolean takeUnanswered() {
        boolean now = unanswered;
        unanswered = false;
        return now;
    }

    @Override
    void withdraw(long count) {
        super.withdraw(count);
        inFlight = Math.max(0, inFlight - count);
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
        read++;
        inFlight = Math.min(inFlight, size());
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
        inFlight = 0;
        mark = -1;
    }
}

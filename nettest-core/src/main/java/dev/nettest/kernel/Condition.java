package dev.nettest.kernel;

/** What can be waited for, as bits of a mask. */
public final class Condition {

    /** A read would return at once: enough bytes, end of stream, an error, closed. */
    public static final int READABLE = 1;

    /** A write would move at least a byte, or fail, at once. */
    public static final int WRITABLE = 1 << 1;

    /** An accept would return at once. */
    public static final int ACCEPTABLE = 1 << 2;

    /** Closed by its owner. */
    public static final int CLOSED = 1 << 3;

    /** The other end is closed, or sent an RST. */
    public static final int PEER_CLOSED = 1 << 4;

    /** The next read gives end of stream. */
    public static final int END_OF_STREAM = 1 << 5;

    /** The peer has read all that was written here. */
    public static final int DRAINED = 1 << 6;

    /** A writer waits for room. */
    public static final int WRITE_BLOCKED = 1 << 7;

    /** As {@link #WRITABLE}, for the writer whose turn it is. */
    public static final int ROOM = 1 << 8;

    /** A dial can be queued, or be refused, at once. */
    public static final int QUEUEABLE = 1 << 9;

    /** Something was bound or released since the version given as amount. */
    public static final int CHANGED = 1 << 10;

    /** The handshake is done, has failed, or nobody wants it any more. */
    public static final int CONNECTED = 1 << 11;

    /** Dials may go through. */
    public static final int OPEN = 1 << 12;

    /** So many datagrams have arrived. */
    public static final int ARRIVED = 1 << 13;

    private Condition() {}
}

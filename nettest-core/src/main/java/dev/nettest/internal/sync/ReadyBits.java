package dev.nettest.internal.sync;

/** Conditions to wait for, as bits of a mask. */
public final class ReadyBits {

    /** A read would return immediately: enough bytes, end of stream, an error, or closed. */
    public static final int READABLE = 1;

    /** A write would move at least one byte, or fail, immediately. */
    public static final int WRITABLE = 1 << 1;

    /** An accept would return immediately. */
    public static final int ACCEPTABLE = 1 << 2;

    /** Closed by its owner. */
    public static final int CLOSED = 1 << 3;

    /** The peer is closed, or sent an RST. */
    public static final int PEER_CLOSED = 1 << 4;

    /** The next read returns end of stream. */
    public static final int END_OF_STREAM = 1 << 5;

    /** The peer has read all bytes that were written here. */
    public static final int DRAINED = 1 << 6;

    /** A writer waits for free space. */
    public static final int WRITE_BLOCKED = 1 << 7;

    /** Like {@link #WRITABLE}, for the writer that owns the write lock. */
    public static final int FREE_SPACE = 1 << 8;

    /** A connect can be queued, or refused, immediately. */
    public static final int BACKLOG_FREE = 1 << 9;

    /** The count or version exceeds the one given as the amount. */
    public static final int CHANGED = 1 << 10;

    /** The handshake is done, has failed, or was cancelled. */
    public static final int CONNECTED = 1 << 11;

    /** Connects may proceed. */
    public static final int OPEN = 1 << 12;

    /** At least as many datagrams as the amount have arrived. */
    public static final int ARRIVED = 1 << 13;

    /** No operation holds the lock. */
    public static final int UNLOCKED = 1 << 14;

    /** No read owns the read lock. */
    public static final int READ_UNLOCKED = 1 << 15;

    /** No write owns the write lock. */
    public static final int WRITE_UNLOCKED = 1 << 16;

    /** A close need not wait any more: its FIN is acknowledged, or the connection has ended. */
    public static final int LINGER_ENDED = 1 << 17;

    /** A stream can transfer no byte any more ({@code POLLHUP}). A datagram socket has an error ({@code POLLERR}). */
    public static final int HUNG_UP = 1 << 18;

    private ReadyBits() {}
}

package dev.nettest;

/**
 * A condition of an {@link Awaitable}. A listener has {@link #ACCEPTABLE} and {@link #CLOSED}; a datagram endpoint
 * {@link #READABLE}, {@link #WRITABLE} and {@link #CLOSED}; a connection all but {@link #ACCEPTABLE}.
 */
public enum Readiness {

    /** A read would return at once: bytes, end of stream or an error. Also holds after a close. */
    READABLE,

    /** A write would write at least a byte, or fail, at once. Also holds after a close. */
    WRITABLE,

    /** An accept would return or fail at once. Also holds after a close. */
    ACCEPTABLE,

    /** Closed by its owner. */
    CLOSED,

    /** The peer is closed, or the connection was reset. */
    PEER_CLOSED,

    /** Everything is read, and the peer's FIN has arrived. */
    END_OF_STREAM,

    /** The peer has read everything that this end wrote. */
    DRAINED,

    /** A write waits for space in the peer's buffer. */
    WRITE_BLOCKED
}

package dev.nettest.contract;

/**
 * What a backend can do beyond the common ground. A contract that needs more than is there is skipped with the reason.
 */
public enum Capability {
    /** A read can be given a limit. */
    READ_TIMEOUT,
    /** A write can be given a limit; no JDK type offers this, so loopback cannot prove it. */
    WRITE_TIMEOUT,
    /** An accept can be given a limit. */
    ACCEPT_TIMEOUT,
    /** Shutdowns, listeners and dials show the face of the ends too, and not only reads, writes and closes. */
    WHOLE_FACE,
    /** A backlog of less than 1 is taken for the default of 50. */
    DEFAULT_BACKLOG,
    /** There is a {@code ::1}. */
    IPV6,
    /** The two ends of a pair can show different faces. */
    MIXED_FACES,
    /** An end can be filled to the last byte without blocking. */
    FILL,
    /** The ends are Unix domain sockets: they have paths, no ports, and no resets. */
    UNIX,
    /** An end cannot be asked how many bytes are available. */
    BLIND
}

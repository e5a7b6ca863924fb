package dev.nettest.contract;

/**
 * An optional feature of a backend. A contract that needs a missing one is skipped with the reason.
 */
public enum Capability {
    /** A read can be given a limit. */
    READ_TIMEOUT,
    /** A write can be given a limit; no JDK type offers this, so loopback cannot prove it. */
    WRITE_TIMEOUT,
    /** An accept can be given a limit. */
    ACCEPT_TIMEOUT,
    /** Shutdowns, listeners and connects behave like the JDK type too, not only reads, writes and closes. */
    JDK_TYPE_THROUGHOUT,
    /** A backlog of less than 1 means the default of 50. */
    DEFAULT_BACKLOG,
    /** {@code ::1} can be bound. */
    IPV6,
    /** The two endpoints of a pair can have different JDK types. */
    MIXED_JDK_TYPES,
    /** A send window can be filled to the last byte without blocking. */
    FILL,
    /** The endpoints are Unix domain sockets: they have paths, no ports, and no resets. */
    UNIX,
    /** An endpoint cannot report how many bytes are available. */
    NO_AVAILABLE
}

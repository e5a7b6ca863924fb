package dev.nettest.contract;

/**
 * What a backend can do beyond the common ground. A contract that needs more than is there is skipped with the reason.
 */
enum Capability {
    /** A read can be given a limit. */
    READ_TIMEOUT,
    /** A write can be given a limit; no JDK type offers this, so loopback cannot prove it. */
    WRITE_TIMEOUT,
    /** An accept can be given a limit. */
    ACCEPT_TIMEOUT,
    /** A second shutdown, and calls on a closed socket, speak with the texts of {@link java.net.Socket} itself. */
    SOCKET_CALLS,
    /** The two ends of a pair can show different faces. */
    MIXED_FACES,
    /** An end can be filled to the last byte without blocking. */
    FILL
}

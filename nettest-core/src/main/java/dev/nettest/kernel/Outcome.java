package dev.nettest.kernel;

/**
 * What came of an attempt, where it is not a count of bytes. The kernel throws nothing: whoever faces the user turns
 * these into the exceptions of its oracle.
 */
public final class Outcome {

    /** Nothing more will come: the peer sent FIN, or this end shut its input down. */
    public static final int END_OF_STREAM = -1;

    /** Cannot proceed now; wait for readiness and try again. */
    public static final int BLOCKED = -2;

    /** This end, or this backlog, is closed. */
    public static final int CLOSED = -3;

    /** A read took the error latch after an RST. */
    public static final int RESET = -4;

    /** A write took the error latch after an RST. */
    public static final int RESET_BY_PEER = -5;

    /** A write after the latch was taken, or after an RST that followed a FIN. */
    public static final int BROKEN_PIPE = -6;

    /** A fault acts in place of the operation; {@link Gate#acted()} says which. */
    public static final int FAULT = -7;

    /** The handshake is not done. */
    public static final int NOT_CONNECTED = -8;

    /** A write after its own {@code shutdownOutput}; a socket's finds the latch first. */
    public static final int OUTPUT_SHUTDOWN = -9;

    /** A datagram was sent earlier to where nobody is bound, and word of that came back. */
    public static final int UNREACHABLE = -10;

    /** The first operation after what was sent was not acknowledged for so long that the connection was given up. */
    public static final int TIMED_OUT = -11;

    private Outcome() {}
}

package dev.nettest.internal.sync;

/**
 * The result of an attempt, if it is not a count of bytes. The mechanisms throw nothing; the caller turns a result into
 * the exception of its {@code ErrorStyle}.
 */
public final class Outcome {

    /** No more bytes will come: the peer sent FIN, or this endpoint shut its input down. */
    public static final int END_OF_STREAM = -1;

    /** The attempt cannot proceed now; wait for readiness and try again. */
    public static final int BLOCKED = -2;

    /** This endpoint or accept queue is closed. */
    public static final int CLOSED = -3;

    /** A read took the pending error after an RST. */
    public static final int RESET = -4;

    /** A write took the pending error after an RST. */
    public static final int RESET_BY_PEER = -5;

    /** A write after the pending error was taken, or after an RST that followed a FIN. */
    public static final int BROKEN_PIPE = -6;

    /** A fault acts in place of the operation; {@code PendingVerdict.acted()} names it. */
    public static final int FAULT = -7;

    /** The handshake is not done. */
    public static final int NOT_CONNECTED = -8;

    /** A write after its own {@code shutdownOutput}. A socket's write takes the pending error first. */
    public static final int OUTPUT_SHUTDOWN = -9;

    /** An earlier datagram caused an ICMP port unreachable. */
    public static final int UNREACHABLE = -10;

    /** The first operation after the connection timed out: no answer arrived in time. */
    public static final int TIMED_OUT = -11;

    /** Another operation owns the lock; wait for that and try again. */
    public static final int LOCKED = -12;

    private Outcome() {}
}

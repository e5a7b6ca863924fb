package dev.nettest.jvm.internal.socket;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;

/**
 * An interrupt of a virtual thread closes the socket that it waits in, since JDK 21. The socket inside closes itself,
 * and reports that as a {@link SocketException}. The socket of the user closes if its implementation reports the
 * interrupt.
 */
final class Interrupts {

    /** The text of the JDK. */
    private static final String CLOSED_BY_INTERRUPT = "Closed by interrupt";

    private Interrupts() {}

    /**
     * The exception for the socket of the user.
     *
     * @param isClosed true if the socket inside is closed
     */
    static IOException outside(SocketException failure, boolean isClosed) {
        if (!isClosed || !CLOSED_BY_INTERRUPT.equals(failure.getMessage())) {
            return failure;
        }
        InterruptedIOException interrupted = new InterruptedIOException(failure.getMessage());
        interrupted.initCause(failure);
        return interrupted;
    }
}

package dev.nettest.socket;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketException;

/**
 * Closes the JDK's socket after an interrupt. The interrupt of a waiting virtual thread closes the connection or the
 * listener below. The JDK's own streams then close their socket, and so do these.
 */
final class CloseOnInterrupt {

    private CloseOnInterrupt() {}

    /**
     * Closes {@code socket} if {@code failure} says that an interrupt closed the layer below; returns {@code failure}.
     */
    static SocketException closeIfInterrupted(SocketException failure, Closeable socket) throws IOException {
        if ("Closed by interrupt".equals(failure.getMessage())) {
            socket.close();
        }
        return failure;
    }
}

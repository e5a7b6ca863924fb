package dev.nettest.internal.inet;

import dev.nettest.Awaitable;
import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Listener;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The network's note about what closed a socket, for an exception that the network did not make. */
public final class CloseNote {

    private CloseNote() {}

    /**
     * Attaches the note to {@code failure}, and returns it. The exception of an operation on {@code closed} has the
     * note.
     *
     * @param closed null if the socket never had one
     */
    public static <E extends IOException> E attach(E failure, @Nullable Awaitable closed) {
        if (closed != null && closed.isClosed()) {
            try {
                attempt(closed);
            } catch (IOException e) {
                for (Throwable note : e.getSuppressed()) {
                    failure.addSuppressed(note);
                }
            }
        }
        return failure;
    }

    private static void attempt(Awaitable closed) throws IOException {
        if (closed instanceof Connection connection) {
            connection.tryRead(ByteBuffer.allocate(1));
        } else if (closed instanceof Listener listener) {
            listener.tryAccept();
        } else if (closed instanceof DatagramEndpoint endpoint) {
            endpoint.tryReceive(ByteBuffer.allocate(1));
        }
    }
}

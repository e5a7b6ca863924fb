package dev.nettest.internal.net;

import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.net.CloseDetail.Cause;

/**
 * The close of a listener or a datagram endpoint: only the first one counts. Its event is recorded before any thread
 * can see the close, so an exception of a closed socket can name the cause.
 */
final class FirstClose {

    private final AbstractAwaitable socket;

    /** Written under the monitor of this object. */
    private volatile boolean closed;

    FirstClose(AbstractAwaitable socket) {
        this.socket = socket;
    }

    boolean isClosed() {
        return closed;
    }

    /** Closes it; true for the first close. */
    boolean begin(Cause cause) {
        NetworkImpl network = socket.network();
        CloseDetail detail = CloseDetail.of(cause, network.config());
        synchronized (this) {
            if (closed) {
                return false;
            }
            network.events().record(EventKind.CLOSE, socket, 0, detail);
            closed = true;
            return true;
        }
    }
}

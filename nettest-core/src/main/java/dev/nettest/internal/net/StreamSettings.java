package dev.nettest.internal.net;

import dev.nettest.KeepAlive;
import dev.nettest.SystemError;
import dev.nettest.internal.stream.StreamEndpoint;
import dev.nettest.internal.stream.TcpTimeouts;
import dev.nettest.internal.sync.Outcome;
import org.jspecify.annotations.Nullable;

/** The settings and the state of one end of a connection, each read or changed under its lock. */
final class StreamSettings {

    private final StreamEndpoint endpoint;
    private final TcpTimeouts timeouts;

    StreamSettings(ConnectionImpl connection) {
        this.endpoint = connection.endpoint();
        this.timeouts = connection.network().connectionTable().timeouts();
    }

    int receiveBufferSize() {
        endpoint.lock();
        try {
            return endpoint.reader().bufferSize();
        } finally {
            endpoint.leave();
        }
    }

    void receiveBufferSize(int bytes) {
        endpoint.lock();
        try {
            endpoint.reader().bufferSize(bytes);
        } finally {
            endpoint.leave();
        }
    }

    /** @param nanos negative for none */
    void linger(long nanos) {
        endpoint.lock();
        try {
            endpoint.linger(nanos, timeouts);
        } finally {
            endpoint.leave();
        }
    }

    void keepAlive(KeepAlive settings) {
        endpoint.lock();
        try {
            endpoint.keepAlive(settings, timeouts);
        } finally {
            endpoint.leave();
        }
    }

    KeepAlive keepAlive() {
        endpoint.lock();
        try {
            return endpoint.keepAlive();
        } finally {
            endpoint.leave();
        }
    }

    void urgentInline(boolean inline) {
        checkUrgent(endpoint);
        endpoint.lock();
        try {
            endpoint.reader().urgentInline(inline);
        } finally {
            endpoint.leave();
        }
    }

    // ---- state

    int available() {
        endpoint.lock();
        try {
            boolean over = endpoint.isClosed() || endpoint.reader().isShutdown();
            return over
                    ? 0
                    : (int) Math.min(Integer.MAX_VALUE, endpoint.reader().available());
        } finally {
            endpoint.leave();
        }
    }

    /** Bytes written here that the peer has not read. */
    long unreadByPeer() {
        endpoint.lock();
        try {
            return endpoint.writer().unreadByPeer();
        } finally {
            endpoint.leave();
        }
    }

    /** The TCP state, such as {@code ESTABLISHED}. */
    String state() {
        endpoint.lock();
        try {
            return endpoint.netstatState();
        } finally {
            endpoint.leave();
        }
    }

    boolean isReset() {
        endpoint.lock();
        try {
            return endpoint.isReset();
        } finally {
            endpoint.leave();
        }
    }

    /** Null if none is pending. */
    @Nullable
    SystemError pendingError() {
        int outcome;
        endpoint.lock();
        try {
            outcome = endpoint.pendingError();
        } finally {
            endpoint.leave();
        }
        return switch (outcome) {
            case Outcome.RESET_BY_PEER -> SystemError.CONNECTION_RESET_BY_PEER;
            case Outcome.BROKEN_PIPE -> SystemError.BROKEN_PIPE;
            case Outcome.TIMED_OUT -> SystemError.CONNECTION_TIMED_OUT;
            default -> null;
        };
    }

    /** @throws UnsupportedOperationException over a Unix path */
    static void checkUrgent(StreamEndpoint endpoint) {
        if (endpoint.isLocal()) {
            throw new UnsupportedOperationException("Unix domain sockets have no urgent data");
        }
    }
}

package dev.nettest.internal.net;

import dev.nettest.SocketKind;
import dev.nettest.internal.stream.StreamEndpoint;
import dev.nettest.internal.stream.StreamEndpoint.Closing;
import dev.nettest.internal.sync.Threads;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;

/** The exceptions of one {@link SocketKind}, its reaction to an interrupt, and the way it closes. */
enum ErrorStyle {
    CHANNEL {
        @Override
        Closing closing() {
            return Closing.CHANNEL;
        }

        @Override
        IOException closed(boolean whileWaiting) {
            return whileWaiting ? new AsynchronousCloseException() : new ClosedChannelException();
        }

        @Override
        IOException failed(String message) {
            return new IOException(message);
        }

        @Override
        boolean isInterruptible() {
            return true;
        }

        @Override
        IOException interrupted() {
            return new ClosedByInterruptException();
        }
    },

    SOCKET {
        @Override
        Closing closing() {
            return Closing.SOCKET;
        }

        @Override
        IOException closed(boolean whileWaiting) {
            return new SocketException("Socket closed");
        }

        @Override
        IOException failed(String message) {
            return new SocketException(message);
        }

        // In the JDK an interrupt closes the socket of a virtual thread and does nothing to that of a platform thread.
        @Override
        boolean isInterruptible() {
            return Threads.isVirtual(Thread.currentThread());
        }

        @Override
        IOException interrupted() {
            return new SocketException("Closed by interrupt");
        }
    };

    /** JDK 17 reports every closed accept and receive like one that was closed while it waited. */
    private static final boolean CLOSED_IS_ALWAYS_ASYNCHRONOUS =
            Runtime.version().feature() < 18;

    /** The style of a connection's stream views. */
    static ErrorStyle ofViews(StreamEndpoint endpoint) {
        return endpoint.isLocal() ? CHANNEL : SOCKET;
    }

    static ErrorStyle of(SocketKind kind) {
        return switch (kind) {
            case CHANNEL -> CHANNEL;
            case SOCKET -> SOCKET;
        };
    }

    /**
     * The exception of an operation on a closed endpoint; {@code whileWaiting} if the close came during the operation.
     */
    abstract IOException closed(boolean whileWaiting);

    /** Like {@link #closed}, for an accept and a receive. */
    IOException closedArrival(boolean whileWaiting) {
        return closed(whileWaiting || CLOSED_IS_ALWAYS_ASYNCHRONOUS);
    }

    /** The exception of a transfer that met an operating system error, except a reset that a read met. */
    abstract IOException failed(String message);

    /** True if an interrupt of a waiting thread closes the endpoint. */
    abstract boolean isInterruptible();

    /** The exception of an operation that an interrupt ended. */
    abstract IOException interrupted();

    /** How a close is announced to the peer. */
    abstract Closing closing();

    /** True if a thread that is interrupted before the operation closes the endpoint even if nothing has to wait. */
    boolean heedsStatus() {
        return this == CHANNEL;
    }
}

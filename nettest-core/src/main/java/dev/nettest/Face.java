package dev.nettest;

import dev.nettest.kernel.Threads;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;

/**
 * How an outcome of the kernel is told: a connection speaks as a blocking {@code SocketChannel} of the JDK, its stream views as a
 * {@code java.net.Socket}. Same events, other exceptions.
 */
enum Face {
    CHANNEL {
        @Override
        IOException closed(boolean whileWaiting) {
            return whileWaiting ? new AsynchronousCloseException() : new ClosedChannelException();
        }

        @Override
        IOException writeFailed(String message) {
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
        IOException closed(boolean whileWaiting) {
            return new SocketException("Socket closed");
        }

        @Override
        IOException writeFailed(String message) {
            return new SocketException(message);
        }

        // The JDK lets an interrupt of a virtual thread close the socket, and ignores that of a platform thread.
        @Override
        boolean isInterruptible() {
            return Threads.isVirtual(Thread.currentThread());
        }

        @Override
        IOException interrupted() {
            return new SocketException("Closed by interrupt");
        }
    };

    /** The end was closed before, or while somebody waited in the operation. */
    abstract IOException closed(boolean whileWaiting);

    /** A write met an error of the operating system's. */
    abstract IOException writeFailed(String message);

    /** Whether interrupting a thread that waits here closes the end. */
    abstract boolean isInterruptible();

    abstract IOException interrupted();
}

package dev.nettest;

import dev.nettest.kernel.End.Closing;
import dev.nettest.kernel.Threads;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;

/**
 * Which of the JDK's two kinds of sockets an operation behaves as. The events are the same; the exceptions, what an interrupt does and
 * how a close is told to the peer are not. Code that only tests need not care: {@link Connection} and {@link Listener} behave as
 * channels, stream views and socket factories as sockets.
 */
public enum Face {

    /** {@link java.nio.channels.SocketChannel} and its server in blocking mode: an interrupt closes. */
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

    /** {@link java.net.Socket} and its server: an interrupt closes on a virtual thread, and is ignored on others. */
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

    /** A transfer met an error of the operating system's; other than a reset on a read. */
    abstract IOException failed(String message);

    /** Whether interrupting a thread that waits here closes the end. */
    abstract boolean isInterruptible();

    abstract IOException interrupted();

    /** How a close, by its owner or by an interrupt, tells the peer. */
    abstract Closing closing();

    /** Whether the status of an interrupted thread, set before, closes the end although nothing has to wait. */
    boolean heedsStatus() {
        return this == CHANNEL;
    }
}

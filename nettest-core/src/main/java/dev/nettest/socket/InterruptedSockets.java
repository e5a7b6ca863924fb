package dev.nettest.socket;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;

/**
 * An interrupt of a virtual thread that waits closes the connection or the listener; here the JDK's socket over it learns of that, as
 * the JDK's own does in the stream through which it was interrupted.
 */
final class InterruptedSockets {

    private InterruptedSockets() {}

    /** Closes {@code socket} where {@code failure} says that an interrupt has closed what is below it; returns the failure. */
    static SocketException closed(SocketException failure, Closeable socket) throws IOException {
        if ("Closed by interrupt".equals(failure.getMessage())) {
            socket.close();
        }
        return failure;
    }

    static InputStream watched(InputStream input, Closeable socket) {
        return new FilterInputStream(input) {
            @Override
            public int read() throws IOException {
                try {
                    return in.read();
                } catch (SocketException e) {
                    throw closed(e, socket);
                }
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                try {
                    return in.read(target, offset, length);
                } catch (SocketException e) {
                    throw closed(e, socket);
                }
            }
        };
    }

    static OutputStream watched(OutputStream output, Closeable socket) {
        return new FilterOutputStream(output) {
            @Override
            public void write(int value) throws IOException {
                try {
                    out.write(value);
                } catch (SocketException e) {
                    throw closed(e, socket);
                }
            }

            @Override
            public void write(byte[] source, int offset, int length) throws IOException {
                try {
                    out.write(source, offset, length);
                } catch (SocketException e) {
                    throw closed(e, socket);
                }
            }
        };
    }
}
